import { DAY, SECOND, timestampText } from "../text.js";

/** What node says of a zone, from one year's beginning to another's, as source for `pinnedZone`. */
export function zoneSource(name: string, from: number, until: number): string {
  const begin = Date.UTC(from, 0) * 1_000;
  const end = Date.UTC(until, 0) * 1_000;
  const rows = [[begin, offset(name, begin)] as const, ...changes(name, begin, end)];
  const table = [
    `  name: ${JSON.stringify(name)},`,
    `  version: ${JSON.stringify(process.versions["tz"] ?? "unknown")},`,
    `  from: "${timestampText(begin)}",`,
    `  until: "${timestampText(end)}",`,
    "  offsets: [",
    ...rows.map(([at, minutes]) => `    ["${timestampText(at)}", ${minutes}],`),
    "  ],",
  ];
  const constant = name.replace(/^.*\//, "").replace(/[^A-Za-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
  return [
    'import { pinnedZone } from "assay-sdk";',
    "",
    `// Written by \`assay-rule zone ${name} ${from} ${until}\`.`,
    `export const ${constant.charAt(0).toLowerCase()}${constant.slice(1)} = pinnedZone({`,
    ...table,
    "});",
    "",
  ].join("\n");
}

/** When the offset changes, and to what: days on which it does, searched to the second. */
function* changes(name: string, begin: number, end: number): Generator<readonly [number, number]> {
  for (let day = begin; day < end; day += DAY) {
    const [before, after] = [offset(name, day), offset(name, day + DAY)];
    if (before === after) continue;
    let [low, high] = [day, day + DAY];
    while (high - low > SECOND) {
      const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND;
      if (offset(name, middle) === before) low = middle;
      else high = middle;
    }
    if (high < end) yield [high, after];
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC. */
function offset(name: string, micros: number): number {
  const format = formats.get(name) ?? new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  formats.set(name, format);
  const text = format.formatToParts(micros / 1_000).find((part) => part.type === "timeZoneName")?.value ?? "";
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(text);
  if (!match) throw new Error(`${name} is ${text} at ${timestampText(micros)}: only offsets of whole minutes can be pinned`);
  return (match[1] === "-" ? -1 : 1) * (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0));
}
