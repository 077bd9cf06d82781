// Uses what the SDK has: opening hours, absence, decimals, classes, shares and values.

import {
  Decimal,
  Duration,
  RuleError,
  Timestamp,
  Window,
  businessHours,
  decimal,
  defineRule,
  duration,
  event,
  failure,
  notEligible,
  optional,
  pending,
  pendingUntil,
  pinnedZone,
  success,
  timestamp,
} from "assay-sdk";

const berlin = pinnedZone({
  name: "Europe/Berlin",
  version: "2025c",
  from: "2016-01-01T00:00:00Z",
  until: "2017-01-01T00:00:00Z",
  offsets: [
    ["2016-01-01T00:00:00Z", 60],
    ["2016-03-27T01:00:00Z", 120],
    ["2016-10-30T01:00:00Z", 60],
  ],
});

const day = ["09:00-17:00"];
const desk = businessHours({
  zone: berlin,
  week: { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day },
  holidays: ["2016-03-25", "2016-03-28"],
});

export const rule = defineRule({
  name: "answered",
  title: "Answered in time",
  summary: "A question is answered within opening hours, and the customer leaves it at that.",
  unit: "answer",
  reads: {
    asked: event("question.asked", { price: optional(decimal()) }),
    answered: event("question.answered"),
    complained: event("question.complained"),
    moved: event("question.moved", { to: timestamp() }),
  },
  parameters: {
    within: duration({ default: "PT4H", help: "Open time until the answer." }),
    quiet: duration({ default: "P2D", help: "How long no complaint may follow." }),
    share: decimal({ default: "0.175", help: "The part of the price that an answer is worth." }),
    since: optional(timestamp({ help: "Questions before this are not judged." })),
  },
  reasons: {
    answered: "Answered in time and left at that.",
    open: "Not answered.",
    late: "Answered too late, or not at all.",
    quiet: "A complaint may follow.",
    complained: "The customer complained.",
    old: "Asked before the rule began.",
  },
  classes: ["machine", "person"],
  participants: ["desk", "ai"],
  hasValue: true,
  check: ({ quiet }) => (quiet <= 0 ? "quiet is not positive" : undefined),

  judge({ events }, { within, quiet, share, since }, asOf) {
    const asked = events.of("asked").first();
    if (!asked) return pending("open");
    if (asked.price?.compare(0) === -1) throw new RuleError(`a price of ${asked.price} is below zero`);
    if (since !== undefined && asked.at < since) return notEligible("old").evidence(asked);
    const start = events.of("moved").since(asked).last()?.to ?? asked.at;
    const due = desk.after(start, within);
    const answer = events.of("answered").since(asked).first();
    if (!answer || answer.at > due) {
      return asOf <= due ? pendingUntil("open", Timestamp.plus(due, Duration.ofMicros(1))) : failure("late").evidence(asked, answer);
    }
    const complaint = events.of("complained").since(answer).absence(Window.after(answer.at, quiet), asOf);
    switch (complaint.state) {
      case "broken":
        return failure("complained").evidence(answer, complaint.by);
      case "open":
        return pendingUntil("quiet", complaint.until).evidence(answer);
      case "kept": {
        const value = (asked.price ?? Decimal.ZERO).times(share).rounded(2, "half-even");
        const verdict = success("answered", complaint.at).value(value).quantity("1.25").evidence(asked, answer);
        return answer.actor === "ai" ? verdict.class("machine").credit("ai", 3).credit("desk", 1) : verdict.class("person");
      }
    }
  },
});
