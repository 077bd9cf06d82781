import { ParseError, RuleError } from "./error.js";
import { DAY, MINUTE } from "./text.js";
import { Timestamp } from "./time.js";

/** A time zone as a rule carries it: its rules may change, a rule's verdicts may not. `assay-rule zone` writes one. */
export interface ZoneTable {
  /** The name in the time zone database. */
  readonly name: string;
  /** The version of the database that it was read from. */
  readonly version: string;
  /** Times from here on are covered, RFC 3339. */
  readonly from: string;
  /** Times before this are covered, RFC 3339. */
  readonly until: string;
  /** When which offset begins, in minutes east of UTC; the first at `from`. */
  readonly offsets: readonly (readonly [from: string, minutes: number])[];
}

/** A clock on the wall: days from 1970-01-01, and microseconds of a day. */
interface Local {
  readonly day: number;
  readonly time: number;
}

/** A time zone with all its offsets fixed. */
export interface PinnedZone {
  readonly name: string;
  /** What the clock shows. Throws a rule error where the table does not reach. */
  local(at: Timestamp): Local;
  /** When the clock shows this: the earlier time of two, and where it is put forward over this time, as if it had not been. */
  at(local: Local): Timestamp;
}

type Offset = { readonly from: number; readonly micros: number };

/** A zone of its table. */
export function pinnedZone(table: ZoneTable): PinnedZone {
  const offsets = table.offsets.map(([from, minutes]) => ({ from: Timestamp.parse(from), micros: minutes * MINUTE }));
  const [from, until] = [Timestamp.parse(table.from), Timestamp.parse(table.until)];
  const ordered = offsets.every(({ from }, place) => place === 0 || from > (offsets[place - 1] as Offset).from);
  if (offsets[0]?.from !== from || !ordered)
    throw new ParseError(table.name, "offsets in order of time, the first from the table's beginning");
  return zone(table.name, offsets, (at) => {
    if (at < from || at >= until)
      throw new RuleError(`${Timestamp.text(at)} is outside of the table of ${table.name}, ${table.from} to ${table.until}`);
    return at;
  });
}

/** Universal time, of which there is no end. */
export const UTC: PinnedZone = /* @__PURE__ */ zone("UTC", [{ from: 0, micros: 0 }], (at) => at);

function zone(name: string, offsets: readonly Offset[], covered: (at: Timestamp) => Timestamp): PinnedZone {
  const offset = (at: number): number => (offsets.findLast((offset) => offset.from <= at) ?? (offsets[0] as Offset)).micros;
  return {
    name,
    local(at) {
      const wall = covered(at) + offset(at);
      const day = Math.floor(wall / DAY);
      return { day, time: wall - day * DAY };
    },
    at({ day, time }) {
      const wall = day * DAY + time;
      const [before, after] = [offset(wall - DAY), offset(wall + DAY)];
      const chosen = [before, after].find((candidate) => offset(wall - candidate) === candidate) ?? before;
      return covered(Timestamp.ofMicros(wall - chosen));
    },
  };
}
