// A verdict depends on nothing but the facts, the settings and the time of asking, or it could not be checked by executing it again.
// So whatever else a program can get hold of throws, and says what to use instead.

import { RuleError } from "./error.js";

/** A rule asked for something that no rule has. */
export class AmbientError extends RuleError {
  override readonly name: string = "AmbientError";
}

const CLOCK = "a rule has no clock: use asOf, the time of asking, or the time of a fact, fact.at";
const ZONE = "a rule has no time zone of the machine: use Timestamp.text, the UTC methods, or a pinned zone with businessHours";
const CHANCE = "a rule has no randomness, since the same facts must give the same verdict: use what the events say";
const TIMER = "a rule answers at once: return pendingUntil(reason, time), and it is asked again then";
const NETWORK = "a rule reads nothing but the events it declares: have the sender record what it needs, or make it a parameter";
const LOCALE = "a rule has no locale of the machine: compare with < and format with the SDK's Timestamp.text, Duration.text and Decimal";
const MACHINE = "a rule knows nothing of the machine: make what it needs a parameter";
const ABSENT = "the sandbox does not have it: use the language alone, or a package that does";

/** Functions, and what to say when one is called. */
const FUNCTIONS: Record<string, string> = {
  fetch: NETWORK,
  XMLHttpRequest: NETWORK,
  WebSocket: NETWORK,
  EventSource: NETWORK,
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  queueMicrotask: TIMER,
  structuredClone: ABSENT,
  TextEncoder: ABSENT,
  TextDecoder: ABSENT,
  URL: ABSENT,
  URLSearchParams: ABSENT,
  Buffer: ABSENT,
};

/** Objects, and what to say when anything of them is used. */
const OBJECTS: Record<string, string> = {
  Intl: LOCALE,
  crypto: CHANCE,
  performance: CLOCK,
  process: MACHINE,
};

/** Methods of objects that stay, and what to say when one is called. */
const METHODS: [object, string, string, string][] = [
  [Math, "Math", "random", CHANCE],
  ...[
    "getDate",
    "getDay",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "getTimezoneOffset",
    "getYear",
  ].map((name): [object, string, string, string] => [Date.prototype, "Date.prototype", name, ZONE]),
  ...["setDate", "setFullYear", "setHours", "setMilliseconds", "setMinutes", "setMonth", "setSeconds", "setYear"].map(
    (name): [object, string, string, string] => [Date.prototype, "Date.prototype", name, ZONE],
  ),
  ...["toString", "toDateString", "toTimeString", "toLocaleString", "toLocaleDateString", "toLocaleTimeString"].map(
    (name): [object, string, string, string] => [Date.prototype, "Date.prototype", name, ZONE],
  ),
  [Number.prototype, "Number.prototype", "toLocaleString", LOCALE],
  [BigInt.prototype, "BigInt.prototype", "toLocaleString", LOCALE],
  [Array.prototype, "Array.prototype", "toLocaleString", LOCALE],
  [String.prototype, "String.prototype", "localeCompare", LOCALE],
  [String.prototype, "String.prototype", "toLocaleLowerCase", LOCALE],
  [String.prototype, "String.prototype", "toLocaleUpperCase", LOCALE],
];

/** Takes them all away from this program; what it returns brings them back. */
export function forbidAmbient(): () => void {
  const global = globalThis as unknown as object;
  const undo = [
    ...Object.entries(FUNCTIONS).map(([name, advice]) => replace(global, name, refusing(name, advice))),
    ...Object.entries(OBJECTS).map(([name, advice]) => replace(global, name, untouchable(name, advice))),
    ...METHODS.map(([owner, path, name, advice]) => replace(owner, name, refusing(`${path}.${name}`, advice))),
    replace(global, "Date", timeless(Date)),
  ];
  return () => undo.reverse().forEach((restore) => restore());
}

/** Runs a function without them. */
export function withoutAmbient<T>(run: () => T): T {
  const restore = forbidAmbient();
  try {
    return run();
  } finally {
    restore();
  }
}

function replace(owner: object, name: string, by: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value: by, writable: true, configurable: true, enumerable: before?.enumerable ?? false });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}

function refuse(what: string, advice: string): never {
  throw new AmbientError(`${what} is not available: ${advice}`);
}

/** A function, which also is called with `new`. */
function refusing(name: string, advice: string): unknown {
  return function refused() {
    refuse(`${name}()`, advice);
  };
}

function untouchable(name: string, advice: string): unknown {
  const get = (_: object, part: string | symbol) => refuse(`${name}.${String(part)}`, advice);
  return new Proxy(Object.create(null), { get, has: () => false });
}

/** Dates of a given time, told in UTC, as plain values; none of the present, and none that depend on the machine's time zone. */
function timeless(date: DateConstructor): unknown {
  const parse = (text: unknown) => {
    const zoned = typeof text !== "string" || /^\d{4}-\d{2}-\d{2}([Tt ].*([Zz]|[+-]\d{2}:\d{2}))?$/.test(text);
    if (!zoned) refuse("a Date without a time zone", `write it as RFC 3339, such as 2016-03-01T10:00:00Z; ${ZONE}`);
  };
  return new Proxy(date, {
    apply: () => refuse("Date()", CLOCK),
    construct(target, args, newTarget: new () => object) {
      if (args.length === 0) refuse("new Date()", CLOCK);
      if (args.length > 1) refuse("new Date(year, month, …)", `use Date.UTC; ${ZONE}`);
      parse(args[0]);
      return Reflect.construct(target, args, newTarget);
    },
    get(target, part, receiver) {
      if (part === "now") return refusing("Date.now", CLOCK);
      if (part === "parse") return (text: string) => (parse(text), target.parse(text));
      return Reflect.get(target, part, receiver) as unknown;
    },
  });
}
