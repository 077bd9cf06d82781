/** An evaluation executed again: the same events before the same rule, as of the same time. As `host/verify/src/hearing.rs` has it. */
const factOf = ({ id, source, source_id, type, time, sequence, actor, data }) => (
  { event: id, source, id: source_id, kind: type, occurredAt: time, sequence, actor, data: data ?? "", isErased: data === null }
);

/** The events that were recorded by then. */
const recordedBy = ({ evaluation, interaction }) => interaction.events.filter(({ id }) => id <= evaluation.facts_until);

/** The facts that an evaluation knew, on their timeline; a superseded one is left out where its successor was known. */
function knownFacts(judged) {
  const recorded = recordedBy(judged);
  const given = new Set(recorded.map(({ id }) => id));
  const counted = recorded.filter(({ superseded_by }) => superseded_by === null || !given.has(superseded_by));
  return counted.map(factOf).sort(comparePlaces).filter(({ occurredAt }) => occurredAt <= judged.evaluation.known_at);
}

/** What a rule is asked about, put together from events. */
class Hearing {
  constructor({ content, ready }, facts, knownAt) {
    Object.assign(this, { content, ready, knownAt });
    this.input = project(facts[0].occurredAt, facts, content.reads);
  }

  root() {
    return inputRoot(this.input, this.content.parameters);
  }

  async hear() {
    const { openedAt, events } = this.input;
    const walk = { openedAt, times: events.map(({ at }) => at), timing: this.content.timing, asOf: this.knownAt };
    return this.heard(await standing(walk, (count, at) => this.ask(count, at)));
  }

  async ask(count, asOf) {
    const { openedAt, events, missing } = this.input;
    if (missing && missing.event < count) return { missing: missing.field };
    const timeline = { "opened-at": openedAt, events: events.slice(0, count) };
    const said = await this.ready.rule.call("evaluate", [timeline, this.content.parameters, asOf]);
    return checkedAnswer(said, { manifest: this.ready.manifest, openedAt, events: count, asOf });
  }

  heard({ answer, askedAt, seal }) {
    const evidence = (answer.verdict?.evidence ?? []).map((index) => this.input.facts[index].event);
    return { openedAt: this.input.openedAt, askedAt, evidence, ...this.words(answer, seal), usage: this.usage(answer, seal) };
  }

  words({ error, missing, verdict }, seal) {
    if (error !== undefined) return { conclusion: "rule-error", reason: "rule-error", detail: error };
    if (missing !== undefined) return { conclusion: "missing-field", reason: "missing-field", detail: missing };
    const reason = seal === "expired" ? "deadline" : this.ready.manifest.reasons[verdict.reason].code;
    return { conclusion: verdict.decision[0], reason, detail: verdictText(verdict) };
  }

  /** The usage that the verdict amounts to, before any ruling. */
  usage(answer, seal) {
    const { manifest } = this.ready;
    const isAttempt = seal === "expired" || ["success", "failure", "pending"].includes(answer.verdict?.decision[0]);
    const blank = { quantity: 1_000_000n, class: null, value: null, credit: null };
    const usage = isAttempt ? [{ ...blank, meter: "attempt", datedAt: this.input.openedAt }] : [];
    const success = successOf(answer);
    if (!success || success.quantity <= 0n) return usage;
    const { quantity, class: index, value, credit } = success;
    const datedAt = clampTime(success.at + this.content.timing.settles_after);
    const named = index === null ? null : manifest.classes[index];
    return [...usage, { meter: "outcome", quantity, datedAt, class: named, value, credit: creditText(credit, manifest.participants) }];
  }
}

/** `ai:3 human:1`, in the manifest's order; `null` where nobody in particular is credited. */
function creditText(shares, participants) {
  const sorted = [...shares].sort((a, b) => a.participant - b.participant);
  return shares.length === 0 ? null : sorted.map(({ participant, parts }) => `${participants[participant]}:${parts}`).join(" ");
}
