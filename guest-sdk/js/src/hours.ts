import { ParseError, RuleError } from "./error.js";
import { DAY, HOUR, MINUTE, dayOf, daysIn } from "./text.js";
import { Duration, Timestamp } from "./time.js";
import type { PinnedZone } from "./zone.js";

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** Days after which a calendar that opens no more is given up. */
const DAYS_MAX = 4_000;

export type Weekday = (typeof WEEKDAYS)[number];

/** When somebody is there. It is part of the rule: another calendar is another version of it. */
export interface OpeningHours {
  /** The zone whose clock the hours are told by. */
  readonly zone: PinnedZone;
  /** Hours of each weekday, "09:00-12:30", up to "24:00"; a day that is not named is closed. */
  readonly week: { readonly [day in Weekday]?: readonly string[] };
  /** Days that are closed, "2026-12-25". */
  readonly holidays?: readonly string[];
}

/** Lengths of time that count opening hours only. A day's end does not belong to it. */
export interface BusinessHours {
  isOpen(at: Timestamp): boolean;
  /** How much of the time from one point to a later one was open; zero when it is not later. */
  between(from: Timestamp, to: Timestamp): Duration;
  /** When so much open time has passed since. */
  after(from: Timestamp, length: Duration): Timestamp;
}

type Span = readonly [from: number, to: number];

/** Counts opening hours. */
export function businessHours({ zone, week, holidays = [] }: OpeningHours): BusinessHours {
  const closed = new Set(holidays.map(holiday));
  const hours = WEEKDAYS.map((name) => spans(week[name] ?? []));
  if (hours.every((day) => day.length === 0)) throw new TypeError("a calendar is open on some day of the week");

  /** What is open on a day, as points in time. */
  const open = (day: number): readonly Span[] => {
    const weekday = (((day + FIRST_WEEKDAY) % 7) + 7) % 7;
    if (closed.has(day)) return [];
    return (hours[weekday] as readonly Span[]).map(([from, to]) => [zone.at(clock(day, from)), zone.at(clock(day, to))]);
  };
  /** What is open from a time on, day by day. */
  function* openSince(from: Timestamp): Generator<Span> {
    const { day } = zone.local(from);
    for (let next = day; next < day + DAYS_MAX; next += 1) {
      for (const [begins, ends] of open(next)) if (ends > from) yield [Math.max(begins, from), ends];
    }
    throw new RuleError(`nothing is open in the ${DAYS_MAX} days after ${Timestamp.text(from)}`);
  }
  return {
    isOpen: (at) => open(zone.local(at).day).some(([from, to]) => from <= at && at < to),
    between(from, to) {
      let sum = 0;
      if (from >= to) return Duration.ZERO;
      for (const [begins, ends] of openSince(from)) {
        if (begins >= to) break;
        sum += Math.min(ends, to) - begins;
      }
      return Duration.ofMicros(sum);
    },
    after(from, length) {
      if (length <= 0) return from;
      let missing: number = length;
      for (const [begins, ends] of openSince(from)) {
        if (begins + missing <= ends) return Timestamp.ofMicros(begins + missing);
        missing -= ends - begins;
      }
      return from;
    },
  };
}

/** A time of day; midnight at its end is the next day's beginning. */
function clock(day: number, time: number): { day: number; time: number } {
  return time === DAY ? { day: day + 1, time: 0 } : { day, time };
}

function spans(texts: readonly string[]): Span[] {
  const found = texts.map(span);
  const ordered = found.every(([from, to], place) => from < to && (place === 0 || from >= (found[place - 1] as Span)[1]));
  if (!ordered) throw new ParseError(texts.join(", "), "hours of one day, in order and apart");
  return found;
}

function span(text: string): Span {
  const match = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text);
  if (!match) throw new ParseError(text, "hours such as 09:00-17:00");
  const [hour, minute, lastHour, lastMinute] = match.slice(1).map(Number) as [number, number, number, number];
  const [from, to] = [hour * HOUR + minute * MINUTE, lastHour * HOUR + lastMinute * MINUTE];
  if (minute > 59 || lastMinute > 59 || to > DAY) throw new ParseError(text, "hours such as 09:00-17:00");
  return [from, to];
}

function holiday(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const [year, month, day] = (match ?? []).slice(1).map(Number) as [number, number, number];
  if (!match || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) throw new ParseError(text, "a day such as 2026-12-25");
  return dayOf(year, month, day);
}
