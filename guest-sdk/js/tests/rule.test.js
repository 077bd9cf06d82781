import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Decimal,
  Duration,
  RuleError,
  Timestamp,
  boolean,
  decimal,
  defineRule,
  duration,
  event,
  failure,
  indeterminate,
  integer,
  notEligible,
  optional,
  pending,
  pendingUntil,
  success,
  text,
  timeline,
  timestamp,
} from "assay-sdk";

const at = (micros) => Timestamp.ofMicros(micros);

const definition = {
  name: "scored",
  title: "Scored",
  summary: "A score is given.",
  unit: "score",
  reads: { scored: event("csat.submitted", { score: integer(), weight: optional(decimal({ path: "/a/b~1c" })) }), closed: event("closed") },
  parameters: { respondWithin: duration({ default: "P7D", help: "How long." }), minimum: integer(), limit: optional(decimal()) },
  reasons: { goodEnough: "It is.", tooLow: "It is not." },
  classes: ["big", "small"],
  participants: ["ai", "desk"],
  judge: () => pending("tooLow"),
};

/** What the host would ask of a rule with this verdict. */
const judged = (verdict, changes = {}) => {
  const rule = defineRule({ ...definition, judge: () => verdict, ...changes });
  const parameters = [{ tag: "missing" }, { tag: "integer", val: 4 }, { tag: "missing" }];
  return rule.evaluate({ openedAt: 0, events: [] }, parameters, 100);
};

test("the manifest is what the author declared", () => {
  assert.deepEqual(defineRule(definition).describe(), {
    name: "scored",
    title: "Scored",
    summary: "A score is given.",
    unit: "score",
    parameters: [
      { name: "respond-within", kind: "duration", default: { tag: "duration", val: 604_800_000_000 }, help: "How long." },
      { name: "minimum", kind: "integer", default: null, help: "" },
      { name: "limit", kind: "decimal", default: { tag: "missing" }, help: "" },
    ],
    reasons: [
      { code: "good-enough", help: "It is." },
      { code: "too-low", help: "It is not." },
    ],
    classes: ["big", "small"],
    participants: ["ai", "desk"],
    hasValue: false,
  });
});

test("what it reads is told when it is configured, and settings it refuses are refused", () => {
  const rule = defineRule({ ...definition, check: ({ minimum }) => (minimum < 0 ? "minimum is negative" : undefined) });
  const set = (val) => [{ tag: "missing" }, { tag: "integer", val }, { tag: "missing" }];
  assert.deepEqual(rule.configure(set(4)), [
    {
      kind: "csat.submitted",
      fields: [
        { name: "score", path: "/score", kind: "integer", required: true },
        { name: "weight", path: "/a/b~1c", kind: "decimal", required: false },
      ],
    },
    { kind: "closed", fields: [] },
  ]);
  const refused = [
    [set(-1), "minimum is negative"],
    [[{ tag: "missing" }, { tag: "missing" }, { tag: "missing" }], "parameter minimum is not set and has no default: set it to a integer"],
    [[{ tag: "missing" }, { tag: "text", val: "4" }, { tag: "missing" }], "parameter minimum is not a integer"],
    [[], "the number of parameters is not that of the manifest"],
  ];
  for (const [values, message] of refused)
    assert.equal(
      thrown(() => rule.configure(values)),
      message,
    );
});

test("a rule gets facts and settings of its own types", () => {
  const seen = [];
  const rule = defineRule({ ...definition, judge: (...given) => (seen.push(...given), pending("tooLow")) });
  const events = [
    { kind: 1, at: 5, actor: "human", values: [] },
    {
      kind: 0,
      at: 7,
      actor: "ai",
      values: [
        { tag: "integer", val: 3 },
        { tag: "decimal", val: { mantissa: 15, scale: 1 } },
      ],
    },
    { kind: 0, at: 7, actor: "ai", values: [{ tag: "integer", val: 4 }, { tag: "missing" }] },
  ];
  const parameters = [
    { tag: "duration", val: 60_000_000 },
    { tag: "integer", val: 4 },
    { tag: "decimal", val: { mantissa: 1, scale: 0 } },
  ];
  rule.evaluate({ openedAt: 3, events }, parameters, 9);
  const [{ openedAt, events: facts }, settings, asOf] = seen;
  assert.deepEqual([openedAt, asOf], [3, 9]);
  assert.deepEqual(settings, { respondWithin: Duration.minutes(1), minimum: 4, limit: Decimal.ONE });
  assert.deepEqual(
    [...facts],
    [
      { type: "closed", at: 5, actor: "human", index: 0 },
      { type: "scored", at: 7, actor: "ai", index: 1, score: 3, weight: Decimal.of("1.5") },
      { type: "scored", at: 7, actor: "ai", index: 2, score: 4, weight: undefined },
    ],
  );
  assert.match(
    thrown(() => rule.evaluate({ openedAt: 3, events: [{ ...events[0], kind: 2 }] }, parameters, 9)),
    /another kind/,
  );
  assert.match(
    thrown(() => rule.evaluate({ openedAt: 3, events: [{ ...events[0], kind: 0 }] }, parameters, 9)),
    /another shape/,
  );
});

