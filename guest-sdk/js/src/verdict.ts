import { Decimal, type DecimalLike } from "./decimal.js";
import { Timestamp } from "./time.js";
import type { FactBase } from "./timeline.js";

/** A success and its measure. */
export interface Success<Class extends string = string, Participant extends string = string> {
  /** When it was achieved: from the opening up to the time of asking. */
  readonly at: Timestamp;
  /** How many units of the outcome, at most six decimals. */
  readonly quantity: Decimal;
  readonly class: Class | undefined;
  /** Participants and their parts of the whole; empty means all of it to the AI. */
  readonly credit: readonly (readonly [Participant, number])[];
  /** What it is worth, at most six decimals. */
  readonly value: Decimal | undefined;
}

/** What a rule decides. */
export type Decision<Class extends string = string, Participant extends string = string> =
  | ({ readonly tag: "success" } & Success<Class, Participant>)
  | { readonly tag: "failure" }
  | { readonly tag: "pending"; readonly wake: Timestamp | undefined }
  | { readonly tag: "indeterminate" }
  | { readonly tag: "not-eligible" };

/** Evidence: a fact, several, or none. */
type Cited = FactBase | Iterable<FactBase> | undefined;

/** What a rule says about an interaction. */
export class Verdict<Reason extends string, Class extends string = never, Participant extends string = never> {
  constructor(
    readonly decision: Decision<Class, Participant>,
    readonly reason: Reason,
    /** Places on the timeline, increasing. */
    readonly cited: readonly number[] = [],
    readonly words: string | undefined = undefined,
  ) {}

  /** How many units instead of one; like the three below it says nothing about a decision that is no success. */
  quantity(quantity: DecimalLike): Verdict<Reason, Class, Participant> {
    return this.#measured({ quantity: Decimal.of(quantity) });
  }

  /** Which of the rule's declared classes the success belongs to. */
  class<C extends string>(name: C): Verdict<Reason, Class | C, Participant> {
    return this.#measured<Class | C, Participant>({ class: name });
  }

  /** Credits one of the rule's declared participants with `parts` (at least 1) of the whole; call it once per participant. */
  credit<P extends string>(participant: P, parts: number): Verdict<Reason, Class, Participant | P> {
    const before = this.decision.tag === "success" ? this.decision.credit : [];
    return this.#measured<Class, Participant | P>({ credit: [...before, [participant, parts]] });
  }

  /** What the success is worth. */
  value(value: DecimalLike): Verdict<Reason, Class, Participant> {
    return this.#measured({ value: Decimal.of(value) });
  }

  /** Cites facts. At most 256 are kept by a host; order and repetition do not matter. */
  evidence(...facts: Cited[]): Verdict<Reason, Class, Participant> {
    const places = facts.flatMap((cited) =>
      cited === undefined ? [] : "index" in cited ? [cited.index] : [...cited].map((fact) => fact.index),
    );
    const all = [...new Set([...this.cited, ...places])].sort((a, b) => a - b);
    return new Verdict(this.decision, this.reason, all, this.words);
  }

  /** Free text for people, at most 1 KiB. */
  note(words: string): Verdict<Reason, Class, Participant> {
    return new Verdict(this.decision, this.reason, this.cited, words);
  }

  #measured<C extends string = Class, P extends string = Participant>(measure: Partial<Success<C, P>>): Verdict<Reason, C, P> {
    const decision = this.decision as Decision<C, P>;
    return new Verdict(decision.tag === "success" ? { ...decision, ...measure } : decision, this.reason, this.cited, this.words);
  }
}

/** One unit of the outcome, achieved at `at`. */
export function success<R extends string>(reason: R, at: Timestamp): Verdict<R> {
  return new Verdict<R>({ tag: "success", at, quantity: Decimal.ONE, class: undefined, credit: [], value: undefined }, reason);
}

/** The outcome did not happen, whatever time passes. */
export function failure<R extends string>(reason: R): Verdict<R> {
  return new Verdict({ tag: "failure" }, reason);
}

/** Only a new fact can decide. */
export function pending<R extends string>(reason: R): Verdict<R> {
  return new Verdict({ tag: "pending", wake: undefined }, reason);
}

/** Time decides: asked again at `wake`, which is later than the time of asking. */
export function pendingUntil<R extends string>(reason: R, wake: Timestamp): Verdict<R> {
  return new Verdict({ tag: "pending", wake }, reason);
}

/** The facts do not allow a judgement. */
export function indeterminate<R extends string>(reason: R): Verdict<R> {
  return new Verdict({ tag: "indeterminate" }, reason);
}

/** This interaction is not one the rule is about. */
export function notEligible<R extends string>(reason: R): Verdict<R> {
  return new Verdict({ tag: "not-eligible" }, reason);
}
