import assert from "node:assert/strict";
import { test } from "node:test";

import { Duration, RuleError, Timestamp, UTC, businessHours, pinnedZone } from "assay-sdk";

const berlin = pinnedZone({
  name: "Europe/Berlin",
  version: "2025c",
  from: "2026-01-01T00:00:00Z",
  until: "2027-01-01T00:00:00Z",
  offsets: [
    ["2026-01-01T00:00:00Z", 60],
    ["2026-03-29T01:00:00Z", 120],
    ["2026-10-25T01:00:00Z", 60],
  ],
});

const office = ["09:00-12:00", "13:00-17:00"];
const weekdays = { monday: office, tuesday: office, wednesday: office, thursday: office, friday: office };
const desk = businessHours({ zone: berlin, week: weekdays, holidays: ["2026-04-03", "2026-04-06"] });

test("open from the first moment to the last, which does not belong to it", () => {
  const cases = [
    ["2026-03-27T08:00:00Z", true],
    ["2026-03-27T07:59:59.999999Z", false],
    ["2026-03-27T11:00:00Z", false],
    ["2026-03-27T16:00:00Z", false],
    // Summer time: an hour earlier.
    ["2026-03-30T07:00:00Z", true],
    ["2026-03-28T09:00:00Z", false],
    ["2026-04-03T09:00:00Z", false],
  ];
  for (const [at, expected] of cases) assert.equal(desk.isOpen(Timestamp.parse(at)), expected, at);
});

test("business time between two points, and after one", () => {
  const cases = [
    ["2026-03-27T08:00:00Z", "2026-03-27T11:00:00Z", "PT3H"],
    ["2026-03-27T10:30:00Z", "2026-03-27T12:30:00Z", "PT1H"],
    // From Friday over the weekend on which the clocks are put forward.
    ["2026-03-27T15:00:00Z", "2026-03-30T08:00:00Z", "PT2H"],
    // Over Good Friday, the weekend and Easter Monday.
    ["2026-04-02T14:00:00Z", "2026-04-07T07:30:00Z", "PT1H30M"],
    ["2026-03-27T08:00:00Z", "2026-04-10T15:00:00Z", "P2DT15H"],
  ];
  for (const [from, to, expected] of cases) {
    const [begin, end] = [from, to].map(Timestamp.parse);
    assert.equal(Duration.text(desk.between(begin, end)), expected, from);
    assert.equal(Timestamp.text(desk.after(begin, Duration.parse(expected))), to, from);
  }
  const noon = Timestamp.parse("2026-03-27T11:00:00Z");
  assert.equal(desk.after(noon, Duration.ZERO), noon);
  assert.equal(desk.between(noon, noon), 0);
  assert.equal(desk.between(noon, Timestamp.minus(noon, Duration.days(1))), 0);
});

test("a day may end at midnight and have 23 or 25 hours", () => {
  const always = businessHours({ zone: berlin, week: { saturday: ["00:00-24:00"], sunday: ["00:00-24:00"] } });
  for (const [from, hours] of [
    ["2026-03-27T12:00:00Z", 47],
    ["2026-10-23T12:00:00Z", 49],
    ["2026-06-05T12:00:00Z", 48],
  ]) {
    const begin = Timestamp.parse(from);
    assert.equal(always.between(begin, Timestamp.plus(begin, Duration.days(4))), Duration.hours(hours), from);
  }
});

test("where the clock shows a time twice it is the earlier one, and one that it never shows is later", () => {
  const wall = (day, hour, minute) => berlin.at({ day, time: Duration.sum(Duration.hours(hour), Duration.minutes(minute)) });
  const day = (text) => berlin.local(Timestamp.parse(text)).day;
  assert.equal(Timestamp.text(wall(day("2026-10-25T12:00:00Z"), 2, 30)), "2026-10-25T00:30:00Z");
  assert.equal(Timestamp.text(wall(day("2026-03-29T12:00:00Z"), 2, 30)), "2026-03-29T01:30:00Z");
});

test("outside of its table a zone says so, as the rule's word that it cannot judge", () => {
  assert.throws(() => desk.isOpen(Timestamp.parse("2027-01-01T00:00:00Z")), RuleError);
  assert.throws(() => desk.after(Timestamp.parse("2026-12-30T09:00:00Z"), Duration.days(2)), /outside of the table of Europe\/Berlin/);
});

test("a calendar that makes no sense is refused", () => {
  const refused =
    (week, holidays = []) =>
    () =>
      businessHours({ zone: UTC, week, holidays });
  for (const span of ["9-17", "09:00-08:00", "09:60-10:00", "09:00-24:01", "09:00-09:00"]) {
    assert.throws(refused({ monday: [span] }), /expected hours/, span);
  }
  assert.throws(refused({ monday: ["09:00-12:00", "11:00-13:00"] }), /in order and apart/);
  assert.throws(refused({}), /open on some day/);
  assert.throws(refused({ monday: ["09:00-17:00"] }, ["2026-02-29"]), /expected a day/);
  assert.throws(
    () => pinnedZone({ name: "X", version: "", from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z", offsets: [] }),
    /offsets/,
  );
});

test("nothing ever open is found out after a while", () => {
  const day = (n) => Timestamp.text(Timestamp.plus(Timestamp.parse("2026-01-01T00:00:00Z"), Duration.days(n))).slice(0, 10);
  const never = businessHours({ zone: UTC, week: { monday: ["09:00-17:00"] }, holidays: Array.from({ length: 4_100 }, (_, n) => day(n)) });
  assert.throws(() => never.after(Timestamp.parse("2026-01-01T00:00:00Z"), Duration.hours(1)), /nothing is open/);
});
