// Rules of the tests in node; the tests of the workspace ask the same fixtures in the sandbox.

import assert from "node:assert/strict";
import { test } from "node:test";

import { checkFixture, fixtures, withoutAmbient } from "assay-sdk/testing";

import { rule as ambient } from "./rules/ambient/rule.js";
import { rule as answered } from "./rules/answered/rule.js";

fixtures(ambient, new URL("rules/ambient/fixtures/", import.meta.url));
fixtures(answered, new URL("rules/answered/fixtures/", import.meta.url));

test("a mistake in a rule is no word of the rule", () => {
  const fixture = `
    [[event]]
    type = "use"
    time = "2016-03-01T10:00:00Z"
    data = { what = "nothing known" }
    [[ask]]
    as-of = "2016-03-01T10:00:00Z"
    decision = "error"`;
  assert.throws(() => checkFixture(ambient, fixture), TypeError);
});

test("what a rule must not have is there again afterwards, also after an exception", () => {
  const there = () => [Date, Math.random, setTimeout, fetch, process, Intl, Date.prototype.getHours, URL].map((each) => each);
  const before = there();
  assert.throws(() => withoutAmbient(() => Date.now()), /Date.now\(\) is not available/);
  assert.deepEqual(there(), before);
  assert.ok(new Date().getFullYear() > 2000);
  assert.ok(!("XMLHttpRequest" in globalThis));
});
