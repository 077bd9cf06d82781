// A ticket is resolved when it stays resolved: not reopened within a window. The README tells the whole of its semantics.

import {
  Timestamp,
  boolean,
  defineRule,
  duration,
  event,
  failure,
  integer,
  optional,
  pending,
  pendingUntil,
  success,
  text,
  type FactOf,
} from "assay-sdk";

/** What happens to a ticket, as a service desk logs it or as a conversation tells it. */
const reads = {
  /** The state of an incident after one update. */
  incident: event("incident.updated", {
    /** "Resolved" and "Closed" are resolved; any other is not. */
    state: text({ path: "/incident_state" }),
    /** How often it was reopened so far. */
    reopens: optional(integer({ path: "/reopen_count" })),
    /** How often it changed hands so far. */
    reassignments: optional(integer({ path: "/reassignment_count" })),
  }),
  opened: event("ticket.opened"),
  reassigned: event("ticket.reassigned"),
  resolved: event("ticket.resolved"),
  closed: event("ticket.closed"),
  reopened: event("ticket.reopened"),
};

type Ticket = FactOf<typeof reads>;

/** What the events so far say about the ticket. */
class Standing {
  resolved = false;
  reassignments = 0;
  /** The most reopenings any event told of; nothing before the first that tells. */
  #reopens: number | undefined;

  /** Takes an event in; true when it tells of a reopening that none before it told of. */
  reopenedBy(ticket: Ticket): boolean {
    switch (ticket.type) {
      case "incident": {
        this.resolved =
          ticket.state === "Resolved" || ticket.state === "Closed";
        this.reassignments = ticket.reassignments ?? this.reassignments;
        const before = this.#reopens;
        this.#reopens =
          ticket.reopens === undefined
            ? before
            : Math.max(before ?? ticket.reopens, ticket.reopens);
        return (
          before !== undefined &&
          ticket.reopens !== undefined &&
          ticket.reopens > before
        );
      }
      case "reassigned":
        this.reassignments += 1;
        return false;
      case "opened":
        this.resolved = false;
        return false;
      case "resolved":
      case "closed":
        this.resolved = true;
        return false;
      case "reopened":
        this.resolved = false;
        if (this.#reopens !== undefined) this.#reopens += 1;
        return true;
    }
  }
}

export const rule = defineRule({
  name: "resolved-ticket-js",
  title: "Ticket stays resolved",
  summary: "A ticket is resolved and not reopened within a window.",
  unit: "resolution",
  reads,
  parameters: {
    window: duration({
      default: "PT24H",
      help: "How long a resolution must last to count.",
    }),
    retry: boolean({
      default: true,
      help: "Whether a reopened ticket may count once it is resolved again.",
    }),
    maxReassignments: optional(
      integer({
        help: "A ticket that changed hands more often than this before it was resolved counts as escalated; no limit when absent.",
      }),
    ),
  },
  reasons: {
    resolved: "It was resolved and stayed so for the whole window.",
    unresolved: "It is not resolved.",
    awaitingWindow: "It is resolved, and the window is not over.",
    reopened:
      "It was reopened within the window, and a second try does not count.",
    escalated: "It changed hands too often before it was resolved.",
  },

  check({ window, maxReassignments }) {
    if (window < 0) return "window is negative: set it to PT0S or longer";
    if ((maxReassignments ?? 0) < 0)
      return "max-reassignments is negative: set it to 0 or more";
    return undefined;
  },

  judge(timeline, { window, retry, maxReassignments = Infinity }, asOf) {
    const ticket = new Standing();
    let resolution: Ticket | undefined;
    for (const fact of timeline.events) {
      if (resolution && fact.at >= Timestamp.plus(resolution.at, window)) break;
      const reopened = ticket.reopenedBy(fact);
      if (resolution && (reopened || !ticket.resolved)) {
        if (!retry) return failure("reopened").evidence(resolution, fact);
        resolution = undefined;
      }
      if (ticket.resolved && !resolution) {
        if (ticket.reassignments > maxReassignments)
          return failure("escalated").evidence(fact);
        resolution = fact;
      }
    }
    if (!resolution) return pending("unresolved");
    const succeedsAt = Timestamp.plus(resolution.at, window);
    const verdict =
      asOf < succeedsAt
        ? pendingUntil("awaitingWindow", succeedsAt)
        : success("resolved", succeedsAt);
    return verdict.evidence(resolution);
  },
});
