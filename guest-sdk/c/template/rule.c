/* A document counts once it was read well enough and not sent back within a window. */

#define ASSAY_EXPORTS
#include "assay.h"

enum { PROCESSED, RETURNED };

static const assay_field PROCESSED_FIELDS[] = {
  { ASSAY_TEXT("quality"), ASSAY_TEXT("/quality"), ASSAY_KIND_INTEGER, true },
};

static const assay_event_type READS[] = {
  [PROCESSED] = { ASSAY_TEXT("document.processed"), ASSAY_LIST(PROCESSED_FIELDS) },
  [RETURNED] = { .kind = ASSAY_TEXT("document.returned") },
};

enum { MINIMUM, WINDOW };

static const assay_parameter PARAMETERS[] = {
  [MINIMUM] = { ASSAY_TEXT("minimum"), ASSAY_KIND_INTEGER, { true, { ASSAY_INTEGER, { .integer = 80 } } },
                ASSAY_TEXT("The lowest quality that counts.") },
  [WINDOW] = { ASSAY_TEXT("window"), ASSAY_KIND_DURATION, { true, { ASSAY_DURATION, { .duration = 86400000000 } } },
               ASSAY_TEXT("How long it may be sent back.") },
};

enum { WHY_PROCESSED, WHY_WAITING, WHY_WINDOW, WHY_RETURNED };

static const assay_reason REASONS[] = {
  [WHY_PROCESSED] = { ASSAY_TEXT("processed"), ASSAY_TEXT("It was read well enough and not sent back.") },
  [WHY_WAITING] = { ASSAY_TEXT("waiting"), ASSAY_TEXT("It was not read well enough so far.") },
  [WHY_WINDOW] = { ASSAY_TEXT("window"), ASSAY_TEXT("It may still be sent back.") },
  [WHY_RETURNED] = { ASSAY_TEXT("returned"), ASSAY_TEXT("It was sent back.") },
};

const assay_manifest *assay_describe(void) {
  static const assay_manifest manifest = {
    .name = ASSAY_TEXT("my-rule"),
    .title = ASSAY_TEXT("Document processed"),
    .summary = ASSAY_TEXT("A document counts once it was read well enough and not sent back within a window."),
    .unit = ASSAY_TEXT("document"),
    .parameters = ASSAY_LIST(PARAMETERS),
    .reasons = ASSAY_LIST(REASONS),
  };
  return &manifest;
}

/* The host passes every parameter, in the order of the manifest and of its kind. */
const assay_configured *assay_configure(assay_values parameters) {
  static const assay_configured configured = { .reads = ASSAY_LIST(READS) };
  static const assay_configured window = { true, { .error = ASSAY_TEXT("window is negative: set it to PT0S or longer") } };
  return parameters.items[WINDOW].duration < 0 ? &window : &configured;
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
  uint32_t i = 0;
  for (; i < timeline.length; i++) {
    const assay_event *event = &timeline.events[i];
    if (event->kind == PROCESSED && event->values.items[0].integer >= parameters.items[MINIMUM].integer) break;
  }
  if (i == timeline.length) return verdict(ASSAY_PENDING, WHY_WAITING, 0), &answer;
  cited[0] = i;
  /* The end of the window lies after it: what is decided then must not hang on a fact of the same instant. */
  assay_timestamp due = later(timeline.events[i].at, parameters.items[WINDOW].duration);
  while (++i < timeline.length && timeline.events[i].at < due) {
    cited[1] = i;
    if (timeline.events[i].kind == RETURNED) return verdict(ASSAY_FAILURE, WHY_RETURNED, 2), &answer;
  }
  if (as_of < due) {
    assay_verdict *pending = verdict(ASSAY_PENDING, WHY_WINDOW, 1);
    pending->decision.wake.given = true;
    pending->decision.wake.at = due;
  } else {
    verdict(ASSAY_SUCCESS, WHY_PROCESSED, 1)->decision.success = (assay_success){ .quantity = { 1, 0 }, .at = due };
  }
  return &answer;
}
