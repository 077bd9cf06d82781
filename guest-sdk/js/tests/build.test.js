import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { imports } from "../dist/build/component.js";

const SDK = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = join(SDK, "bin", "assay-rule.js");

const folder = mkdtempSync(join(tmpdir(), "assay-sdk-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(SDK, join(folder, "node_modules", "assay-sdk"));

/** Runs the command in the folder. */
const run = (...words) =>
  new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

const rule = (body = "", before = "") => `
  import { defineRule, event, pending } from "assay-sdk";
  ${before}
  export const rule = defineRule({
    name: "tried", title: "Tried", summary: "", unit: "try", reads: { x: event("x") }, reasons: { waiting: "" },
    judge() { ${body} return pending("waiting"); },
  });`;

test("a rule becomes a component that imports nothing", async () => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@team/tried", type: "module" }));
  writeFileSync(join(folder, "rule.js"), rule("console.log('not read'); Date.now();"));
  const built = await run("build");
  assert.equal(built.code, 0, built.stderr);
  assert.match(built.stdout, /^tried {2}\d+ bytes {2}dist\/tried\.component\.wasm\n$/);
  const component = readFileSync(join(folder, "dist", "tried.component.wasm"));
  assert.equal(imports(component), false);
  assert.ok(component.length < 2_000_000, `${component.length} bytes`);
  // What would be imported is found: an empty section of imports behind the others.
  assert.equal(imports(Buffer.concat([component, Buffer.from([10, 1, 0])])), true);
  assert.throws(() => imports(Buffer.from("\0asm\x01\0\0\0")), /no component/);
});

test("the template compiles, passes its fixtures and becomes a component", async () => {
  const made = join(folder, "made");
  cpSync(join(SDK, "template"), made, { recursive: true });
  // A runner that is told of the one it is started by does not report by itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const word = (...words) =>
    new Promise((resolve) => execFile(process.execPath, words, { cwd: made, env }, (error, out) => resolve({ error, out })));
  const compiled = await word(join(SDK, "node_modules", "typescript", "bin", "tsc"));
  assert.equal(compiled.error, null, compiled.out);
  const tested = await word("--test", "--test-reporter=tap");
  assert.match(tested.out, /^# pass 2$/m);
  assert.equal(tested.error, null, tested.out);
  const built = await word(PROGRAM, "build");
  assert.match(built.out, /^my-rule {2}\d+ bytes/);
});

test("what cannot become a rule says why", async () => {
  const cases = [
    ["clock.js", rule("", "const started = Date.now();"), "Date.now() is not available: a rule has no clock"],
    ["chance.js", rule("", "const seed = Math.random();"), "Math.random() is not available"],
    ["empty.js", "export const other = 1;", "the module exports no rule: export const rule = defineRule"],
    [
      "files.js",
      rule("", 'import { readFileSync } from "node:fs"; readFileSync("/etc/passwd");'),
      "It is built into node, and a rule runs in a sandbox",
    ],
    ["typo.js", rule("", "const = 3;"), "typo.js:3:"],
    ["names.js", rule().replace('"tried"', '"Tried"'), '"Tried" is not a name of a manifest'],
  ];
  for (const [name, text, complaint] of cases) {
    writeFileSync(join(folder, name), text);
    const { code, stderr } = await run("build", name);
    assert.ok(code === 1 && stderr.startsWith("error: ") && stderr.includes(complaint), `${name}: ${code} ${stderr}`);
  }
});

test("wrong words are answered with the usage, and a missing rule with what to do", async () => {
  for (const [words, code, complaint] of [
    [[], 2, "usage: assay-rule build"],
    [["biuld"], 2, "usage: assay-rule build"],
    [["build", "--uot", "x"], 2, "Unknown option '--uot'"],
    [["build", "node_modules"], 1, "has no package.json: give the folder of a rule"],
    [["zone", "Europe/Berlin", "2026", "2026"], 1, "give the first year and the year after the last"],
    [["zone", "Europe/Nowhere", "2026", "2027"], 1, "Europe/Nowhere"],
  ]) {
    const found = await run(...words);
    assert.ok(found.code === code && found.stderr.includes(complaint), `${words}: ${found.code} ${found.stderr}`);
  }
});

test("a time zone is written down as source", async () => {
  const { code, stdout } = await run("zone", "America/New_York", "2020", "2022");
  assert.equal(code, 0);
  const rows = [...stdout.matchAll(/\["(.*)", (.*)\],/g)].map(([, at, minutes]) => `${at} ${minutes}`);
  assert.deepEqual(rows, [
    "2020-01-01T00:00:00Z -300",
    "2020-03-08T07:00:00Z -240",
    "2020-11-01T06:00:00Z -300",
    "2021-03-14T07:00:00Z -240",
    "2021-11-07T06:00:00Z -300",
  ]);
  assert.match(stdout, /export const newYork = pinnedZone\(\{\n  name: "America\/New_York",\n  version: "\d{4}/);
});
