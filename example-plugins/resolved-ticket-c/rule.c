/* A ticket is resolved when it stays resolved: not reopened within a window. The README of resolved-ticket tells the whole of its
 * semantics. */

#define ASSAY_EXPORTS
#include "../../guest-sdk/c/assay.h"

enum { INCIDENT, OPENED, REASSIGNED, RESOLVED, CLOSED, REOPENED };

static const assay_field INCIDENT_FIELDS[] = {
  { ASSAY_TEXT("state"), ASSAY_TEXT("/incident_state"), ASSAY_KIND_TEXT, true },
  { ASSAY_TEXT("reopens"), ASSAY_TEXT("/reopen_count"), ASSAY_KIND_INTEGER, false },
  { ASSAY_TEXT("reassignments"), ASSAY_TEXT("/reassignment_count"), ASSAY_KIND_INTEGER, false },
};

static const assay_event_type READS[] = {
  [INCIDENT] = { ASSAY_TEXT("incident.updated"), ASSAY_LIST(INCIDENT_FIELDS) },
  [OPENED] = { .kind = ASSAY_TEXT("ticket.opened") },
  [REASSIGNED] = { .kind = ASSAY_TEXT("ticket.reassigned") },
  [RESOLVED] = { .kind = ASSAY_TEXT("ticket.resolved") },
  [CLOSED] = { .kind = ASSAY_TEXT("ticket.closed") },
  [REOPENED] = { .kind = ASSAY_TEXT("ticket.reopened") },
};

enum { WINDOW, RETRY, MAX_REASSIGNMENTS };

static const assay_parameter PARAMETERS[] = {
  [WINDOW] = { ASSAY_TEXT("window"), ASSAY_KIND_DURATION, { true, { ASSAY_DURATION, { .duration = 86400000000 } } },
               ASSAY_TEXT("How long a resolution must last to count.") },
  [RETRY] = { ASSAY_TEXT("retry"), ASSAY_KIND_BOOLEAN, { true, { ASSAY_BOOLEAN, { .boolean = true } } },
              ASSAY_TEXT("Whether a reopened ticket may count once it is resolved again.") },
  [MAX_REASSIGNMENTS] = { ASSAY_TEXT("max-reassignments"), ASSAY_KIND_INTEGER, { true, { ASSAY_MISSING } },
                          ASSAY_TEXT("A ticket that changed hands more often than this before it was resolved counts as escalated; no limit when absent.") },
};

enum { WHY_RESOLVED, WHY_UNRESOLVED, WHY_AWAITING_WINDOW, WHY_REOPENED, WHY_ESCALATED };

static const assay_reason REASONS[] = {
  [WHY_RESOLVED] = { ASSAY_TEXT("resolved"), ASSAY_TEXT("It was resolved and stayed so for the whole window.") },
  [WHY_UNRESOLVED] = { ASSAY_TEXT("unresolved"), ASSAY_TEXT("It is not resolved.") },
  [WHY_AWAITING_WINDOW] = { ASSAY_TEXT("awaiting-window"), ASSAY_TEXT("It is resolved, and the window is not over.") },
  [WHY_REOPENED] = { ASSAY_TEXT("reopened"), ASSAY_TEXT("It was reopened within the window, and a second try does not count.") },
  [WHY_ESCALATED] = { ASSAY_TEXT("escalated"), ASSAY_TEXT("It changed hands too often before it was resolved.") },
};

const assay_manifest *assay_describe(void) {
  static const assay_manifest manifest = {
    .name = ASSAY_TEXT("resolved-ticket-c"),
    .title = ASSAY_TEXT("Ticket stays resolved"),
    .summary = ASSAY_TEXT("A ticket is resolved and not reopened within a window."),
    .unit = ASSAY_TEXT("resolution"),
    .parameters = ASSAY_LIST(PARAMETERS),
    .reasons = ASSAY_LIST(REASONS),
  };
  return &manifest;
}

typedef struct {
  assay_duration window;
  bool retry;
  int64_t max_reassignments;
} settings;

/* The host passes every parameter, in the order of the manifest and of its kind. */
static settings decode(assay_values values) {
  const assay_value *most = &values.items[MAX_REASSIGNMENTS];
  return (settings){ values.items[WINDOW].duration, values.items[RETRY].boolean, most->tag == ASSAY_MISSING ? INT64_MAX : most->integer };
}

