// What the compiler must refuse. `npm test` compiles this file: a line that is wrongly accepted is an error as well.

import {
  Decimal,
  Duration,
  Timestamp,
  boolean,
  decimal,
  defineRule,
  duration,
  event,
  integer,
  optional,
  pending,
  success,
  text,
  type FactOf,
} from "assay-sdk";

const reads = { scored: event("csat.submitted", { score: integer(), comment: optional(text()) }), closed: event("ticket.closed") };

const about = { name: "a-rule", title: "A rule", summary: "", unit: "thing", reads, reasons: { good: "", waiting: "" } };

/** Makes sure that the type of a value is exactly `T`. */
const exactly =
  <T>() =>
  <U>(_value: U, ..._same: [T, U] extends [U, T] ? [] : [never]) => {};

defineRule({
  ...about,
  parameters: { wait: duration({ default: "PT1H" }), most: optional(integer()), price: decimal(), strict: boolean() },
  classes: ["big"],
  participants: ["ai", "human"],
  judge(timeline, settings, asOf) {
    exactly<Duration>()(settings.wait);
    exactly<number | undefined>()(settings.most);
    exactly<Decimal>()(settings.price);
    exactly<boolean>()(settings.strict);
    for (const fact of timeline.events) {
      if (fact.type === "scored") exactly<number>()(fact.score);
      // @ts-expect-error: a closed ticket has no score
      else fact.score;
    }
    const comment: string | undefined = timeline.events.of("scored").last()?.comment;
    // @ts-expect-error: nothing is read under this name
    timeline.events.of("opened");
    // @ts-expect-error: milliseconds are no time of the SDK
    success("good", Date.UTC(2016, 0));
    // @ts-expect-error: there is no clock in a rule's types
    console.log(comment);
    // @ts-expect-error: nor timers
    setTimeout(() => {}, 1);
    // @ts-expect-error: nor the network
    fetch("https://example.com");
    // @ts-expect-error: a length of time is no point in time
    Timestamp.plus(settings.wait, settings.wait);
    return success("good", asOf).class("big").credit("ai", 1).credit("human", 2).quantity("1.5");
  },
});

// @ts-expect-error: a reason that is not declared
defineRule({ ...about, judge: () => pending("wating") });

// @ts-expect-error: a class that is not declared
defineRule({ ...about, classes: ["big"], judge: (_, __, asOf) => success("good", asOf).class("small") });

// @ts-expect-error: a participant that is not declared
defineRule({ ...about, judge: (_, __, asOf) => success("good", asOf).credit("ai", 1) });

// @ts-expect-error: a rule answers at once
defineRule({ ...about, judge: async () => pending("good") });

// @ts-expect-error: and always
defineRule({ ...about, judge: () => {} });

// @ts-expect-error: the default of a length of time is no number
duration({ default: 3_600 });

const fact: FactOf<typeof reads> = { type: "closed", at: Timestamp.ofMicros(0), actor: "ai", index: 0 };
// @ts-expect-error: facts do not change
fact.at = Timestamp.ofMicros(1);
