/** The standing verdict: which questions are asked, and what holds the answer still. As `host/domain/src/standing.rs` has it. */
const clampTime = (micros) => (micros > EXACT_MAX ? EXACT_MAX : micros < -EXACT_MAX ? -EXACT_MAX : micros);
const after = (start, limit) => (limit === null ? null : clampTime(start + limit));
const successOf = (answer) => (answer.verdict?.decision[0] === "success" ? answer.verdict.decision[1] : null);
const isPending = (answer) => answer.verdict?.decision[0] === "pending";

/** How many of the first items a condition holds for that holds for no later one. */
function countWhile(items, holds) {
  let [start, end] = [0, items.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if (holds(items[middle])) start = middle + 1;
    else end = middle;
  }
  return start;
}

/** Walks the event times and the deadline in order; `ask(n, at)` asks about the first n events as of a time. */
async function standing({ openedAt, times, timing, asOf }, ask) {
  const deadline = after(openedAt, timing.deadline);
  const earliest = after(openedAt, timing.reversible_for);
  const put = async (events, at) => ({ answer: await ask(events, at), askedAt: at, events, seal: null });
  let last = null;
  for (const at of stepsOf(times, deadline, earliest, asOf)) {
    const before = countWhile(times, (time) => time < at);
    const until = countWhile(times, (time) => time <= at);
    if (before > 0 && until > before && earliest !== null && earliest < at) {
      const found = await put(before, at);
      const success = successOf(found.answer);
      const horizon = success && after(success.at, timing.reversible_for);
      if (horizon !== null && horizon < at) return { ...found, seal: "horizon" };
    }
    if (deadline !== null && at >= deadline) {
      const found = await put(until, at);
      if (!successOf(found.answer)) return { ...found, seal: isPending(found.answer) ? "expired" : "deadline" };
      last = found;
    }
  }
  return last ?? put(times.length, asOf);
}

/** The times at which a seal is possible, up to the time of asking. */
function stepsOf(times, deadline, earliest, asOf) {
  const firsts = [deadline, earliest].filter((time) => time !== null);
  if (firsts.length === 0) return [];
  const first = firsts.reduce((least, time) => (time < least ? time : least));
  if (first > asOf) return [];
  const steps = [...times.filter((time) => time >= first), ...(deadline !== null && deadline <= asOf ? [deadline] : [])];
  return [...new Set(steps)].sort(compareNumbers);
}
