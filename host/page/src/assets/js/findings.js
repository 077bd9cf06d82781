/** What came of the checks, counted by kind and named as `assay verify` names them. */
const CHECKS = [
  "signature", "consistency", "inclusion", "chain", "commitment", "evidence", "definition", "component", "approval", "attestation",
  "execution", "verdict", "usage",
];

/** What this page cannot decide: neither held nor broken. */
const isOpen = (error) => error instanceof Killed || error instanceof Unfit;

class Findings {
  constructor() {
    this.counts = new Map();
    this.failures = [];
    this.open = [];
  }

  /** Takes down what comes of a check; gives back what it gives when it holds, and `null` when it does not. */
  async take(check, place, made) {
    try {
      const found = await made();
      this.count(check, "passed");
      return found ?? true;
    } catch (error) {
      this.fail(check, place, error);
      return null;
    }
  }

  fail(check, place, error) {
    const kind = isOpen(error) ? "open" : "failed";
    this.count(check, kind);
    (kind === "open" ? this.open : this.failures).push({ check, place, problem: error.message });
  }

  count(check, kind) {
    const counted = this.counts.get(check) ?? { passed: 0, failed: 0, open: 0 };
    counted[kind] += 1;
    this.counts.set(check, counted);
  }

  /** Takes down that two things which should be equal are, or what each of them is. */
  equal(check, place, what, told, found) {
    return this.take(check, place, () => {
      if (told !== found) throw new Wrong(`${what} is told as ${told}, and ${found} follows`);
    });
  }

  /** The kinds that were checked, in their order, each with what is wrong with it. */
  rows() {
    const wrong = [...this.failures, ...this.open];
    const row = (check) => ({ check, ...this.counts.get(check), problems: wrong.filter((one) => one.check === check) });
    return CHECKS.filter((check) => this.counts.has(check)).map(row);
  }
}

const inWords = ({ check, place, problem }) => `${check}, ${place}: ${problem}`;
