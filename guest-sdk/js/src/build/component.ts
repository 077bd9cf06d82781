import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { componentize } from "componentize-qjs";

import { WIT } from "../wit.js";

/** How the component model marks a file as one, and a section as its imports. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
const IMPORTS = 10;

/** Runs a module up to its exports and freezes it, with its interpreter, into a component that imports nothing. */
export async function component(source: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "assay-rule-"));
  try {
    const witPath = join(folder, "world.wit");
    writeFileSync(witPath, WIT);
    // Without collecting garbage: an evaluation is one short call whose memory is thrown away whole.
    const options = { witPath, jsSource: source, stubWasi: true, sync: true, optSize: true, disableGc: true };
    const { component } = await componentize(options).catch((error: unknown) => {
      throw new Error(`the rule fails while it is loaded: ${told(error)}`);
    });
    if (imports(component))
      throw new Error("the component imports something: is componentize-qjs installed in the version that assay-sdk names?");
    return component;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the rule's own modules threw, without the way there. */
function told(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^[^]*module evaluation: (Error: )?/, "")
    .replaceAll(/\n +at .*/g, "")
    .trimEnd();
}

/** Whether a component has a section of imports. */
export function imports(component: Uint8Array): boolean {
  if (HEADER.some((byte, place) => component[place] !== byte)) throw new Error("this is no component");
  for (let at = HEADER.length; at < component.length;) {
    if (component[at] === IMPORTS) return true;
    let [length, shift, byte] = [0, 0, 0];
    do {
      at += 1;
      byte = component[at] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    at += 1 + length;
  }
  return false;
}

/** Puts a file in place whole: a reader sees the old one or the new one. */
export function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
