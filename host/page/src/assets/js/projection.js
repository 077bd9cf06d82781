/** From facts to exactly what a rule reads of them, as `host/domain/src/timeline.rs` and `projection.rs` have it. */
const ACTORS = ["unknown", "ai", "human", "customer", "system"];

/** The order of texts by their bytes in UTF-8, which is that of their characters. */
function compareTexts(a, b) {
  const [left, right] = [Array.from(a, (letter) => letter.codePointAt(0)), Array.from(b, (letter) => letter.codePointAt(0))];
  const at = left.findIndex((code, index) => code !== right[index]);
  return at < 0 ? left.length - right.length : right[at] === undefined ? 1 : left[at] - right[at];
}

const compareNumbers = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The place of a fact on its timeline: a property of the facts, never of their arrival. */
function comparePlaces(a, b) {
  return compareNumbers(a.occurredAt, b.occurredAt) || compareNumbers(a.sequence, b.sequence)
    || compareTexts(a.source, b.source) || compareTexts(a.id, b.id);
}

const pointerTokens = (path) => path.split("/").slice(1).map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

/** What lies at the end of a path; `undefined` if nothing does. Of members that come twice the last counts. */
function lookUp(json, tokens) {
  if (tokens.length === 0) return json;
  const [token, ...rest] = tokens;
  const below = Array.isArray(json)
    ? json.filter((_, index) => String(index) === token)
    : json instanceof Members ? json.list.filter(([name]) => name === token).map(([, value]) => value) : [];
  return below.map((value) => lookUp(value, rest)).findLast((value) => value !== undefined);
}

/** The data of an event; `undefined` if it is no JSON object, so that all its fields are missing. */
function eventData(text) {
  try {
    const data = parseJson(text);
    return data instanceof Members ? data : undefined;
  } catch {
    return undefined;
  }
}

/** One event as a rule sees it, and the first field that it needs and lacks. */
function projectEvent(fact, kind, { fields }) {
  const data = eventData(fact.data);
  const found = fields.map((field) => {
    const json = lookUp(data, pointerTokens(field.path));
    return json === undefined ? MISSING : coerce(json, field.kind);
  });
  const lacking = fields.find((field, index) => field.required && (found[index] === null || found[index][0] === "missing"));
  const event = { kind, at: fact.occurredAt, actor: fact.actor, values: found.map((value) => value ?? MISSING) };
  return { event, missing: lacking ? `${fact.kind}${lacking.path}` : null };
}

/** What a rule is asked about; `facts` are in timeline order and were known by the time of asking. */
function project(openedAt, facts, reads) {
  const input = { openedAt, events: [], facts: [], missing: null };
  for (const fact of facts) {
    const kind = reads.findIndex((read) => read.kind === fact.kind);
    if (kind < 0) continue;
    const { event, missing } = projectEvent(fact, kind, reads[kind]);
    if (missing !== null) input.missing ??= { event: input.events.length, field: missing };
    input.events.push(event);
    input.facts.push(fact);
  }
  return input;
}

/** The hash of everything a verdict can depend on besides the time of asking. */
function inputRoot({ openedAt, events, missing }, parameters) {
  return new Encoder("assay.1.input").int(openedAt).list(events, (to, event) => {
    to.int(event.kind).int(event.at).tag(ACTORS.indexOf(event.actor)).list(event.values, encodeValue);
  }).optionalText(missing?.field ?? null).list(parameters, encodeValue).hash();
}
