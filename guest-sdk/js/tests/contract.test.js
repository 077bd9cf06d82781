import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { types } from "../scripts/wit-types.js";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const wit = read("../../../wit/0.1/world.wit");

test("the types are those of the contract: `npm run types` writes them anew", () => {
  assert.equal(types(wit), read("../src/wit.ts"));
});

test("a contract with parts that are not known here is refused", () => {
  const cases = [
    ["enum actor {", "flags actor {", "defines a flags"],
    ["share { participant: u32", "share { participant: tuple<u32>", "has < where"],
    ["world outcome-rule {", "world outcome-rule { import clock;", "has import where export"],
    ["describe: func() -> manifest;", "describe: func();", "has ; where ->"],
    ["record share {", "record share ! {", 'has "!"'],
  ];
  for (const [before, after, complaint] of cases) {
    assert.ok(wit.includes(before), before);
    assert.throws(
      () => types(wit.replace(before, after)),
      (error) => error.message.includes(complaint),
      after,
    );
  }
});
