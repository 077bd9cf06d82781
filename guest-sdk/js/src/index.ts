/* Write an outcome rule in TypeScript or JavaScript.
 *
 * A rule is a function from what happened in one interaction to a verdict. It is ordinary code: unit-tested in node, built as a
 * component that imports nothing, run by a host in a fresh instance per question. The README tells how.
 *
 * This package owns the author's types, the manifest made from them, decoding and encoding, what throws in a rule, fixture tests in node,
 * and the bundling of a rule into a component. It checks no limits: hosts do.
 *
 * To add a kind of value: a case in the contract, `npm run types`, its function in `spec`, its coercion in `testing`. */

export { AmbientError } from "./ambient.js";
export { businessHours, type BusinessHours, type OpeningHours, type Weekday } from "./hours.js";
export { Decimal, type DecimalLike, type Rounding } from "./decimal.js";
export { ParseError, RuleError } from "./error.js";
export { defineRule, type Definition, type Reasons, type Rule } from "./rule.js";
export {
  boolean,
  decimal,
  duration,
  event,
  integer,
  optional,
  text,
  timestamp,
  type EventSpec,
  type FieldOptions,
  type ParameterOptions,
  type Reads,
  type Specs,
  type ValueSpec,
  type ValuesOf,
} from "./spec.js";
export { Duration, Timestamp } from "./time.js";
export { Facts, Window, timeline, type Absence, type Actor, type FactBase, type FactOf, type Timeline } from "./timeline.js";
export { Verdict, failure, indeterminate, notEligible, pending, pendingUntil, success, type Decision, type Success } from "./verdict.js";
export { pinnedZone, UTC, type PinnedZone } from "./zone.js";
