import assert from "node:assert/strict";
import { test } from "node:test";

import { Timestamp, defineRule, event, integer, pending, success, text } from "assay-sdk";
import { checkFixture } from "assay-sdk/testing";

import { coerce, find } from "../dist/testing/coerce.js";

const rule = defineRule({
  name: "scored",
  title: "Scored",
  summary: "",
  unit: "score",
  reads: { scored: event("scored", { score: integer() }) },
  parameters: { minimum: integer({ default: 4 }), mood: text({ default: "calm" }) },
  reasons: { good: "", waiting: "" },
  check: ({ minimum }) => (minimum < 0 ? "minimum is negative" : undefined),
  judge(timeline, { minimum, mood }, asOf) {
    const fact = timeline.events.first(({ score }) => score >= minimum);
    if (!fact) return pending("waiting");
    const at = { fickle: asOf, early: Timestamp.ofMicros(0) }[mood] ?? fact.at;
    return success("good", at).evidence(fact);
  },
});

const scored = '[[event]]\ntype = "scored"\ntime = "2016-03-01T10:00:00Z"\ndata = { score = 5 }\n';
const asked = '[[ask]]\nas-of = "2016-03-02T00:00:00Z"\n';
const good = 'decision = "success"\nreason = "good"\n';

test("an answer is compared with what is expected, and with nothing else", () => {
  const cases = [
    [`${good}at = "2016-03-01T10:00:00Z"\nquantity = 1.0\nevidence = ["e1"]`, []],
    [good, []],
    [good.replace("good", "waiting"), ["reason\n  expected  waiting\n  found     good"]],
    [`${good}at = "2016-03-01T10:00:01Z"`, ["at\n"]],
    [`${good}class = "big"`, ["class\n  expected  big\n  found     nothing"]],
    [`${good}evidence = []`, ["evidence\n"]],
    ['decision = "pending"\nreason = "waiting"\nwake = "none"', ["decision\n", "reason\n", "wake\n"]],
  ];
  for (const [expected, complaints] of cases) {
    const found = checkFixture(rule, scored + asked + expected);
    assert.equal(found.length, complaints.length, found.join());
    complaints.forEach((complaint, place) => assert.ok(found[place].includes(complaint), found[place]));
  }
});

test("a decision that time alone changes, or that a host refuses, is found", () => {
  const check = (mood) => checkFixture(rule, `[parameters]\nmood = "${mood}"\n${scored}${asked}${good}`);
  assert.match(check("fickle").join(), /changes when the same events are asked about again at 2016-03-02T00:00:01Z/);
  assert.match(check("early").join(), /a host refuses it: success at 1970-01-01T00:00:00Z is not between opening/);
});

test("events are those up to the time of asking, in timeline order", () => {
  const low = scored.replace("5", "1");
  const cases = [
    [scored.replace("-01T10", "-03T10"), 'decision = "pending"\nreason = "waiting"'],
    [low + scored.replace("[[event]]", '[[event]]\nid = "x"\nsequence = -1'), `${good}evidence = ["x"]`],
    [scored + scored.replace("10:00:00Z", "10:00:00+02:00"), `${good}at = "2016-03-01T08:00:00Z"\nevidence = ["e2"]`],
    [scored.replace("5", '"five"'), 'decision = "indeterminate"\nreason = "missing-field"'],
    [scored.replace('"scored"', '"other"'), 'decision = "pending"\nreason = "waiting"'],
  ];
  for (const [events, expected] of cases) assert.deepEqual(checkFixture(rule, events + asked + expected), [], events);
});

test("a fixture is read strictly", () => {
  const cases = [
    ["", /it asks nothing/],
    [`${asked}${good}wake = "none"`, /ask 1: `wake` is not known here/],
    [`${asked}decision = "succes"\nreason = "good"`, /there is no decision "succes"/],
    [`${asked}decision = "success"`, /ask 1: `reason` must be given/],
    [`${scored}tpye = "x"\n${asked}${good}`, /`tpye` is not known|tpye/],
    [`titel = "x"\n${asked}${good}`, /the file: `titel` is not known here/],
    [`${scored.replace('"2016-03-01T10:00:00Z"', "2016-03-01T10:00:00Z")}${asked}${good}`, /event 1: write the time `time` in quotes/],
    [`${scored.replace("T10", " at 10")}${asked}${good}`, /event 1: `time`: expected an RFC 3339 time/],
    [`${scored.replace("[[event]]", '[[event]]\nid = "e2"')}${scored}${asked}${good}`, /two events of fixture have the id e2/],
    [`${scored.replace("[[event]]", '[[event]]\nactor = "robot"')}${asked}${good}`, /the actor "robot" is none of/],
    [`[parameters]\nminimun = 3\n${asked}${good}`, /the rule has no parameter "minimun"/],
    [`[parameters]\nminimum = "x"\n${asked}${good}`, /the parameter minimum cannot be x/],
    [`[parameters]\nminimum = -1\n${asked}${good}`, /the rule refuses its parameters: minimum is negative/],
  ];
  for (const [text, complaint] of cases) assert.throws(() => checkFixture(rule, text), complaint, text);
});

test("coercion is the host's", () => {
  const cases = [
    ["3", "integer", 3],
    [3n, "integer", 3],
    [3, "integer", 3],
    [3.5, "integer", undefined],
    ["true", "boolean", true],
    [1n, "boolean", undefined],
    ["yes", "boolean", undefined],
    [3n, "text", undefined],
    ["P1D", "duration", 86_400_000_000],
    [86_400n, "duration", undefined],
    ["1970-01-01T00:00:01Z", "timestamp", 1_000_000],
    ["1.50", "decimal", { mantissa: 15, scale: 1 }],
    [1.5, "decimal", { mantissa: 15, scale: 1 }],
    ["9007199254740992", "decimal", undefined],
    ...["03", "+3", "-0", "3.0", "", true, 9_007_199_254_740_993n, [3n], { y: 3n }].map((value) => [value, "integer", undefined]),
  ];
  for (const [value, kind, expected] of cases) assert.deepEqual(coerce(value, kind)?.val, expected, `${String(value)} as ${kind}`);
});

test("pointers lead to values", () => {
  const data = { a: { "b/c": [10n, { "~": 11n }] } };
  for (const [pointer, expected] of [
    ["/a/b~1c/0", 10n],
    ["/a/b~1c/1/~0", 11n],
    ["/a/b~1c/2", undefined],
    ["/a/b", undefined],
    ["/a/toString", undefined],
  ]) {
    assert.equal(find(data, pointer), expected, pointer);
  }
});
