import { Decimal } from "./decimal.js";
import { RuleError } from "./error.js";
import { checkedName, kebab, type Reads, type Specs, type ValueSpec, type ValuesOf } from "./spec.js";
import { EXACT_MAX } from "./text.js";
import type { Timestamp } from "./time.js";
import { timelineDecoder, type FactOf, type Timeline } from "./timeline.js";
import { Verdict } from "./verdict.js";
import type * as wire from "./wit.js";

/** The closed set of reasons a verdict may have, each with its explanation for people. */
export type Reasons = { readonly [name: string]: string };

/** What a rule is made of. */
export interface Definition<R extends Reads, P extends Specs, Why extends Reasons, Class extends string, Participant extends string> {
  /** Kebab-case: `resolved-ticket`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For people, longer. */
  readonly summary: string;
  /** What one unit of the outcome is called: "resolution". */
  readonly unit: string;
  /** The kinds of events it reads, each under the name that facts of this kind have as their `type`. */
  readonly reads: R;
  /** What can be set; a name becomes kebab-case. */
  readonly parameters?: P;
  /** Why a verdict is what it is; a name becomes kebab-case. */
  readonly reasons: Why;
  /** The classes a success may have. */
  readonly classes?: readonly Class[];
  /** Who may be credited. */
  readonly participants?: readonly Participant[];
  /** Whether every success carries a value. */
  readonly hasValue?: boolean;
  /** Refuses settings that make no sense together, in words for the person who set them. */
  readonly check?: (settings: ValuesOf<P>) => string | undefined;
  /** Judges a timeline as of a time, which is never before its last event. */
  readonly judge: (
    timeline: Timeline<FactOf<R>>,
    settings: ValuesOf<P>,
    asOf: Timestamp,
  ) => Verdict<NoInfer<keyof Why & string>, NoInfer<Class>, NoInfer<Participant>>;
}

/** A rule: what a component exports as `rule`, and its function for unit tests. */
export interface Rule<R extends Reads, P extends Specs, Why extends Reasons, Class extends string, Participant extends string>
  extends wire.Rule {
  readonly judge: Definition<R, P, Why, Class, Participant>["judge"];
  /** Settings for a unit test: the defaults, and what is given instead. */
  settings(instead?: Partial<ValuesOf<P>>): ValuesOf<P>;
}

/** The part of a definition that its manifest is made of. */
type Declared = Omit<Definition<Reads, Specs, Reasons, string, string>, "check" | "judge" | "parameters">;

/** The reasons that hosts give themselves. */
const OF_THE_HOST = ["deadline", "missing-field", "rule-error"];

/** Makes a rule of its definition. A module exports it: `export const rule = defineRule({ … })`. */
export function defineRule<
  const R extends Reads,
  const Why extends Reasons,
  const P extends Specs = Record<never, never>,
  const Class extends string = never,
  const Participant extends string = never,
>(definition: Definition<R, P, Why, Class, Participant>): Rule<R, P, Why, Class, Participant> {
  const parameters: Specs = definition.parameters ?? {};
  const manifest = declare(definition, parameters);
  const reads = Object.entries(definition.reads).map(([, { kind, fields }]) => ({ kind, fields: Object.entries(fields).map(field) }));
  const twice = reads.find(({ kind }, place) => reads.findIndex((other) => other.kind === kind) !== place);
  if (twice) throw new TypeError(`two names read the kind ${twice.kind}`);
  const timelineOf = timelineDecoder(definition.reads);
  const encode = encoder(definition, manifest);
  const { check, judge } = definition;

  const settingsOf = (values: readonly wire.Value[]) => decodeSettings(manifest, parameters, values) as ValuesOf<P>;
  return {
    judge,
    settings: (instead) => ({ ...settingsOf(manifest.parameters.map((known) => known.default ?? { tag: "missing" })), ...instead }),
    describe: () => manifest,
    configure: (values) =>
      answering(() => {
        const refusal = check?.(settingsOf(values));
        if (refusal !== undefined) throw new RuleError(refusal);
        return reads;
      }),
    evaluate: (timeline, values, asOf) => answering(() => encode(judge(timelineOf(timeline), settingsOf(values), asOf as Timestamp))),
  };
}

/** The contract's way to say that a rule cannot judge is to throw a text. Any other exception goes on and is a fault. */
function answering<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof RuleError ? error.message : error;
  }
}

function declare(definition: Declared, parameters: Specs): wire.Manifest {
  const { title, summary, unit, classes = [], participants = [], hasValue = false } = definition;
  if (title.trim() === "" || unit.trim() === "") throw new TypeError("a rule has a title and a unit: people read them");
  return {
    name: checkedName(definition.name),
    title,
    summary,
    unit,
    parameters: unique(Object.entries(parameters).map(parameter), (known) => known.name),
    reasons: unique(Object.entries(definition.reasons).map(reason), (known) => known.code),
    classes: unique(
      classes.map((name) => checkedName(name)),
      (name) => name,
    ),
    participants: unique(
      participants.map((name) => checkedName(name)),
      (name) => name,
    ),
    hasValue,
  };
}