const assay_configured *assay_configure(assay_values parameters) {
  static assay_configured configured = { .reads = ASSAY_LIST(READS) };
  static const assay_configured window = { true, { .error = ASSAY_TEXT("window is negative: set it to PT0S or longer") } };
  static const assay_configured most = { true, { .error = ASSAY_TEXT("max-reassignments is negative: set it to 0 or more") } };
  settings set = decode(parameters);
  return set.window < 0 ? &window : set.max_reassignments < 0 ? &most : &configured;
}

/* What the events so far say about the ticket. */
typedef struct {
  bool resolved, reopens_known;
  /* The most reopenings any event told of. */
  int64_t reopens, reassignments;
} standing;

static bool is_resolved(assay_text state) {
  static const assay_text resolved = ASSAY_TEXT("Resolved"), closed = ASSAY_TEXT("Closed");
  return assay_is(state, resolved) || assay_is(state, closed);
}

static bool update(standing *ticket, const assay_value *values) {
  const assay_value *reopens = &values[1], *reassignments = &values[2];
  ticket->resolved = is_resolved(values[0].text);
  if (reassignments->tag != ASSAY_MISSING) ticket->reassignments = reassignments->integer;
  if (reopens->tag == ASSAY_MISSING) return false;
  bool risen = ticket->reopens_known && reopens->integer > ticket->reopens;
  if (risen || !ticket->reopens_known) ticket->reopens = reopens->integer;
  ticket->reopens_known = true;
  return risen;
}

/* Takes an event in; true when it tells of a reopening that none before it told of. */
static bool reopened_by(standing *ticket, const assay_event *event) {
  switch (event->kind) {
    case INCIDENT: return update(ticket, event->values.items);
    case REASSIGNED: ticket->reassignments++; return false;
    case OPENED: ticket->resolved = false; return false;
    case REOPENED: ticket->resolved = false; ticket->reopens++; return true;
    default: ticket->resolved = true; return false;
  }
}

static uint32_t cited[2];
static assay_answer answer;

static assay_verdict *verdict(uint8_t decision, uint32_t reason, uint32_t evidence) {
  answer.verdict = (assay_verdict){ .decision = { decision }, .reason = reason, .evidence = { cited, evidence } };
  return &answer.verdict;
}

/* Times stay within ±2^53, so their sum does not overflow; it stops at that bound, as in the other languages. */
static assay_timestamp later(assay_timestamp at, assay_duration by) {
  const int64_t most = (int64_t)1 << 53;
  return at + by > most ? most : at + by;
}

const assay_answer *assay_evaluate(assay_timeline timeline, assay_values parameters, assay_timestamp as_of) {
  settings set = decode(parameters);
  standing ticket = { 0 };
  const assay_event *resolution = NULL;
  for (uint32_t i = 0; i < timeline.length; i++) {
    const assay_event *event = &timeline.events[i];
    if (resolution && event->at >= later(resolution->at, set.window)) break;
    bool reopened = reopened_by(&ticket, event);
    if (resolution && (reopened || !ticket.resolved)) {
      cited[1] = i;
      if (!set.retry) return verdict(ASSAY_FAILURE, WHY_REOPENED, 2), &answer;
      resolution = NULL;
    }
    if (ticket.resolved && !resolution) {
      cited[0] = i;
      if (ticket.reassignments > set.max_reassignments) return verdict(ASSAY_FAILURE, WHY_ESCALATED, 1), &answer;
      resolution = event;
    }
  }
  if (!resolution) return verdict(ASSAY_PENDING, WHY_UNRESOLVED, 0), &answer;
  assay_timestamp succeeds_at = later(resolution->at, set.window);
  if (as_of < succeeds_at) {
    assay_verdict *pending = verdict(ASSAY_PENDING, WHY_AWAITING_WINDOW, 1);
    pending->decision.wake.given = true;
    pending->decision.wake.at = succeeds_at;
  } else {
    verdict(ASSAY_SUCCESS, WHY_RESOLVED, 1)->decision.success = (assay_success){ .quantity = { 1, 0 }, .at = succeeds_at };
  }
  return &answer;
}
