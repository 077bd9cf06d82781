import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";

/** A folder with a rule. */
export interface Project {
  readonly folder: string;
  /** The package's name without its scope. */
  readonly name: string;
  /** The module that exports the rule. */
  readonly entry: string;
}

/** Where the rule is unless `assay.rule` of package.json names another module. */
const ENTRIES = ["src/rule.ts", "src/rule.js", "rule.js"];

/** The rule in a folder, as its package.json says, or in a module. */
export function readProject(of: string): Project {
  const folder = resolve(of);
  if (existsSync(folder) && statSync(folder).isFile()) return { folder: dirname(folder), name: basename(of, extname(of)), entry: folder };
  const file = join(folder, "package.json");
  if (!existsSync(file)) throw new Error(`${folder} has no package.json: give the folder of a rule`);
  const { name, assay } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; assay?: { rule?: string } };
  const asked = assay?.rule === undefined ? ENTRIES : [assay.rule];
  const entry = asked.map((entry) => join(folder, entry)).find((path) => existsSync(path));
  if (name === undefined) throw new Error(`${file} names no package: add "name"`);
  if (entry === undefined)
    throw new Error(`${folder} has no ${asked.join(", ")}: say in package.json where the rule is: "assay": { "rule": "…" }`);
  return { folder, name: name.replace(/^@[^/]*\//, ""), entry };
}
