/** The values that pass between host and rule, and how JSON becomes one: as `host/domain/src/value.rs` and `decimal.rs` have it. */
const MISSING = ["missing", null];
const KINDS = ["boolean", "integer", "decimal", "text", "timestamp", "duration"];
const SCALE_MAX = 12;
const I64_MAX = 2n ** 63n - 1n;
const I32_MAX = 2n ** 31n - 1n;

const DECIMAL_TEXT = /^(?<sign>-?)(?<whole>[0-9]+)(?:\.(?<part>[0-9]+))?(?:[eE](?<exponent>[+-]?[0-9]+))?$/;

/** An exact decimal of the contract from plain or exponent notation; `null` if it is none, or out of range. */
function parseDecimal(text) {
  const found = DECIMAL_TEXT.exec(text)?.groups;
  if (!found) return null;
  const exponent = BigInt((found.exponent ?? "0").replace("+", ""));
  const part = (found.part ?? "").replace(/0+$/, "");
  let mantissa = BigInt(found.whole + part);
  if (mantissa > I64_MAX || exponent > I32_MAX || exponent < -I32_MAX) return null;
  let scale = mantissa === 0n ? 0n : BigInt(part.length) - exponent;
  for (; scale > 0n && mantissa % 10n === 0n; scale -= 1n) mantissa /= 10n;
  for (; scale < 0n && mantissa <= I64_MAX; scale += 1n) mantissa *= 10n;
  return decimalOf(found.sign ? -mantissa : mantissa, scale);
}

/** A decimal of its parts; `null` if it is out of range or not canonical. */
function decimalOf(mantissa, scale) {
  const isCanonical = scale === 0n || mantissa % 10n !== 0n;
  return isExact(mantissa) && scale >= 0n && scale <= BigInt(SCALE_MAX) && isCanonical ? { mantissa, scale: Number(scale) } : null;
}

/** The same value as an integer at a fixed scale; `null` where digits would be lost. */
function atScale({ mantissa, scale }, wanted) {
  if (scale > wanted) return null;
  const whole = mantissa * 10n ** BigInt(wanted - scale);
  return whole <= I64_MAX && whole >= -I64_MAX - 1n ? whole : null;
}

/** An integer at a scale as plain decimal text. */
function formatScaled(mantissa, scale) {
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, "0");
  const [whole, part] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)];
  return `${mantissa < 0n ? "-" : ""}${whole}${part && `.${part}`}`;
}

const formatDecimal = ({ mantissa, scale }) => formatScaled(mantissa, scale);

/** Millionths, without the zeros at the end. */
function formatQuantity(micros) {
  let [mantissa, scale] = [micros, 6];
  for (; scale > 0 && mantissa % 10n === 0n; scale -= 1) mantissa /= 10n;
  return formatScaled(mantissa, scale);
}

/** Canonical integer text within ±2^53; `null` for any other. */
function parseInteger(text) {
  if (!/^(?:0|-?[1-9][0-9]*)$/.test(text)) return null;
  const number = BigInt(text);
  return isExact(number) ? number : null;
}

const tagged = (tag, value) => (value === null ? null : [tag, value]);

/** The fixed coercion of JSON to a kind: the kind itself, or its text in a string; `null` when it cannot be done. */
function coerce(json, kind) {
  if (json === null) return MISSING;
  if (typeof json === "boolean") return kind === "boolean" ? ["boolean", json] : null;
  if (json instanceof NumberText) return coerceNumber(json.text, kind);
  // A half of a surrogate pair is no text that everybody can read.
  return typeof json === "string" && json.isWellFormed() ? coerceText(json, kind) : null;
}

function coerceNumber(text, kind) {
  const decimal = kind === "integer" || kind === "decimal" ? parseDecimal(text) : null;
  if (decimal === null) return null;
  return kind === "decimal" ? ["decimal", decimal] : tagged("integer", atScale(decimal, 0));
}

function coerceText(text, kind) {
  switch (kind) {
    case "boolean": return text === "true" || text === "false" ? ["boolean", text === "true"] : null;
    case "integer": return tagged("integer", parseInteger(text));
    case "decimal": return tagged("decimal", parseDecimal(text));
    case "text": return ["text", text];
    case "timestamp": return tagged("timestamp", parseTimestamp(text));
    default: return tagged("duration", parseDuration(text));
  }
}

function encodeValue(to, [tag, value]) {
  switch (tag) {
    case "missing": return to.tag(0);
    case "boolean": return to.tag(1).tag(value);
    case "integer": return to.tag(2).int(value);
    case "decimal": return to.tag(3).int(value.mantissa).tag(value.scale);
    case "text": return to.tag(4).text(value);
    case "timestamp": return to.tag(5).int(value);
    default: return to.tag(6).int(value);
  }
}
