import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { build, formatMessages, type BuildFailure, type Message } from "esbuild";

/** The SDK as it is installed beside the rule. */
const SDK = dirname(dirname(fileURLToPath(import.meta.url)));

/** One module of the rule in `entry` and everything it imports, as a component exports it. */
export async function bundle(entry: string, debug: boolean): Promise<string> {
  const source = `
    import "./prelude.js";
    import { exported } from "./guest.js";
    import * as module from ${JSON.stringify(entry)};
    if (!module.rule?.evaluate) throw new Error("the module exports no rule: export const rule = defineRule({ … })");
    export const rule = exported(module.rule, ${debug});
  `;
  try {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: SDK, sourcefile: "component.js" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2023",
      charset: "utf8",
      minifySyntax: !debug,
      minifyWhitespace: !debug,
      logLevel: "silent",
    });
    return (outputFiles[0] as { text: string }).text;
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!Array.isArray(errors)) throw error;
    throw new Error((await formatMessages(errors.map(forRules), { kind: "error" })).join("").trimEnd());
  }
}

/** A module of node is no advice away: there is none in a sandbox. */
function forRules(message: Message): Message {
  const isOfNode = message.notes.some(({ text }) => text.includes("built into node"));
  const text = "It is built into node, and a rule runs in a sandbox that has the language alone.";
  return isOfNode ? { ...message, notes: [{ text, location: null }] } : message;
}
