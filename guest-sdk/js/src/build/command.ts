import { join, relative } from "node:path";
import { parseArgs } from "node:util";

import { bundle } from "./bundle.js";
import { component, write } from "./component.js";
import { readProject } from "./project.js";
import { zoneSource } from "./zone.js";

const HELP = `\
usage: assay-rule build [FOLDER | MODULE] [--out FILE] [--debug]
       assay-rule zone NAME FROM UNTIL

  build   make the rule of a folder, of a module or of this folder into a component: dist/NAME.component.wasm beside it
          unless --out says otherwise; package.json may name the module: "assay": { "rule": "src/rule.ts" }.
          --debug tells a mistake in the rule as a rule error with its stack; never upload such a component
  zone    print a time zone as source that a rule carries, from the beginning of one year to that of another:
          assay-rule zone Europe/Berlin 2020 2040 > src/berlin.ts
`;

/** Runs the command; answers with the exit code. */
export async function command(words: string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { out: { type: "string" }, debug: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    const [name, ...rest] = positionals;
    if (values.help) process.stdout.write(HELP);
    else if (name === "build" && rest.length <= 1) await build(rest[0] ?? ".", values.out, values.debug ?? false);
    else if (name === "zone" && rest.length === 3) process.stdout.write(zone(rest as [string, string, string]));
    else return wrong(HELP);
    return 0;
  } catch (error) {
    const isUsage = error instanceof TypeError && "code" in error;
    return isUsage ? wrong(`error: ${error.message}\n\n${HELP}`) : failed(error);
  }
}

async function build(folder: string, out: string | undefined, debug: boolean): Promise<void> {
  const project = readProject(folder);
  const path = out ?? join(project.folder, "dist", `${project.name}.component.wasm`);
  const bytes = await component(await bundle(project.entry, debug));
  write(path, bytes);
  console.log(`${project.name}  ${bytes.length} bytes  ${relative(process.cwd(), path)}${debug ? "  (debug: not to be uploaded)" : ""}`);
}

function zone([name, from, until]: [string, string, string]): string {
  const years = [from, until].map(Number) as [number, number];
  if (!years.every(Number.isInteger) || years[0] >= years[1])
    throw new Error("give the first year and the year after the last: zone Europe/Berlin 2020 2040");
  return zoneSource(name, ...years);
}

function wrong(help: string): number {
  process.stderr.write(help);
  return 2;
}

function failed(error: unknown): number {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
