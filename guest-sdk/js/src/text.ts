// Canonical text of decimals, times and durations, as the contract's README fixes it and the SDK for Rust reads it.

/** 2^53: every guest language holds integers, mantissas and microseconds up to here exactly. */
export const EXACT_MAX = 2 ** 53;
/** The most decimals the contract carries. */
export const SCALE_MAX = 12;

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Digits that a mantissa within the contract, or an exponent of one, may have before it is surely refused. */
const DIGITS_MAX = 400;

/** Mantissa and scale of plain or exponent notation, with no trailing zero behind the point; nothing when it is no number. */
export function decimal(text: string): { mantissa: bigint; scale: number } | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
  if (!match || text.length > DIGITS_MAX) return undefined;
  const [, sign = "", whole = "", decimals = "", exponent = "0"] = match;
  const fraction = decimals.replace(/0+$/, "");
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  return canonical(sign === "-" ? -digits : digits, scale);
}

/** The one pair that stands for mantissa × 10^-scale; nothing when the scale is absurd. */
export function canonical(mantissa: bigint, scale: number): { mantissa: bigint; scale: number } | undefined {
  if (mantissa === 0n) return { mantissa, scale: 0 };
  if (Math.abs(scale) > DIGITS_MAX) return undefined;
  for (; scale > 0 && mantissa % 10n === 0n; scale -= 1) mantissa /= 10n;
  return scale < 0 ? { mantissa: mantissa * 10n ** BigInt(-scale), scale: 0 } : { mantissa, scale };
}

/** Microseconds since the Unix epoch of an RFC 3339 time; digits beyond the microsecond are cut. */
export function timestamp(text: string): number | undefined {
  const shape = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
  const match = shape.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const [east, west] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!exists || hour > 23 || minute > 59 || second > 60 || east > 23 || west > 59) return undefined;
  const offset = (match[8] === "-" ? -1 : 1) * (east * 60 + west);
  const minutes = dayOf(year, month, day) * 1_440 + hour * 60 + minute - offset;
  // A leap second is the last one of its minute.
  return within(minutes * MINUTE + Math.min(second, 59) * SECOND + micros(match[7]));
}

/** Microseconds of an ISO 8601 duration in weeks, days of 24 hours, hours, minutes and seconds; a year or a month has no fixed length. */
export function duration(text: string): number | undefined {
  const shape = /^(-?)P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;
  const match = shape.exec(text);
  if (!match) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(2, 7).map((count) => Number(count ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const length = (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + micros(match[7]);
  const found = within(length);
  return found === undefined ? undefined : match[1] === "-" ? 0 - found : found;
}

/** RFC 3339 in UTC: `2016-03-01T10:00:00Z`. */
export function timestampText(at: number): string {
  const days = Math.floor(at / DAY);
  const { year, month, day } = civil(days);
  const clock = at - days * DAY;
  const pad = (n: number, width = 2) => String(n).padStart(width, "0");
  const [hour, minute, rest] = [Math.floor(clock / HOUR), Math.floor(clock / MINUTE) % 60, clock % MINUTE];
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${seconds(rest, 2)}Z`;
}

/** ISO 8601 in days, hours, minutes and seconds: `P1DT12H`, `PT0S`. */
export function durationText(length: number): string {
  const total = Math.abs(length);
  const [days, rest] = [Math.floor(total / DAY), total % DAY];
  const date = (length < 0 ? "-P" : "P") + (days > 0 ? `${days}D` : "");
  if (rest === 0) return days > 0 ? date : `${date}T0S`;
  const [hours, minutes, last] = [Math.floor(rest / HOUR), Math.floor(rest / MINUTE) % 60, rest % MINUTE];
  const clock = (hours > 0 ? `${hours}H` : "") + (minutes > 0 ? `${minutes}M` : "") + (last > 0 ? `${seconds(last, 1)}S` : "");
  return `${date}T${clock}`;
}

/** Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function dayOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** Year, month and day of a day counted from 1970-01-01 (the same source). */
export function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

export function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function seconds(micros: number, width: number): string {
  const whole = String(Math.floor(micros / SECOND)).padStart(width, "0");
  const fraction = micros % SECOND;
  return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
}

/** Decimals of a second in microseconds. */
function micros(decimals: string | undefined): number {
  return decimals === undefined ? 0 : Number(decimals.slice(0, 6).padEnd(6, "0"));
}

function within(micros: number): number | undefined {
  return Math.abs(micros) <= EXACT_MAX ? micros : undefined;
}
