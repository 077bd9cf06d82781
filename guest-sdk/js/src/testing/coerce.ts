// The fixed coercion from JSON, as hosts make it: a value of the kind itself, or the kind's canonical text in a string; nothing else.

import { Decimal } from "../decimal.js";
import { EXACT_MAX, SCALE_MAX, decimal, duration, timestamp } from "../text.js";
import type * as wire from "../wit.js";

/** A value of TOML: integers are bigints, and times are refused before, because their last digits are lost. */
export type Toml = string | number | bigint | boolean | Toml[] | TomlTable;
export type TomlTable = { [key: string]: Toml };

/** Nothing when it cannot be done. */
export function coerce(value: Toml, kind: wire.ValueKind): wire.Value | undefined {
  switch (typeof value) {
    case "string":
      return fromText(value, kind);
    case "boolean":
      return kind === "boolean" ? { tag: "boolean", val: value } : undefined;
    case "bigint":
    case "number":
      return fromNumber(String(value), kind);
    default:
      return undefined;
  }
}

/** Follows a JSON Pointer; nothing where it leads nowhere. */
export function find(data: Toml, pointer: string): Toml | undefined {
  const step = (value: Toml | undefined, token: string): Toml | undefined => {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
    return typeof value === "object" && Object.hasOwn(value, name) ? value[name] : undefined;
  };
  return pointer.split("/").slice(1).reduce<Toml | undefined>(step, data);
}

function fromText(text: string, kind: wire.ValueKind): wire.Value | undefined {
  switch (kind) {
    case "boolean":
      return text === "true" || text === "false" ? { tag: kind, val: text === "true" } : undefined;
    case "integer":
      return /^(0|-?[1-9]\d*)$/.test(text) ? integer(Number(text)) : undefined;
    case "decimal":
      return exact(text);
    case "text":
      return { tag: kind, val: text };
    case "timestamp":
      return held(kind, timestamp(text));
    case "duration":
      return held(kind, duration(text));
  }
}

/** JSON does not tell integers from decimals: 3.0 is 3. */
function fromNumber(text: string, kind: wire.ValueKind): wire.Value | undefined {
  const number = exact(text);
  if (number?.tag !== "decimal" || kind === "decimal") return kind === "decimal" ? number : undefined;
  return kind === "integer" && number.val.scale === 0 ? integer(number.val.mantissa) : undefined;
}

function exact(text: string): wire.Value | undefined {
  const found = decimal(text);
  const fits = found && found.scale <= SCALE_MAX && Math.abs(Number(found.mantissa)) < EXACT_MAX;
  return fits ? { tag: "decimal", val: Decimal.parse(text).toWire() } : undefined;
}

function integer(val: number): wire.Value | undefined {
  return Math.abs(val) <= EXACT_MAX ? { tag: "integer", val } : undefined;
}

function held(tag: "timestamp" | "duration", val: number | undefined): wire.Value | undefined {
  return val === undefined ? undefined : { tag, val };
}
