// Touches what no rule has, as the last event says.

import { defineRule, event, failure, success, text } from "assay-sdk";

const uses = {
  "Date.now": () => Date.now(),
  "new Date": () => new Date(),
  Date: () => Date(),
  "new Date with parts": () => new Date(2016, 2, 1),
  "new Date without a zone": () => new Date("2016-03-01T10:00"),
  "Date.parse without a zone": () => Date.parse("1 March 2016"),
  getHours: () => new Date(0).getHours(),
  "Date as text": () => `${new Date(0)}`,
  "Math.random": () => Math.random(),
  setTimeout: () => setTimeout(() => {}, 1),
  setInterval: () => setInterval(() => {}, 1),
  queueMicrotask: () => queueMicrotask(() => {}),
  fetch: () => fetch("https://example.com"),
  WebSocket: () => new WebSocket("wss://example.com"),
  "performance.now": () => performance.now(),
  "performance.timeOrigin": () => performance.timeOrigin,
  "crypto.randomUUID": () => crypto.randomUUID(),
  "process.env": () => process.env.HOME,
  Intl: () => new Intl.NumberFormat("de").format(1.5),
  localeCompare: () => "a".localeCompare("b"),
  toLocaleString: () => (1.5).toLocaleString(),
  structuredClone: () => structuredClone({}),
  TextEncoder: () => new TextEncoder(),
  // What a rule does have.
  "a given Date": () =>
    new Date("2016-03-01T10:00:00Z").toISOString() + new Date(0).getUTCHours() + Date.UTC(2016, 0) + Date.parse("2016-03-01"),
  console: () => console.log("seen in node, nowhere in the sandbox"),
  "typeof fetch": () => typeof fetch + typeof Intl,
  BigInt: () => 2n ** 100n,
};

export const rule = defineRule({
  name: "ambient",
  title: "Touches what no rule has",
  summary: "",
  unit: "touch",
  reads: { use: event("use", { what: text() }) },
  reasons: { touched: "Nothing was thrown.", untouched: "There is nothing to touch." },
  judge(timeline, _, asOf) {
    const last = timeline.events.last();
    if (!last) return failure("untouched");
    uses[last.what]();
    return success("touched", last.at).evidence(last).note(String(asOf));
  },
});
