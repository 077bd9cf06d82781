// Written by `npm run types` from the contract's WIT. Do not edit.

/* Integers are numbers, exact within ±2^53; an option is a value or null; a function with a result returns or throws a string. */

/** The name under which a component exports the contract. */
export const INTERFACE = "assay:rule/rule@0.1.0";

/** Microseconds since the Unix epoch, UTC. */
export type Timestamp = number;

/** Microseconds. */
export type Duration = number;

/** mantissa × 10^-scale. |mantissa| < 2^53; scale at most 12; canonical: no trailing zero in the mantissa. */
export interface Decimal {
  readonly mantissa: number;
  readonly scale: number;
}

export type ValueKind = "boolean" | "integer" | "decimal" | "text" | "timestamp" | "duration";

export type Value =
  | { readonly tag: "missing" }
  | { readonly tag: "boolean"; readonly val: boolean }
  | { readonly tag: "integer"; readonly val: number }
  | { readonly tag: "decimal"; readonly val: Decimal }
  | { readonly tag: "text"; readonly val: string }
  | { readonly tag: "timestamp"; readonly val: Timestamp }
  | { readonly tag: "duration"; readonly val: Duration };

export type Actor = "unknown" | "ai" | "human" | "customer" | "system";

/** What the rule declares about itself, read once when it is admitted. */
export interface Manifest {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** What one unit of the outcome is called: "resolution", "qualified lead". */
  readonly unit: string;
  readonly parameters: readonly Parameter[];
  readonly reasons: readonly Reason[];
  readonly classes: readonly string[];
  /** Who may be credited; `share.participant` indexes it. */
  readonly participants: readonly string[];
  /** Whether `success.value` is given; required of every success when true. */
  readonly hasValue: boolean;
}

export interface EventType {
  readonly kind: string;
  readonly fields: readonly Field[];
}

/** `path` is a JSON Pointer into the event's data. */
export interface Field {
  readonly name: string;
  readonly path: string;
  readonly kind: ValueKind;
  readonly required: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly kind: ValueKind;
  readonly default: Value | null;
  readonly help: string;
}

export interface Reason {
  readonly code: string;
  readonly help: string;
}

/** `kind` indexes the configured reads; `values` are that kind's declared fields, in order. */
export interface Event {
  readonly kind: number;
  readonly at: Timestamp;
  readonly actor: Actor;
  readonly values: readonly Value[];
}

export interface Timeline {
  readonly openedAt: Timestamp;
  readonly events: readonly Event[];
}

export interface Success {
  readonly quantity: Decimal;
  readonly at: Timestamp;
  readonly class: number | null;
  readonly credit: readonly Share[];
  readonly value: Decimal | null;
}

export interface Share {
  readonly participant: number;
  readonly parts: number;
}

/** `pending(none)`: only a new fact can decide; `pending(some(t))`: ask again at t. */
export type Decision =
  | { readonly tag: "success"; readonly val: Success }
  | { readonly tag: "failure" }
  | { readonly tag: "pending"; readonly val: Timestamp | null }
  | { readonly tag: "indeterminate" }
  | { readonly tag: "not-eligible" };

/** `reason` indexes manifest.reasons; `evidence` indexes the timeline's events, strictly increasing. */
export interface Verdict {
  readonly decision: Decision;
  readonly reason: number;
  readonly evidence: readonly number[];
  readonly note: string | null;
}

/** Everything a rule exports. The types live in the exported interface, so a component of this world has no imports at all. */
export interface Rule {
  describe(): Manifest;
  /** Run once per definition version: checks the parameters and says what the rule reads with them. */
  configure(parameters: readonly Value[]): readonly EventType[];
  evaluate(timeline: Timeline, parameters: readonly Value[], asOf: Timestamp): Verdict;
}

/** The contract as it is compiled into a component. */
export const WIT = "package assay:rule@0.1.0;\n\n/// Everything a rule exports. The types live in the exported interface, so a component of this world has no imports at all.\ninterface rule {\n  /// Microseconds since the Unix epoch, UTC.\n  type timestamp = s64;\n  /// Microseconds.\n  type duration = s64;\n  /// mantissa × 10^-scale. |mantissa| < 2^53; scale at most 12; canonical: no trailing zero in the mantissa.\n  record decimal { mantissa: s64, scale: u8 }\n  enum value-kind { boolean, integer, decimal, text, timestamp, duration }\n  variant value {\n    missing, boolean(bool), integer(s64), decimal(decimal), text(string), timestamp(timestamp), duration(duration),\n  }\n  enum actor { unknown, ai, human, customer, system }\n\n  /// What the rule declares about itself, read once when it is admitted.\n  record manifest {\n    name: string, title: string, summary: string,\n    /// What one unit of the outcome is called: \"resolution\", \"qualified lead\".\n    %unit: string,\n    parameters: list<parameter>, reasons: list<reason>, classes: list<string>,\n    /// Who may be credited; `share.participant` indexes it.\n    participants: list<string>,\n    /// Whether `success.value` is given; required of every success when true.\n    has-value: bool,\n  }\n  record event-type { kind: string, fields: list<field> }\n  /// `path` is a JSON Pointer into the event's data.\n  record field { name: string, path: string, kind: value-kind, required: bool }\n  record parameter { name: string, kind: value-kind, default: option<value>, help: string }\n  record reason { code: string, help: string }\n\n  /// `kind` indexes the configured reads; `values` are that kind's declared fields, in order.\n  record event { kind: u32, at: timestamp, actor: actor, values: list<value> }\n  record timeline { opened-at: timestamp, events: list<event> }\n\n  record success { quantity: decimal, at: timestamp, class: option<u32>, credit: list<share>, value: option<decimal> }\n  record share { participant: u32, parts: u32 }\n  /// `pending(none)`: only a new fact can decide; `pending(some(t))`: ask again at t.\n  variant decision { success(success), failure, pending(option<timestamp>), indeterminate, not-eligible }\n  /// `reason` indexes manifest.reasons; `evidence` indexes the timeline's events, strictly increasing.\n  record verdict { decision: decision, reason: u32, evidence: list<u32>, note: option<string> }\n\n  describe: func() -> manifest;\n  /// Run once per definition version: checks the parameters and says what the rule reads with them.\n  configure: func(parameters: list<value>) -> result<list<event-type>, string>;\n  evaluate: func(timeline: timeline, parameters: list<value>, as-of: timestamp) -> result<verdict, string>;\n}\n\nworld outcome-rule {\n  export rule;\n}\n";
