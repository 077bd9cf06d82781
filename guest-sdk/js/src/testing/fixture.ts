// A fixture file, read strictly: a key nobody knows is an error, so that a misspelt expectation cannot pass.

import { TomlDate, parse } from "smol-toml";

import { Decimal } from "../decimal.js";
import { ParseError } from "../error.js";
import { Timestamp } from "../time.js";
import type * as wire from "../wit.js";
import type { Toml, TomlTable } from "./coerce.js";

/** What is expected or found, as canonical text by key. */
export type Answer = { [key: string]: string };

/** An event as a sender records it. */
export interface Recorded {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly at: Timestamp;
  readonly sequence: bigint;
  readonly actor: wire.Actor;
  readonly data: TomlTable;
}

/** One question and what its answer must say. */
export interface Ask {
  readonly asOf: Timestamp;
  readonly expected: Answer;
}

/** A timeline and the questions about it. */
export interface Fixture {
  readonly title: string;
  readonly parameters: TomlTable;
  /** In timeline order. */
  readonly events: readonly Recorded[];
  readonly asks: readonly Ask[];
}

const ACTORS: readonly string[] = ["unknown", "ai", "human", "customer", "system"] satisfies wire.Actor[];

/** What may be expected of each decision. */
const KEYS: Record<string, readonly string[]> = {
  success: ["reason", "at", "quantity", "class", "value", "evidence"],
  pending: ["reason", "wake", "evidence"],
  failure: ["reason", "evidence"],
  indeterminate: ["reason", "evidence"],
  "not-eligible": ["reason", "evidence"],
  error: ["error"],
};

/** Reads a file. */
export function parseFixture(text: string): Fixture {
  const file = new Entries(parse(text, { integersAsBigInt: true }) as TomlTable, "the file");
  const title = file.text("title") ?? "";
  const parameters = file.table("parameters");
  const events = file.tables("event").map(event);
  const asks = file.tables("ask").map(ask);
  file.end();
  if (asks.length === 0) throw new Error("it asks nothing: add an [[ask]]");
  const twice = events.find((one, place) => events.findIndex((other) => other.source === one.source && other.id === one.id) !== place);
  if (twice) throw new Error(`two events of ${twice.source} have the id ${twice.id}`);
  return { title, parameters, events: [...events].sort(inOrder), asks };
}

function inOrder(a: Recorded, b: Recorded): number {
  return a.at - b.at || Number(a.sequence - b.sequence) || bytewise(a.source, b.source) || bytewise(a.id, b.id);
}

function bytewise(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function event(entries: Entries, place: number): Recorded {
  const recorded = {
    id: entries.text("id") ?? `e${place + 1}`,
    source: entries.text("source") ?? "fixture",
    kind: entries.given("type", entries.text("type")),
    at: entries.given("time", entries.read("time", Timestamp.parse)),
    sequence: entries.integer("sequence") ?? 0n,
    actor: actor(entries.text("actor") ?? "unknown"),
    data: entries.table("data"),
  };
  entries.end();
  return recorded;
}

function actor(name: string): wire.Actor {
  if (!ACTORS.includes(name)) throw new Error(`the actor ${JSON.stringify(name)} is none of ${ACTORS.join(", ")}`);
  return name as wire.Actor;
}

function ask(entries: Entries): Ask {
  const asOf = entries.given("as-of", entries.read("as-of", Timestamp.parse));
  const decision = entries.given("decision", entries.text("decision"));
  const keys = KEYS[decision];
  if (!keys) throw new Error(`${entries.place}: there is no decision ${JSON.stringify(decision)}`);
  const found = keys.map((key) => [key, expectation(entries, key)] as const).filter(([, value]) => value !== undefined);
  const expected: Answer = { decision, ...Object.fromEntries(found) };
  if (keys.includes("reason")) entries.given("reason", expected["reason"]);
  entries.end();
  return { asOf, expected };
}

function expectation(entries: Entries, key: string): string | undefined {
  const canonicalTime = (text: string) => Timestamp.text(Timestamp.parse(text));
  switch (key) {
    case "at":
      return entries.read(key, canonicalTime);
    case "wake":
      return entries.read(key, (text) => (text === "none" ? text : canonicalTime(text)));
    case "quantity":
    case "value":
      return entries.read(key, (text) => Decimal.parse(text).toString());
    case "evidence":
      return entries.texts(key)?.join(", ");
    default:
      return entries.text(key);
  }
}

/** A table whose keys are taken one by one; the rest is unknown. */
class Entries {
  readonly #left: Map<string, Toml>;

  constructor(
    table: TomlTable,
    readonly place: string,
  ) {
    this.#left = new Map(Object.entries(table));
  }

  #take(key: string): Toml | undefined {
    const found = this.#left.get(key);
    this.#left.delete(key);
    // The parser keeps milliseconds only.
    if (found instanceof TomlDate) throw new Error(`${this.place}: write the time \`${key}\` in quotes`);
    return found;
  }

  #wrong(key: string, expected: string): never {
    throw new Error(`${this.place}: \`${key}\` is not ${expected}`);
  }

  /** What must be there. */
  given<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw new Error(`${this.place}: \`${key}\` must be given`);
    return value;
  }

  text(key: string): string | undefined {
    const found = this.#take(key);
    return found === undefined || typeof found === "string" ? found : this.#wrong(key, "a text");
  }

  integer(key: string): bigint | undefined {
    const found = this.#take(key);
    return found === undefined || typeof found === "bigint" ? found : this.#wrong(key, "an integer");
  }

  /** A text, or TOML's own number, that is read as something else. */
  read<T>(key: string, parse: (text: string) => T): T | undefined {
    const found = this.#take(key);
    if (found === undefined) return undefined;
    if (typeof found === "object") return this.#wrong(key, "a text");
    try {
      return parse(String(found));
    } catch (error) {
      throw error instanceof ParseError ? new Error(`${this.place}: \`${key}\`: ${error.message}`) : error;
    }
  }

  texts(key: string): string[] | undefined {
    const found = this.#take(key);
    if (found === undefined) return undefined;
    if (!Array.isArray(found) || !found.every((item) => typeof item === "string")) return this.#wrong(key, "a list of texts");
    return found;
  }

  table(key: string): TomlTable {
    const found = this.#take(key) ?? {};
    return typeof found === "object" && !Array.isArray(found) ? found : this.#wrong(key, "a table");
  }

  /** The tables of a `[[key]]`. */
  tables(key: string): Entries[] {
    const found = this.#take(key) ?? [];
    const isTable = (item: Toml): item is TomlTable => typeof item === "object" && !Array.isArray(item);
    if (!Array.isArray(found) || !found.every(isTable)) return this.#wrong(key, "a list of tables");
    return found.map((table, place) => new Entries(table, `${key} ${place + 1}`));
  }

  end(): void {
    for (const key of this.#left.keys()) throw new Error(`${this.place}: \`${key}\` is not known here`);
  }
}
