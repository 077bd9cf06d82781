import type * as wire from "./wit.js";

/** What a thrown exception becomes that is no rule error. */
type Report = (error: unknown) => unknown;

/** The host's interface knows one exception, a text: the rule cannot judge. What is none traps, so that a mistake in a rule is a fault
 * and leaves what stood alone. */
const trapping: Report = (error) => ({ fault: error });

/** For trying a rule out: a mistake is told as if the rule had said that it cannot judge. */
const telling: Report = (error) => `fault: ${error instanceof Error ? `${error}\n${error.stack ?? ""}` : String(error)}`.slice(0, 1_000);

/** The rule as a component exports it. */
export function exported(rule: wire.Rule, debug: boolean): wire.Rule {
  const report = debug ? telling : trapping;
  const guard = <A extends unknown[], T>(call: (...args: A) => T) => {
    return (...args: A): T => {
      try {
        return call(...args);
      } catch (error) {
        throw typeof error === "string" ? error : report(error);
      }
    };
  };
  return { describe: rule.describe, configure: guard(rule.configure), evaluate: guard(rule.evaluate) };
}
