// What a rule reads and what can be set, as its author declares it.

import { Decimal, type DecimalLike } from "./decimal.js";
import { EXACT_MAX } from "./text.js";
import { Duration, Timestamp } from "./time.js";
import type * as wire from "./wit.js";

/** How a value is declared. `T` is what the rule gets, `Given` whether it always does. */
export interface ValueSpec<T, Given extends boolean = true> {
  readonly kind: wire.ValueKind;
  /** A field that is not there makes the interaction indeterminate; a parameter without default must be set. */
  readonly required: Given;
  /** Of a field: a JSON Pointer into the event's data; without it "/" and the field's name. */
  readonly path?: string;
  /** Of a parameter: its value when it is not set. */
  readonly default?: wire.Value;
  /** Of a parameter: for the people who set it. */
  readonly help: string;
  /** The author's value of the contract's, where the two differ. */
  readonly decode?: (value: never) => T;
  /** Says what type the value has; there is none here. */
  readonly type?: T;
}

export interface FieldOptions {
  /** A JSON Pointer into the event's data; without it "/" and the field's name. */
  readonly path?: string;
}

export interface ParameterOptions<D> {
  /** Its value when it is not set; without it the parameter must be set. */
  readonly default?: D;
  /** For the people who set it. */
  readonly help?: string;
}

type Options<D> = FieldOptions & ParameterOptions<D>;

function spec<T>(kind: wire.ValueKind, options: Options<unknown>, preset: wire.Value | undefined): ValueSpec<T> {
  const path = options.path === undefined ? {} : { path: options.path };
  if (options.path !== undefined && !options.path.startsWith("/")) {
    throw new TypeError(`the path ${JSON.stringify(options.path)} is no JSON Pointer such as "/incident_state"`);
  }
  return { kind, required: true, help: options.help ?? "", ...path, ...(preset && { default: preset }) };
}

/** True or false. */
export function boolean(options: Options<boolean> = {}): ValueSpec<boolean> {
  return spec(
    "boolean",
    options,
    preset(options.default, (val) => ({ tag: "boolean", val })),
  );
}

/** An integer within ±2^53. */
export function integer(options: Options<number> = {}): ValueSpec<number> {
  const checked = (val: number): wire.Value => {
    if (!Number.isInteger(val) || Math.abs(val) > EXACT_MAX) throw new TypeError(`the default ${val} is no integer within ±2^53`);
    return { tag: "integer", val };
  };
  return spec("integer", options, preset(options.default, checked));
}

/** An exact decimal; its default is a text such as "12.5". */
export function decimal(options: Options<DecimalLike> = {}): ValueSpec<Decimal> {
  const made = (val: DecimalLike): wire.Value => ({ tag: "decimal", val: Decimal.of(val).toWire() });
  return { ...spec<Decimal>("decimal", options, preset(options.default, made)), decode: Decimal.ofWire };
}

/** A text. */
export function text(options: Options<string> = {}): ValueSpec<string> {
  return spec(
    "text",
    options,
    preset(options.default, (val) => ({ tag: "text", val })),
  );
}

/** A point in time; its default is RFC 3339. */
export function timestamp(options: Options<string | Timestamp> = {}): ValueSpec<Timestamp> {
  const made = (val: string | Timestamp): wire.Value => ({ tag: "timestamp", val: typeof val === "string" ? Timestamp.parse(val) : val });
  return spec("timestamp", options, preset(options.default, made));
}

/** A length of time; its default is ISO 8601, such as "PT24H". */
export function duration(options: Options<string | Duration> = {}): ValueSpec<Duration> {
  const made = (val: string | Duration): wire.Value => ({ tag: "duration", val: typeof val === "string" ? Duration.parse(val) : val });
  return spec("duration", options, preset(options.default, made));
}

/** The same, but it may be absent: the rule gets `undefined` then. */
export function optional<T>(of: ValueSpec<T>): ValueSpec<T, false> {
  if (of.default !== undefined) throw new TypeError("what is optional has no default: drop one of the two");
  return { ...of, required: false };
}

function preset<D>(value: D | undefined, made: (value: D) => wire.Value): wire.Value | undefined {
  return value === undefined ? undefined : made(value);
}

/** Fields or parameters by name. */
export type Specs = { readonly [name: string]: ValueSpec<unknown, boolean> };

/** The values of fields or parameters. */
export type ValuesOf<S extends Specs> = {
  readonly [Name in keyof S]: S[Name] extends ValueSpec<infer T, infer Given> ? (Given extends true ? T : T | undefined) : never;
};

/** One kind of event, and what is read of it. */
export interface EventSpec<Fields extends Specs = Specs> {
  readonly kind: string;
  readonly fields: Fields;
}

/** A kind of event, by the type that its sender gives it, with the fields that are read. */
export function event<const Fields extends Specs = Record<never, never>>(kind: string, fields?: Fields): EventSpec<Fields> {
  const length = utf8Length(kind);
  if (length === 0 || length > 256) throw new TypeError("the kind of an event has 1 to 256 bytes");
  return { kind, fields: fields ?? ({} as Fields) };
}

/** What a rule reads. */
export type Reads = { readonly [type: string]: EventSpec };

/** `maxReassignments` and `max_reassignments` become `max-reassignments`. */
export function kebab(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2");
  return checkedName(words.replaceAll("_", "-").toLowerCase(), name);
}

/** What hosts accept as a name. */
export function checkedName(name: string, from: string = name): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(name)) {
    throw new TypeError(`${JSON.stringify(from)} is not a name of a manifest: use a-z, 0-9 and -, at most 64 characters`);
  }
  return name;
}

function utf8Length(of: string): number {
  const ascii = of
    .replace(/[\u{10000}-\u{10ffff}]/gu, "1234")
    .replace(/[\u0800-\uffff]/g, "123")
    .replace(/[\u0080-\u07ff]/g, "12");
  return ascii.length;
}