function unique<T>(all: T[], name: (of: T) => string): T[] {
  const twice = all.find((one, place) => all.findIndex((other) => name(other) === name(one)) !== place);
  if (twice !== undefined) throw new TypeError(`${name(twice)} is declared twice`);
  return all;
}

function parameter([name, { kind, required, default: preset, help }]: [string, ValueSpec<unknown, boolean>]): wire.Parameter {
  return { name: kebab(name), kind, default: preset ?? (required ? null : { tag: "missing" }), help };
}

function field([name, { kind, required, path }]: [string, ValueSpec<unknown, boolean>]): wire.Field {
  return { name: kebab(name), path: path ?? `/${name}`, kind, required };
}

function reason([name, help]: [string, string]): wire.Reason {
  const code = kebab(name);
  if (OF_THE_HOST.includes(code)) throw new TypeError(`the reason ${code} is the host's own: name yours otherwise`);
  return { code, help };
}

function decodeSettings({ parameters }: wire.Manifest, specs: Specs, values: readonly wire.Value[]): Record<string, unknown> {
  if (values.length !== parameters.length) throw new RuleError("the number of parameters is not that of the manifest");
  const settings: Record<string, unknown> = {};
  Object.entries(specs).forEach(([name, spec], place) => {
    settings[name] = argument(parameters[place] as wire.Parameter, spec, values[place] as wire.Value);
  });
  return settings;
}

/** What was set, or its default. */
function argument(known: wire.Parameter, spec: ValueSpec<unknown, boolean>, set: wire.Value): unknown {
  const value = set.tag === "missing" ? (known.default ?? set) : set;
  if (value.tag === known.kind) return spec.decode ? spec.decode(value.val as never) : value.val;
  if (value.tag === "missing" && !spec.required) return undefined;
  const problem = value.tag === "missing" ? "is not set and has no default: set it to a" : "is not a";
  throw new RuleError(`parameter ${known.name} ${problem} ${known.kind}`);
}

type Said = Verdict<string, string, string>;

function encoder(definition: Declared, manifest: wire.Manifest): (verdict: Said) => wire.Verdict {
  const reasons = Object.keys(definition.reasons);
  return (verdict) => {
    if (!(verdict instanceof Verdict)) {
      throw new TypeError(`judge returned ${kindOf(verdict)}, not a verdict such as success(…) or pending(…)`);
    }
    const reason = placeOf(verdict.reason, reasons, "reason");
    return { decision: decision(verdict, manifest), reason, evidence: verdict.cited, note: verdict.words ?? null };
  };
}

function kindOf(value: unknown): string {
  return value instanceof Promise ? "a promise, and a rule answers at once" : value === null ? "null" : typeof value;
}

function decision({ decision }: Said, manifest: wire.Manifest): wire.Decision {
  switch (decision.tag) {
    case "pending":
      return { tag: "pending", val: decision.wake === undefined ? null : micros(decision.wake, "the time to ask again") };
    case "success":
      break;
    default:
      return decision;
  }
  const { at, quantity, class: name, credit, value } = decision;
  if (manifest.hasValue && value === undefined) throw new RuleError("a success without the value that the rule declares");
  if (!manifest.hasValue && value !== undefined) throw new RuleError("a success with a value that the rule does not declare");
  const success: wire.Success = {
    quantity: Decimal.of(quantity).toWire(),
    at: micros(at, "the time of a success"),
    class: name === undefined ? null : placeOf(name, manifest.classes, "class"),
    credit: credit.map(([who, parts]) => ({ participant: placeOf(who, manifest.participants, "participant"), parts: count(parts) })),
    value: value === undefined ? null : Decimal.of(value).toWire(),
  };
  return { tag: "success", val: success };
}

function placeOf(name: string, declared: readonly string[], what: string): number {
  const place = declared.indexOf(name);
  if (place < 0) throw new RuleError(`the rule declares no ${what} ${name}`);
  return place;
}

function micros(at: number, what: string): number {
  if (Number.isInteger(at) && Math.abs(at) <= EXACT_MAX) return at;
  throw new TypeError(`${what} is ${at}, not a whole number of microseconds: compute it with Timestamp.plus and its like`);
}

function count(parts: number): number {
  if (Number.isInteger(parts) && parts >= 0 && parts < 2 ** 32) return parts;
  throw new TypeError(`a share of ${parts} parts: parts are counted from 1`);
}
