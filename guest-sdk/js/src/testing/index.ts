/* Runs a rule in node over fixture files: timelines as TOML with the verdicts they must get. The same files run in the real sandbox with
 * `assay rule test`; guest-sdk/rust/src/testing/mod.rs lists every key.
 *
 * Of an `[[ask]]` only `as-of`, `decision` and `reason` must be there; what is not given is not compared. A key that is not known, or does
 * not belong to the decision, is an error. Each ask is one direct call as of that time, with the events up to it: no timing policy applies.
 * A success or failure is asked about again later and must not change. Clock, randomness and network throw as in the sandbox.
 *
 * To add something to compare: a key in `expectation` of `fixture` and its found value in `told` of `stage`. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Duration, Timestamp } from "../time.js";
import type * as wire from "../wit.js";
import { parseFixture, type Answer } from "./fixture.js";
import { Stage } from "./stage.js";

export { withoutAmbient } from "../ambient.js";

/** How long after a decision the same timeline is asked about again. */
const LATER = [Duration.seconds(1), Duration.days(1), Duration.days(1_000)];

/** One test of node's runner for each `*.toml` file directly in a folder. */
export function fixtures(rule: wire.Rule, folder: string | URL): void {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const files = readdirSync(path)
    .filter((name) => name.endsWith(".toml"))
    .sort();
  if (files.length === 0) throw new Error(`${path} holds no fixture (*.toml)`);
  for (const name of files) {
    test(`fixture ${name}`, () => {
      const complaints = checkFixture(rule, readFileSync(join(path, name), "utf8"));
      if (complaints.length > 0) throw new Error(`${name}: ${complaints.join("\n\n")}`);
    });
  }
}

/** Runs one fixture given as text and returns what is wrong. */
export function checkFixture(rule: wire.Rule, text: string): string[] {
  const fixture = parseFixture(text);
  const stage = new Stage(rule, fixture);
  return fixture.asks.flatMap(({ asOf, expected }, place) => {
    const found = stage.answer(asOf, asOf);
    const at = `"${fixture.title}", ask ${place + 1} as of ${Timestamp.text(asOf)}`;
    return [...differences(at, expected, found), ...unsteady(at, asOf, found, (later) => stage.answer(asOf, later))];
  });
}

function differences(place: string, expected: Answer, found: Answer): string[] {
  const inFull = Object.entries(found)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");
  const differs = ([key, value]: [string, string]) => found[key] !== value && !(key === "error" && found[key]?.includes(value));
  const tell = ([key, value]: [string, string]) =>
    `${place}: ${key}\n  expected  ${value}\n  found     ${found[key] ?? "nothing"}\n  in full   ${inFull}`;
  return Object.entries(expected).filter(differs).map(tell);
}

/** The law that a decided verdict stays when nothing but time is added. */
function unsteady(place: string, asOf: Timestamp, found: Answer, ask: (later: Timestamp) => Answer): string[] {
  if (found["decision"] !== "success" && found["decision"] !== "failure") return [];
  const canonical = (answer: Answer) => JSON.stringify(Object.entries(answer).sort());
  const changed = LATER.map((wait) => Timestamp.plus(asOf, wait)).find((later) => canonical(ask(later)) !== canonical(found));
  if (changed === undefined) return [];
  return [
    `${place}: the decision changes when the same events are asked about again at ${Timestamp.text(changed)}: a decided verdict must stay`,
  ];
}