test("verdicts in the contract's words", () => {
  const fact = (index) => ({ type: "closed", at: at(1), actor: "ai", index });
  const one = { mantissa: 1, scale: 0 };
  const plain = { quantity: one, at: 50, class: null, credit: [], value: null };
  const cases = [
    [success("goodEnough", at(50)), { tag: "success", val: plain }],
    [
      success("goodEnough", at(50)).quantity("2.50").class("small").credit("desk", 1).credit("ai", 3),
      {
        tag: "success",
        val: {
          ...plain,
          quantity: { mantissa: 25, scale: 1 },
          class: 1,
          credit: [
            { participant: 1, parts: 1 },
            { participant: 0, parts: 3 },
          ],
        },
      },
    ],
    [failure("goodEnough").class("small").quantity(3), { tag: "failure" }],
    [pending("goodEnough"), { tag: "pending", val: null }],
    [pendingUntil("goodEnough", at(200)), { tag: "pending", val: 200 }],
    [indeterminate("goodEnough"), { tag: "indeterminate" }],
    [notEligible("goodEnough"), { tag: "not-eligible" }],
  ];
  for (const [verdict, decision] of cases) assert.deepEqual(judged(verdict), { decision, reason: 0, evidence: [], note: null });
  const cited = failure("tooLow")
    .evidence(fact(3), undefined, fact(1))
    .evidence([fact(3), fact(0)])
    .note("words");
  assert.deepEqual(judged(cited), { decision: { tag: "failure" }, reason: 1, evidence: [0, 1, 3], note: "words" });
  const valued = judged(success("goodEnough", at(1)).value("9.99"), { hasValue: true });
  assert.deepEqual(valued.decision.val.value, { mantissa: 999, scale: 2 });
});

test("what the rule says wrongly is its own error, and a mistake is an exception", () => {
  const good = success("goodEnough", at(50));
  const said = [
    [good.class("huge"), "the rule declares no class huge"],
    [good.credit("nobody", 1), "the rule declares no participant nobody"],
    [failure("unheard"), "the rule declares no reason unheard"],
    [good.value(1), "a success with a value that the rule does not declare"],
  ];
  for (const [verdict, message] of said)
    assert.equal(
      thrown(() => judged(verdict)),
      message,
    );
  assert.equal(
    thrown(() => judged(good, { hasValue: true })),
    "a success without the value that the rule declares",
  );
  const refuses = () => {
    throw new RuleError("cannot judge this");
  };
  assert.equal(
    thrown(() => judged(good, { judge: refuses })),
    "cannot judge this",
  );
  const mistakes = [
    [undefined, /judge returned undefined/],
    [Promise.resolve(good), /judge returned a promise, and a rule answers at once/],
    [success("goodEnough", 1.5), /the time of a success is 1\.5, not a whole number/],
    [pendingUntil("goodEnough", NaN), /the time to ask again is NaN/],
    [good.credit("ai", 0.5), /a share of 0\.5 parts/],
    [good.quantity("9007199254740993"), /does not fit the contract/],
  ];
  for (const [verdict, message] of mistakes)
    assert.throws(
      () => judged(verdict),
      (error) => error instanceof Error && message.test(error.message),
    );
});

test("a definition that no host would admit is refused where it stands", () => {
  const cases = [
    [{ name: "Scored" }, /"Scored" is not a name/],
    [{ title: " " }, /a title and a unit/],
    [{ reasons: { deadline: "" } }, /the host's own/],
    [{ reasons: { tooLow: "", "too-low": "" } }, /too-low is declared twice/],
    [{ classes: ["a", "a"] }, /a is declared twice/],
    [{ reads: { a: event("x"), b: event("x") } }, /two names read the kind x/],
    [{ reads: { a: event("x", { at: text() }) } }, /no field of x may be called at/],
  ];
  for (const [changes, message] of cases) assert.throws(() => defineRule({ ...definition, ...changes }), message);
  assert.throws(() => event(""), /1 to 256 bytes/);
  assert.throws(() => event("ä".repeat(129)), /1 to 256 bytes/);
  assert.throws(() => text({ path: "state" }), /no JSON Pointer/);
  assert.throws(() => integer({ default: 1.5 }), /no integer/);
  assert.throws(() => integer({ default: 2 ** 53 + 2 }), /no integer/);
  assert.throws(() => optional(boolean({ default: true })), /what is optional has no default/);
  assert.throws(() => timestamp({ default: "yesterday" }), /RFC 3339/);
});

test("names become kebab-case", () => {
  for (const [name, expected] of [
    ["maxReassignments", "max-reassignments"],
    ["max_reassignments", "max-reassignments"],
    ["HTTPStatus", "http-status"],
    ["tier2Only", "tier2-only"],
  ]) {
    const rule = defineRule({ ...definition, parameters: { [name]: integer() } });
    assert.equal(rule.describe().parameters[0].name, expected);
  }
});

test("settings for a unit test are the defaults, and what is given instead", () => {
  const rule = defineRule({ ...definition, parameters: { respondWithin: duration({ default: "P7D" }), limit: optional(integer()) } });
  assert.deepEqual(rule.settings(), { respondWithin: Duration.days(7), limit: undefined });
  assert.deepEqual(rule.settings({ limit: 3 }), { respondWithin: Duration.days(7), limit: 3 });
  assert.equal(rule.judge(timeline(), rule.settings(), at(0)).reason, "tooLow");
});

/** The text that a call throws: the contract's rule error. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    if (typeof error === "string") return error;
    throw error;
  }
  return undefined;
}
