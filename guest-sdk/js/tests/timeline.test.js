import assert from "node:assert/strict";
import { test } from "node:test";

import { Duration, Timestamp, Window, timeline } from "assay-sdk";

const hour = (n) => Timestamp.ofMicros(Duration.hours(n));

/** One fact of type a, b, … for each letter, an hour apart; a dash is an hour of nothing. */
const told = (letters) => timeline(...[...letters].map((type, n) => ({ type, at: hour(n) })).filter(({ type }) => type !== "-"));

const letters = (facts) => [...facts].map((fact) => fact.type).join("");

test("parts of a timeline", () => {
  const { events } = told("abcab");
  const second = events.last((fact) => fact.type === "a");
  const cases = [
    [events.of("a", "c"), "aca"],
    [events.of(), ""],
    [events.since(second), "b"],
    [events.before(second), "abc"],
    [events.since(hour(3)), "ab"],
    [events.before(hour(3)), "abc"],
    [events.of("b").since(hour(2)), "b"],
    [events.within(Window.after(hour(1), Duration.hours(2))), "bc"],
    [events.within(Window.before(hour(4), Duration.hours(1))), "a"],
    [events.where((fact) => fact.at > 0), "bcab"],
  ];
  for (const [facts, expected] of cases) assert.equal(letters(facts), expected);
});

test("first, last, any, none and counts", () => {
  const { events } = told("abcab");
  const isC = (fact) => fact.type === "c";
  assert.deepEqual([events.first().index, events.last().index, events.first(isC).index], [0, 4, 2]);
  assert.deepEqual([events.any(isC), events.none(isC), events.every(isC)], [true, false, false]);
  assert.deepEqual([events.length, events.count(), events.of("b").count(), events.count(isC)], [5, 5, 2, 1]);
  const none = events.of("d");
  assert.deepEqual([none.first(), none.last(), none.any(), none.none(), none.every(isC)], [undefined, undefined, false, true, true]);
});

test("facts of one time keep their order, and one does not follow itself", () => {
  const { events } = timeline({ type: "a", at: hour(1) }, { type: "b", at: hour(1) }, { type: "c", at: hour(1) });
  assert.equal(letters(events.since(events.first())), "bc");
  assert.equal(letters(events.before(events.last())), "ab");
  assert.equal(letters(events.since(hour(1))), "abc");
});

test("absence is broken, open or kept, and the end of a window lies after it", () => {
  const window = Window.after(hour(0), Duration.hours(3));
  const cases = [
    ["a", 1, { state: "open", until: hour(3) }],
    ["a--a", 3, { state: "kept", at: hour(3) }],
    ["a----a", 9, { state: "kept", at: hour(3) }],
    ["a-ab", 3, { state: "broken", by: 1 }],
  ];
  for (const [letters, asOf, expected] of cases) {
    const { events } = told(letters);
    const found = events.since(events.first()).absence(window, hour(asOf));
    assert.deepEqual(found.state === "broken" ? { ...found, by: found.by.index } : found, expected, letters);
  }
});

test("a timeline for a test opens at its first event", () => {
  assert.equal(told("--a").openedAt, hour(2));
  assert.equal(told("").openedAt, 0);
});
