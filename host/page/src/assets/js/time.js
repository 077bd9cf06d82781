/** Points in time and lengths of time: microseconds, within ±2^53, as `host/domain/src/time.rs` has them. */
const EXACT_MAX = 2n ** 53n;

const isExact = (number) => number <= EXACT_MAX && number >= -EXACT_MAX;

const DATE = /(?:(?<year>\d{4})|(?<signed>[+-]\d{6}))(?:-(?<month>\d\d)-(?<day>\d\d)|(?<month2>\d\d)(?<day2>\d\d))/;
/** Hours, minutes and seconds with colons, or without; the names of the groups begin with a letter of their own. */
const clock = (name) => {
  const part = (group, inner) => `(?<${name}${group}>${inner})`;
  const seconds = (more) => `${part(`s${more}`, "\\d\\d")}(?:[.,]${part(`p${more}`, "\\d{1,9}")})?`;
  const rest = (colon, more) => `${colon}${part(`m${more}`, "\\d\\d")}(?:${colon}${seconds(more)})?`;
  return `${part("h", "\\d\\d")}(?:${rest(":", 1)}|${rest("", 2)})?`;
};
const OFFSET = `(?:[Zz]|(?<sign>[+-])${clock("o")})`;
/** A zone and further remarks in brackets, of which none says anything about the instant. */
const ZONE = /(?:\[!?(?:[+-](?:[01]\d|2[0-5])(?::?[0-5]\d)?|[_.A-Za-z][\w.+-]*(?:\/[_.A-Za-z][\w.+-]*)*)\])?/;
const REMARKS = /(?:\[[_a-z][_a-z0-9-]*=[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*\])*/;
const INSTANT = new RegExp(`^${DATE.source}[ Tt]${clock("c")}${OFFSET}${ZONE.source}${REMARKS.source}$`);

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysOf = (year, month) => (month === 2 && isLeap(year) ? 29 : DAYS[month - 1]);
const nanoseconds = (digits) => BigInt((digits ?? "").padEnd(9, "0"));

/** The microseconds of a text in RFC 3339 and its relatives; `null` if it is none, or beyond ±2^53. */
function parseTimestamp(text) {
  const found = INSTANT.exec(text)?.groups;
  if (!found) return null;
  const number = (...names) => Number(names.map((name) => found[name]).find((digits) => digits !== undefined) ?? 0);
  const [year, month, day] = [number("year", "signed"), number("month", "month2"), number("day", "day2")];
  const [hour, minute, second] = [number("ch"), number("cm1", "cm2"), number("cs1", "cs2")];
  // All years that lie within ±2^53 microseconds, and those around them.
  if (year < 1600 || year > 2300 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;
  const offset = offsetSeconds(number("oh"), number("om1", "om2"), number("os1", "os2"), found.op1 ?? found.op2);
  if (offset === null) return null;
  const seconds = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59)) / 1000 - (found.sign === "-" ? -offset : offset);
  const micros = (BigInt(seconds) * 1_000_000_000n + nanoseconds(found.cp1 ?? found.cp2)) / 1000n;
  return isExact(micros) ? micros : null;
}

/** Half a second and more is a second. */
function offsetSeconds(hours, minutes, seconds, part) {
  if (hours > 25 || minutes > 59 || seconds > 59) return null;
  const offset = hours * 3600 + minutes * 60 + seconds + Number(nanoseconds(part) >= 500_000_000n);
  return offset > 25 * 3600 + 59 * 60 + 59 ? null : offset;
}

/** RFC 3339 in UTC, with as many decimals as it takes. */
function formatTimestamp(micros) {
  const seconds = (micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;
  const rest = (micros - seconds * 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.000Z$/, `${rest && `.${rest}`}Z`);
}

const LENGTH = /^(?<sign>[+-]?)[Pp](?<date>(?:\d{1,21}[YyMmWwDd])*)(?:[Tt](?<time>(?:\d{1,21}[HhMmSs])*(?:\d{1,21}[.,]\d{1,9}[HhMmSs])?))?$/;
/** Units and their seconds, the largest first; years and months have no fixed length. */
const DATE_UNITS = { Y: null, M: null, W: 604800n, D: 86400n };
const TIME_UNITS = { H: 3600n, M: 60n, S: 1n };
const U64_MAX = 2n ** 64n - 1n;

/** The microseconds of a text in ISO 8601; `null` if it is none, has years or months, or is beyond ±2^53. */
function parseDuration(text) {
  const found = LENGTH.exec(text)?.groups;
  if (!found || (found.time ?? found.date) === "") return null;
  const [date, time] = [sumUnits(found.date, DATE_UNITS), sumUnits(found.time ?? "", TIME_UNITS)];
  if (date === null || time === null) return null;
  const micros = (date + time) / 1000n;
  if (!isExact(micros)) return null;
  return found.sign === "-" ? -micros : micros;
}

/** The nanoseconds of some units, each once and the largest first. */
function sumUnits(text, units) {
  const order = Object.keys(units);
  let [sum, last] = [0n, -1];
  for (const [, whole, part, letter] of text.matchAll(/(\d+)(?:[.,](\d+))?([A-Za-z])/g)) {
    const [count, unit] = [BigInt(whole), letter.toUpperCase()];
    const place = order.indexOf(unit);
    const isWrong = place <= last || count > U64_MAX || (units[unit] === null && count > 0n);
    if (isWrong) return null;
    sum += (units[unit] ?? 0n) * (count * 1_000_000_000n + nanoseconds(part));
    last = place;
  }
  return sum;
}

const DURATION_PARTS = [["D", 86_400_000_000n], ["H", 3_600_000_000n], ["M", 60_000_000n]];

/** ISO 8601 in days, hours, minutes and seconds. */
function formatDuration(micros) {
  if (micros === 0n) return "PT0S";
  let rest = micros < 0n ? -micros : micros;
  let text = micros < 0n ? "-P" : "P";
  for (const [unit, length] of DURATION_PARTS) {
    const count = rest / length;
    rest %= length;
    if (count > 0n) text += `${unit === "D" || text.includes("T") ? "" : "T"}${count}${unit}`;
  }
  if (rest === 0n) return text;
  const part = (rest % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${text}${text.includes("T") ? "" : "T"}${rest / 1_000_000n}${part && `.${part}`}S`;
}
