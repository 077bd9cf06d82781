import { ParseError } from "./error.js";
import * as text from "./text.js";

declare const kind: unique symbol;

/** A point in time: microseconds since the Unix epoch, UTC. Compare two with `<`, `<=` and `===`. */
export type Timestamp = number & { readonly [kind]: "timestamp" };

/** A length of time in microseconds; negative when it runs backwards. Compare two with `<`, `<=` and `===`. */
export type Duration = number & { readonly [kind]: "duration" };

/** Whole microseconds; sums that leave ±2^53 stop at that bound, so no arithmetic on times can fault. */
function bounded(micros: number): number {
  const whole = Math.trunc(micros);
  if (Number.isNaN(whole)) throw new TypeError("a time or a length of time is not a number");
  return Math.max(-text.EXACT_MAX, Math.min(text.EXACT_MAX, whole)) + 0;
}

const point = (micros: number) => bounded(micros) as Timestamp;
const length = (micros: number) => bounded(micros) as Duration;

/** The sum of two whole numbers of microseconds, which is one. */
const sum = (a: number, b: number) => {
  const micros = a + b;
  return micros > -text.EXACT_MAX && micros < text.EXACT_MAX ? micros : bounded(micros);
};

/** Points in time. */
export const Timestamp = {
  /** From microseconds since the epoch. */
  ofMicros: point,

  /** From RFC 3339: `2016-03-01T10:00:00Z`. */
  parse(from: string): Timestamp {
    const micros = text.timestamp(from);
    if (micros === undefined) throw new ParseError(from, "an RFC 3339 time such as 2016-03-01T10:00:00Z");
    return micros as Timestamp;
  },

  /** So much later. */
  plus: (at: Timestamp, by: Duration) => sum(at, by) as Timestamp,

  /** So much earlier. */
  minus: (at: Timestamp, by: Duration) => sum(at, -by) as Timestamp,

  /** From one point to another; negative when the second is the earlier. */
  between: (from: Timestamp, to: Timestamp) => sum(to, -from) as Duration,

  /** The later of them. */
  latest: (...points: [Timestamp, ...Timestamp[]]): Timestamp => Math.max(...points) as Timestamp,

  /** The earlier of them. */
  earliest: (...points: [Timestamp, ...Timestamp[]]): Timestamp => Math.min(...points) as Timestamp,

  /** RFC 3339 in UTC. */
  text: (at: Timestamp): string => text.timestampText(at),
};

/** Lengths of time. */
export const Duration = {
  /** No time at all. */
  ZERO: 0 as Duration,

  /** From microseconds. */
  ofMicros: length,

  /** Seconds. */
  seconds: (n: number): Duration => length(n * text.SECOND),

  /** Minutes of 60 seconds. */
  minutes: (n: number): Duration => length(n * text.MINUTE),

  /** Hours of 60 minutes. */
  hours: (n: number): Duration => length(n * text.HOUR),

  /** Days of 24 hours. */
  days: (n: number): Duration => length(n * text.DAY),

  /** From ISO 8601 without years and months: `PT24H`, `P7D`, `P1DT12H`. */
  parse(from: string): Duration {
    const micros = text.duration(from);
    if (micros === undefined) throw new ParseError(from, "a duration such as PT24H, P7D or P1DT12H");
    return micros as Duration;
  },

  /** Their sum. */
  sum: (...lengths: Duration[]) => lengths.reduce<number>(sum, 0) as Duration,

  /** So many times a length. */
  times: (each: Duration, n: number): Duration => length(each * n),

  /** ISO 8601. */
  text: (of: Duration): string => text.durationText(of),
};
