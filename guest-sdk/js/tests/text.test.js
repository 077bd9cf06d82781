import assert from "node:assert/strict";
import { test } from "node:test";

import { Decimal, Duration, ParseError, Timestamp } from "assay-sdk";

// The tables of guest-sdk/rust/src/text.rs and time.rs.

const HOUR = 3_600_000_000;

test("times", () => {
  const cases = [
    ["1970-01-01T00:00:00Z", 0],
    ["2016-03-01T10:00:00Z", 1_456_826_400_000_000],
    ["2016-03-01T12:00:00+02:00", 1_456_826_400_000_000],
    ["2016-02-29 23:59:60.5z", 1_456_790_399_500_000],
    ["1969-12-31T23:59:59.9999999Z", -1],
  ];
  for (const [text, micros] of cases) assert.equal(Timestamp.parse(text), micros, text);
  const wrong = ["", "2016-03-01", "2016-03-01T10:00:00", "2016-02-30T10:00:00Z", "2015-02-29T10:00:00Z", "2016-03-01T24:00:00Z"];
  for (const text of [...wrong, "2016-3-1T10:00:00Z", "9999-01-01T00:00:00Z", "2016-03-01T10:00:00+24:00"]) {
    assert.throws(() => Timestamp.parse(text), ParseError, text);
  }
});

test("lengths of time", () => {
  const cases = [
    ["PT24H", 24 * HOUR],
    ["P7D", 168 * HOUR],
    ["P1W", 168 * HOUR],
    ["P1DT12H", 36 * HOUR],
    ["PT1H30M0.5S", 1.5 * HOUR + 500_000],
    ["-PT1H", -HOUR],
    ["PT0S", 0],
    ["-PT0S", 0],
  ];
  for (const [text, micros] of cases) assert.equal(Duration.parse(text), micros, text);
  for (const text of ["", "P", "PT", "P1DT", "P1Y", "P1M", "PT5M3H", "PT1", "24h", "P-1D", "PT1.5H", "P999999999D"]) {
    assert.throws(() => Duration.parse(text), ParseError, text);
  }
});

test("text there and back", () => {
  for (const text of ["1970-01-01T00:00:00Z", "2016-02-29T23:59:59.5Z", "1969-12-31T23:59:59.999999Z", "2100-03-01T00:00:00Z"]) {
    assert.equal(Timestamp.text(Timestamp.parse(text)), text);
  }
  for (const text of ["PT0S", "P1DT30M", "P7D", "P1DT12H", "-PT1.5S", "PT1M"]) assert.equal(Duration.text(Duration.parse(text)), text);
  for (let day = -100_000; day < 60_000; day += 97) {
    const at = Timestamp.plus(Timestamp.ofMicros(0), Duration.days(day));
    assert.equal(Timestamp.text(at), new Date(at / 1_000).toISOString().replace(".000Z", "Z"));
    assert.equal(Timestamp.parse(Timestamp.text(at)), at);
  }
});

test("sums stop at the bound and stay whole", () => {
  const end = Timestamp.ofMicros(2 ** 60);
  assert.equal(end, 2 ** 53);
  assert.equal(Timestamp.plus(end, Duration.days(1)), end);
  assert.equal(Duration.days(-(2 ** 60)), -(2 ** 53));
  assert.equal(Timestamp.between(Timestamp.minus(end, Duration.hours(3)), end), Duration.hours(3));
  assert.equal(Duration.seconds(0.000_000_1), 0);
  assert.equal(Duration.sum(Duration.hours(1), Duration.minutes(30)), Duration.minutes(90));
  assert.ok(Object.is(Duration.times(Duration.hours(1), -0), 0));
  assert.throws(() => Duration.hours(NaN), TypeError);
});

test("decimals", () => {
  const cases = [
    ["0", 0n, 0],
    ["-0.00", 0n, 0],
    ["1.50", 15n, 1],
    ["-120", -120n, 0],
    ["1e3", 1_000n, 0],
    ["12.5e-2", 125n, 3],
    ["123456789012345678.01", 12_345_678_901_234_567_801n, 2],
  ];
  for (const [text, mantissa, scale] of cases) {
    const { mantissa: found, scale: decimals } = Decimal.parse(text);
    assert.deepEqual([found, decimals], [mantissa, scale], text);
  }
  for (const text of ["", "-", "+1", ".5", "1.", "1.5.2", "1,5", "NaN", "1e", "1e99999999999", "1e500"]) {
    assert.throws(() => Decimal.parse(text), ParseError, text);
  }
});

test("decimals are exact, and nothing but texts and whole numbers becomes one", () => {
  const cases = [
    [Decimal.of("0.1").plus("0.2"), "0.3"],
    [Decimal.of(1n).minus("0.000000000001"), "0.999999999999"],
    [Decimal.of("1.5").times("-2"), "-3"],
    [Decimal.of("-0.05"), "-0.05"],
    [Decimal.of(10).dividedBy(3, 2, "half-even"), "3.33"],
    [Decimal.of(-10).dividedBy(3, 2, "up"), "-3.34"],
    [Decimal.of(10).dividedBy("-3", 2, "down"), "-3.33"],
    [Decimal.of("2.5").rounded(0, "half-even"), "2"],
    [Decimal.of("3.5").rounded(0, "half-even"), "4"],
    [Decimal.of("-2.5").rounded(0, "half-up"), "-3"],
    [Decimal.of("2.4").rounded(0, "half-up"), "2"],
    [Decimal.of("2.4").rounded(0, "up"), "3"],
    [Decimal.of("2.9").rounded(0, "down"), "2"],
    [Decimal.of("2.4").rounded(3, "down"), "2.4"],
  ];
  for (const [found, expected] of cases) assert.equal(`${found}`, expected);
  assert.equal(Decimal.of("1.0").compare("1"), 0);
  assert.equal(Decimal.of("0.9").compare(1), -1);
  assert.equal(JSON.stringify({ price: Decimal.of("1.50") }), '{"price":"1.5"}');
  assert.throws(() => Decimal.of(0.1), /0\.1 is a float/);
  assert.throws(() => Decimal.of(1).dividedBy(0, 2, "down"), /divided by zero/);
  assert.throws(() => Decimal.of("0.9") < Decimal.of(1), /operators do not work/);
  assert.deepEqual(Decimal.of("9007199254740991").toWire(), { mantissa: 9_007_199_254_740_991, scale: 0 });
  for (const text of ["9007199254740992", "0.0000000000001"]) assert.throws(() => Decimal.of(text).toWire(), /does not fit/, text);
});
