import { ParseError } from "./error.js";
import { EXACT_MAX, SCALE_MAX, canonical, decimal } from "./text.js";
import type * as wire from "./wit.js";

/** What stands for a decimal: one, its text, or a whole number. A float is none: `0.1` is not what it says. */
export type DecimalLike = Decimal | string | bigint | number;

/** Which neighbour a number becomes that has too many decimals: towards or away from zero, or the nearest and on a tie the even one or
 * the one away from zero. */
export type Rounding = "down" | "up" | "half-even" | "half-up";

/** mantissa × 10^-scale, exact and as large as it gets; only what leaves the rule must fit the contract. */
export class Decimal {
  static readonly ZERO = new Decimal(0n, 0);
  static readonly ONE = new Decimal(1n, 0);

  private constructor(
    /** The integer part of the pair; it has no trailing zero unless the scale is 0. */
    readonly mantissa: bigint,
    /** How many decimals. */
    readonly scale: number,
  ) {}

  /** The decimal that this stands for. */
  static of(from: DecimalLike): Decimal {
    if (from instanceof Decimal) return from;
    if (typeof from === "bigint") return new Decimal(from, 0);
    if (typeof from === "string") return Decimal.parse(from);
    if (Number.isSafeInteger(from)) return new Decimal(BigInt(from), 0);
    throw new TypeError(`${from} is a float, which is not exact: write it as a text, "${from}"`);
  }

  /** From plain or exponent notation. */
  static parse(text: string): Decimal {
    const found = decimal(text);
    if (found === undefined) throw new ParseError(text, "a decimal such as 12.5");
    return new Decimal(found.mantissa, found.scale);
  }

  /** From the contract's pair. */
  static ofWire({ mantissa, scale }: wire.Decimal): Decimal {
    return new Decimal(BigInt(mantissa), scale);
  }

  /** The contract's pair. Throws where the contract cannot carry it. */
  toWire(): wire.Decimal {
    const mantissa = Number(this.mantissa);
    if (Math.abs(mantissa) >= EXACT_MAX || this.scale > SCALE_MAX) {
      throw new RangeError(`${this} does not fit the contract, within ±2^53 and at most 12 decimals: round it`);
    }
    return { mantissa, scale: this.scale };
  }

  plus(other: DecimalLike): Decimal {
    const [a, b, scale] = aligned(this, Decimal.of(other));
    return Decimal.#made(a + b, scale);
  }

  minus(other: DecimalLike): Decimal {
    return this.plus(Decimal.of(other).negated());
  }

  times(other: DecimalLike): Decimal {
    const factor = Decimal.of(other);
    return Decimal.#made(this.mantissa * factor.mantissa, this.scale + factor.scale);
  }

  /** The quotient with at most so many decimals. */
  dividedBy(other: DecimalLike, decimals: number, rounding: Rounding): Decimal {
    const [a, b] = aligned(this, Decimal.of(other));
    if (b === 0n) throw new RangeError(`${this} cannot be divided by zero`);
    return Decimal.#made(quotient(a * 10n ** BigInt(decimals), b, rounding), decimals);
  }

  /** The same with at most so many decimals. */
  rounded(decimals: number, rounding: Rounding): Decimal {
    if (this.scale <= decimals) return this;
    return Decimal.#made(quotient(this.mantissa, 10n ** BigInt(this.scale - decimals), rounding), decimals);
  }

  negated(): Decimal {
    return new Decimal(-this.mantissa, this.scale);
  }

  /** Below 0, 0 or above, as this is less than the other, equal or greater. */
  compare(other: DecimalLike): -1 | 0 | 1 {
    const [a, b] = aligned(this, Decimal.of(other));
    return a < b ? -1 : a > b ? 1 : 0;
  }

  equals(other: DecimalLike): boolean {
    return this.compare(other) === 0;
  }

  toString(): string {
    const digits = String(this.mantissa < 0n ? -this.mantissa : this.mantissa).padStart(this.scale + 1, "0");
    const [whole, fraction] = [digits.slice(0, digits.length - this.scale), digits.slice(digits.length - this.scale)];
    return (this.mantissa < 0n ? "-" : "") + whole + (this.scale > 0 ? `.${fraction}` : "");
  }

  toJSON(): string {
    return this.toString();
  }

  /** Keeps `<` and `+` from comparing and joining decimals as texts. */
  valueOf(): never {
    throw new TypeError("operators do not work on decimals: use compare, equals, plus, minus, times and dividedBy");
  }

  [Symbol.toPrimitive](hint: string): string {
    return hint === "string" ? this.toString() : this.valueOf();
  }

  static #made(mantissa: bigint, scale: number): Decimal {
    const found = canonical(mantissa, scale);
    if (found === undefined) throw new RangeError("a decimal has grown beyond 400 decimals: round it");
    return new Decimal(found.mantissa, found.scale);
  }
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.mantissa * 10n ** BigInt(scale - a.scale), b.mantissa * 10n ** BigInt(scale - b.scale), scale];
}

/** The quotient as a whole number. */
function quotient(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const [whole, rest] = [dividend / divisor, dividend % divisor];
  if (rest === 0n) return whole;
  const away = dividend < 0n === divisor < 0n ? 1n : -1n;
  const twice = 2n * (rest < 0n ? -rest : rest) - (divisor < 0n ? -divisor : divisor);
  const grows =
    rounding === "up" || (rounding !== "down" && (twice > 0n || (twice === 0n && (rounding === "half-up" || whole % 2n !== 0n))));
  return grows ? whole + away : whole;
}
