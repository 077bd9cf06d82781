// Asks a rule the way a host does, through the contract's own three calls.

import { withoutAmbient } from "../ambient.js";
import { Decimal } from "../decimal.js";
import { Timestamp } from "../time.js";
import type * as wire from "../wit.js";
import { coerce, find } from "./coerce.js";
import type { Answer, Fixture, Recorded } from "./fixture.js";

/** A rule, configured with a fixture's parameters. */
export class Stage {
  readonly #manifest: wire.Manifest;
  readonly #parameters: readonly wire.Value[];
  readonly #reads: readonly wire.EventType[];

  constructor(
    readonly rule: wire.Rule,
    readonly fixture: Fixture,
  ) {
    this.#manifest = withoutAmbient(() => rule.describe());
    const unknown = Object.keys(fixture.parameters).find((name) => !this.#manifest.parameters.some((known) => known.name === name));
    if (unknown !== undefined) throw new Error(`the rule has no parameter ${JSON.stringify(unknown)}`);
    this.#parameters = this.#manifest.parameters.map((known) => parameter(known, fixture));
    const refused = (message: string): never => {
      throw new Error(`the rule refuses its parameters: ${message}`);
    };
    this.#reads = asking(() => rule.configure(this.#parameters), refused);
  }

  /** What the rule says as of a time about the events up to `known`. */
  answer(known: Timestamp, asOf: Timestamp): Answer {
    const facts = this.fixture.events.filter((recorded) => recorded.at <= known);
    const openedAt = facts[0]?.at ?? known;
    const kindOf = (recorded: Recorded) => this.#reads.findIndex((read) => read.kind === recorded.kind);
    const read = facts.filter((recorded) => kindOf(recorded) >= 0);
    const events: wire.Event[] = [];
    for (const recorded of read) {
      const kind = kindOf(recorded);
      const projected = project(recorded, kind, this.#reads[kind] as wire.EventType);
      if (typeof projected === "string") return { decision: "indeterminate", reason: "missing-field", field: projected };
      events.push(projected);
    }
    const ids = read.map((recorded) => recorded.id);
    const answer = () => this.#told(this.rule.evaluate({ openedAt, events }, this.#parameters, asOf), ids, openedAt, asOf);
    return asking(answer, (message) => ({ decision: "error", error: message }));
  }

  #told(verdict: wire.Verdict, ids: readonly string[], openedAt: Timestamp, asOf: Timestamp): Answer {
    const problem = refusal(verdict, openedAt, asOf);
    if (problem !== undefined) return { decision: `a host refuses it: ${problem}` };
    const reason = this.#manifest.reasons[verdict.reason]?.code ?? "undeclared";
    const evidence = verdict.evidence.map((place) => ids[place] ?? "?").join(", ");
    const { decision } = verdict;
    const answer: Answer = { decision: decision.tag, reason, evidence };
    if (decision.tag === "pending") answer["wake"] = decision.val === null ? "none" : Timestamp.text(decision.val as Timestamp);
    return decision.tag === "success" ? { ...answer, ...this.#measure(decision.val) } : answer;
  }

  #measure({ at, quantity, class: place, value }: wire.Success): Answer {
    return {
      at: Timestamp.text(at as Timestamp),
      quantity: Decimal.ofWire(quantity).toString(),
      ...(place !== null && { class: this.#manifest.classes[place] ?? "undeclared" }),
      ...(value !== null && { value: Decimal.ofWire(value).toString() }),
    };
  }
}

/** Calls the rule as in a sandbox. A text that it throws is its word that it cannot judge; anything else is a mistake in it. */
function asking<T>(call: () => T, refused: (message: string) => T): T {
  try {
    return withoutAmbient(call);
  } catch (error) {
    if (typeof error === "string") return refused(error);
    throw error;
  }
}

/** What was set, or the default; `missing` lets the rule itself say that it must be set. */
function parameter(known: wire.Parameter, fixture: Fixture): wire.Value {
  const set = fixture.parameters[known.name];
  if (set === undefined) return known.default ?? { tag: "missing" };
  const value = coerce(set, known.kind);
  if (!value) throw new Error(`the parameter ${known.name} cannot be ${String(set)}`);
  return value;
}

/** The event with the fields that are read; the field, when one that must be there is not. */
function project(recorded: Recorded, kind: number, read: wire.EventType): wire.Event | string {
  const values: wire.Value[] = [];
  for (const field of read.fields) {
    const found = find(recorded.data, field.path);
    const value = found === undefined ? undefined : coerce(found, field.kind);
    if (!value && field.required) return `${recorded.kind}${field.path}`;
    values.push(value ?? { tag: "missing" });
  }
  return { kind, at: recorded.at, actor: recorded.actor, values };
}

/** Why a host would call this verdict a fault. */
function refusal({ decision }: wire.Verdict, openedAt: Timestamp, asOf: Timestamp): string | undefined {
  if (decision.tag === "pending" && decision.val !== null && decision.val <= asOf) {
    return `wake ${Timestamp.text(decision.val as Timestamp)} is not later than the time of asking`;
  }
  if (decision.tag !== "success") return undefined;
  const { at, quantity, value, credit } = decision.val;
  if (at < openedAt || at > asOf) {
    const [success, opened, asked] = [at as Timestamp, openedAt, asOf].map(Timestamp.text);
    return `success at ${success} is not between opening ${opened} and asking ${asked}`;
  }
  if (quantity.mantissa < 0) return `quantity ${Decimal.ofWire(quantity)} is below 0`;
  if (quantity.scale > 6 || (value?.scale ?? 0) > 6) return "a quantity or value has more than six decimals";
  return credit.some((share) => share.parts === 0) ? "a share of 0 parts" : undefined;
}
