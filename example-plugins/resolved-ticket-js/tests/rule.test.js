import assert from "node:assert/strict";
import { test } from "node:test";

import { Duration, Timestamp, success, timeline } from "assay-sdk";
import { fixtures } from "assay-sdk/testing";

import { rule } from "../dist/rule.js";

// Those of the same rule in Rust.
fixtures(rule, new URL("../fixtures/", import.meta.url));

const hour = (n) => Timestamp.ofMicros(Duration.hours(n));
const incident = (at, state, reassignments) => ({
  type: "incident",
  at: hour(at),
  state,
  reopens: 0,
  reassignments,
});

test("settings that make no sense are refused", () => {
  const cases = [
    [{}, undefined],
    [{ window: Duration.ZERO }, undefined],
    [{ window: Duration.seconds(-1) }, "window"],
    [{ maxReassignments: 0 }, undefined],
    [{ maxReassignments: -1 }, "max-reassignments"],
  ];
  for (const [settings, expected] of cases) {
    const given = rule
      .describe()
      .parameters.map(({ name, kind, default: preset }) => {
        const value = {
          window: settings.window,
          "max-reassignments": settings.maxReassignments,
        }[name];
        return value === undefined ? preset : { tag: kind, val: value };
      });
    const refused = () => {
      try {
        return rule.configure(given) && undefined;
      } catch (message) {
        return message.split(" ")[0];
      }
    };
    assert.equal(refused(), expected, JSON.stringify(settings));
  }
});

test("without a window a resolution counts at once", () => {
  const events = timeline(
    { type: "resolved", at: hour(1) },
    { type: "reopened", at: hour(1) },
  );
  const verdict = rule.judge(
    events,
    rule.settings({ window: Duration.ZERO }),
    hour(1),
  );
  assert.deepEqual(
    verdict,
    success("resolved", hour(1)).evidence(events.events.first()),
  );
});

test("a conversation counts its own reassignments on top of the incident", () => {
  for (const [told, expected] of [
    [1, "resolved"],
    [2, "escalated"],
  ]) {
    const events = timeline(
      incident(0, "Active", told),
      { type: "reassigned", at: hour(1) },
      { type: "resolved", at: hour(2) },
    );
    assert.equal(
      rule.judge(events, rule.settings({ maxReassignments: 2 }), hour(48))
        .reason,
      expected,
      String(told),
    );
  }
});
