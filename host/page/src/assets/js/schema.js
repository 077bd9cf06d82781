/** Reads JSON strictly: a member that is unknown, missing or there twice is refused with its place. */
const I64 = [-(2n ** 63n), I64_MAX];
const U64 = [0n, U64_MAX];

const misfit = (place, problem) => new Wrong(`${place || "the file"}: ${problem}`);

/** What a text becomes; `parse` gives `null` for one that is none. */
const textual = (expected, parse) => (json, place) => {
  const value = typeof json === "string" && json.isWellFormed() ? parse(json) : null;
  if (value === null) throw misfit(place, `it is no ${expected}`);
  return value;
};

const asText = textual("text", (text) => text);
const asHash = textual("hash of 64 hexadecimal digits", (text) => (/^[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : null));
const asKey = textual("key of 64 hexadecimal digits", (text) => (/^[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : null));
const asSignature = textual("signature of 128 hexadecimal digits", (text) => (/^[0-9a-fA-F]{128}$/.test(text) ? text.toLowerCase() : null));
const asTime = textual("RFC 3339 time", parseTimestamp);
const asLength = textual("ISO 8601 duration", parseDuration);
const asNote = textual("signed note", parseNote);
const asBytes = textual("base 64 with its padding", fromBase64);
const asQuantity = textual("quantity", (text) => {
  const decimal = parseDecimal(text);
  return decimal === null ? null : atScale(decimal, 6);
});

/** A limit: `null` is one without end. */
const asLimit = (json, place) => (json === "unlimited" ? null : asLength(json, place));
const asWord = (...words) => textual(`${words.join(" or ")}`, (text) => (words.includes(text) ? text : null));

const integerWithin = ([least, most]) => (json, place) => {
  const isInteger = json instanceof NumberText && /^-?\d+$/.test(json.text) && json.text !== "-0";
  if (!isInteger || BigInt(json.text) < least || BigInt(json.text) > most) throw misfit(place, "it is no integer, or out of range");
  return BigInt(json.text);
};

const asI64 = integerWithin(I64);
const asU64 = integerWithin(U64);
const asU32 = (json, place) => Number(integerWithin([0n, 2n ** 32n - 1n])(json, place));

function asTruth(json, place) {
  if (typeof json !== "boolean") throw misfit(place, "it is neither true nor false");
  return json;
}

const ID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** The number behind an id. */
const asId = (prefix) => textual(`id of the form ${prefix}_ and 13 characters`, (text) => {
  const digits = text.startsWith(`${prefix}_`) ? [...text.slice(prefix.length + 1)].map((digit) => ID_DIGITS.indexOf(digit)) : [];
  if (digits.length !== 13 || digits.includes(-1)) return null;
  const number = digits.reduce((sum, digit) => sum * 32n + BigInt(digit), 0n);
  return number <= I64_MAX ? number : null;
});

/** An id as people see it. */
function formatId(prefix, number) {
  const digit = (_, index) => ID_DIGITS[Number((number >> BigInt(5 * (12 - index))) & 31n)];
  return `${prefix}_${Array.from({ length: 13 }, digit).join("")}`;
}

const asList = (read) => (json, place) => {
  if (!Array.isArray(json)) throw misfit(place, "it is no list");
  return json.map((item, index) => read(item, `${place}[${index}]`));
};

/** What may be absent, or `null`. */
const maybe = (read) => Object.assign((json, place) => (json === null ? null : read(json, place)), { isOptional: true });

/** What may be absent, and then is this. */
const withDefault = (read, value) => Object.assign((json, place) => (json === null ? value : read(json, place)), { isOptional: true });

const asRecord = (members) => (json, place) => {
  const at = (name) => (place ? `${place}.${name}` : name);
  if (!(json instanceof Members)) throw misfit(place, "it is no object");
  const given = new Map();
  for (const [name, value] of json.list) {
    if (!Object.hasOwn(members, name)) throw misfit(at(name), "it is not known");
    if (given.has(name)) throw misfit(at(name), "it is there twice");
    given.set(name, value);
  }
  const read = ([name, reader]) => {
    if (!given.has(name) && !reader.isOptional) throw misfit(at(name), "it is missing");
    return [name, reader(given.get(name) ?? null, at(name))];
  };
  return Object.fromEntries(Object.entries(members).map(read));
};

/** A variant: its name alone, or an object with its name as the one member. */
const asVariant = (cases) => (json, place) => {
  const isObject = json instanceof Members && json.list.length === 1;
  const [name, value] = isObject ? json.list[0] : [json, null];
  const known = typeof name === "string" && Object.hasOwn(cases, name);
  if (!known || isObject === (cases[name] === null)) throw misfit(place, `it is none of ${Object.keys(cases).join(", ")}`);
  return [name, cases[name] === null ? null : cases[name](value, `${place}.${name}`)];
};

const asValue = asVariant({
  missing: null, boolean: asTruth, integer: asI64, decimal: textual("decimal", parseDecimal), text: asText, timestamp: asTime,
  duration: asLength,
});
