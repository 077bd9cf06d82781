import { RuleError } from "./error.js";
import type { EventSpec, Reads, Specs, ValuesOf } from "./spec.js";
import { Duration, Timestamp } from "./time.js";
import type * as wire from "./wit.js";

/** Who acted: the AI whose outcomes are billed, a person of the vendor's or the customer's staff, the person served, another machine. */
export type Actor = wire.Actor;

/** What every event of a timeline has, beside the fields that are read of its kind. */
export interface FactBase<Type extends string = string> {
  /** The name that the rule gave this kind of event. */
  readonly type: Type;
  /** When it happened. */
  readonly at: Timestamp;
  readonly actor: Actor;
  /** Its place on the timeline, which cites it as evidence. */
  readonly index: number;
}

/** The names that no field may have. */
const TAKEN: readonly string[] = ["type", "at", "actor", "index"] satisfies (keyof FactBase)[];

type FactOfType<Type extends string, E> = E extends EventSpec<infer Fields> ? FactBase<Type> & ValuesOf<Fields> : never;

/** One event on its timeline: `type` tells which kind, and with it which fields it has. */
export type FactOf<R extends Reads> = { [Type in keyof R & string]: FactOfType<Type, R[Type]> }[keyof R & string];

/** A part of a timeline, by its beginning and its end. */
export interface Window {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** Parts of a timeline. What happens at the very end of one happens after it, so that a verdict given then cannot change. */
export const Window = {
  /** From a time on, so long. */
  after: (from: Timestamp, length: Duration): Window => ({ from, to: Timestamp.plus(from, length) }),

  /** So long, up to a time. */
  before: (to: Timestamp, length: Duration): Window => ({ from: Timestamp.minus(to, length), to }),

  contains: (window: Window, at: Timestamp): boolean => window.from <= at && at < window.to,

  isOver: (window: Window, asOf: Timestamp): boolean => asOf >= window.to,
};

/** What is known of nothing happening within a window. */
export type Absence<F> =
  /** Something happened: the first such fact. */
  | { readonly state: "broken"; readonly by: F }
  /** Nothing so far, and the window is not over: ask again then. */
  | { readonly state: "open"; readonly until: Timestamp }
  /** Nothing happened until the window was over. */
  | { readonly state: "kept"; readonly at: Timestamp };

type Test<F> = (fact: F) => boolean;

/** Facts in the order of their timeline: by time, those of one time in the sender's sequence. */
export class Facts<F extends FactBase> {
  readonly #facts: readonly F[];

  constructor(facts: readonly F[]) {
    this.#facts = facts;
  }

  [Symbol.iterator](): IterableIterator<F> {
    return this.#facts[Symbol.iterator]();
  }

  get length(): number {
    return this.#facts.length;
  }

  /** Those of these kinds. */
  of<Type extends F["type"]>(...types: Type[]): Facts<Extract<F, { type: Type }>> {
    const asked: readonly string[] = types;
    return new Facts(this.#facts.filter((fact): fact is Extract<F, { type: Type }> => asked.includes(fact.type)));
  }

  /** Those that pass a test. */
  where(test: Test<F>): Facts<F> {
    return new Facts(this.#facts.filter(test));
  }

  /** What follows a fact on the timeline, even at its own time; or what happened at a time or later. */
  since(start: FactBase | Timestamp): Facts<F> {
    return this.where(typeof start === "number" ? (fact) => fact.at >= start : (fact) => fact.index > start.index);
  }

  /** What precedes a fact on the timeline, even at its own time; or what happened earlier than a time. */
  before(end: FactBase | Timestamp): Facts<F> {
    return this.where(typeof end === "number" ? (fact) => fact.at < end : (fact) => fact.index < end.index);
  }

  within(window: Window): Facts<F> {
    return this.where((fact) => Window.contains(window, fact.at));
  }

  first(test: Test<F> = () => true): F | undefined {
    return this.#facts.find(test);
  }

  last(test: Test<F> = () => true): F | undefined {
    return this.#facts.findLast(test);
  }

  any(test: Test<F> = () => true): boolean {
    return this.#facts.some(test);
  }

  none(test: Test<F> = () => true): boolean {
    return !this.any(test);
  }

  every(test: Test<F>): boolean {
    return this.#facts.every(test);
  }

  count(test: Test<F> = () => true): number {
    return this.where(test).length;
  }

  /** What one knows at `asOf` about none of these facts being in the window. To leave out the fact that opens a window, ask
   * `facts.since(opening)`. */
  absence(window: Window, asOf: Timestamp): Absence<F> {
    const by = this.within(window).first();
    if (by) return { state: "broken", by };
    return Window.isOver(window, asOf) ? { state: "kept", at: window.to } : { state: "open", until: window.to };
  }
}

/** The events of one interaction that the rule reads, up to the time of asking. */
export interface Timeline<F extends FactBase> {
  /** When the interaction opened: the time of its earliest event of any kind, also of one that the rule does not read. */
  readonly openedAt: Timestamp;
  readonly events: Facts<F>;
}

/** A timeline for a unit test, which opens at the first of these events (at the epoch when there is none). */
export function timeline<F extends FactBase>(...events: (Omit<F, "index" | "actor"> & { actor?: Actor })[]): Timeline<F> {
  const facts = events.map((event, index) => ({ actor: "unknown", ...event, index }) as unknown as F);
  return { openedAt: facts[0]?.at ?? Timestamp.ofMicros(0), events: new Facts(facts) };
}

/** How an event of one kind becomes a fact. */
type Decoder = (event: wire.Event, index: number) => FactBase;

function decoder(type: string, { kind, fields }: EventSpec<Specs>): Decoder {
  const names = Object.keys(fields);
  const taken = names.find((name) => TAKEN.includes(name));
  if (taken !== undefined)
    throw new TypeError(`no field of ${kind} may be called ${taken}: give it another name, its path says where it is read`);
  const converted = Object.entries(fields).flatMap(([name, { decode }]) => (decode ? [[name, decode] as const] : []));
  // Every event comes through here, in an interpreter: few calls, and a value that is missing has no `val`.
  return ({ at, actor, values }, index) => {
    if (values.length !== names.length) throw new RuleError("the host passed an event of another shape than the rule asked for");
    const fact: Record<string, unknown> = { type, at, actor, index };
    for (let place = 0; place < names.length; place += 1) fact[names[place] as string] = (values[place] as { val?: unknown }).val;
    for (const [name, decode] of converted) if (fact[name] !== undefined) fact[name] = decode(fact[name] as never);
    return fact as unknown as FactBase;
  };
}

/** What turns the contract's timelines into those of a rule. */
export function timelineDecoder<R extends Reads>(reads: R): (of: wire.Timeline) => Timeline<FactOf<R>> {
  const decoders = Object.entries(reads).map(([type, spec]) => decoder(type, spec));
  return ({ openedAt, events }) => {
    const facts = events.map((event, index) => {
      const decode = decoders[event.kind];
      if (!decode) throw new RuleError("the host passed an event of another kind than the rule asked for");
      return decode(event, index) as FactOf<R>;
    });
    return { openedAt: openedAt as Timestamp, events: new Facts(facts) };
  };
}
