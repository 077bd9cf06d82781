/* The contract assay:rule@0.1.0 for C, written from wit/0.1/world.wit: its types as the component model's canonical ABI lays them out for
 * 32-bit memory, and the three functions a rule defines. It needs no library, and nothing but a compiler for wasm32.
 *
 * A variant or option is its tag and a union of what its cases hold; a list or text is where it begins and how many there are. What a
 * function answers with must stay where it is until the call has returned: make it static, or ask assay_new for memory. */

#ifndef ASSAY_H
#define ASSAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { const char *bytes; uint32_t length; } assay_text;
/* A literal as a text, in an initialiser. */
#define ASSAY_TEXT(literal) { (literal), sizeof(literal) - 1 }
/* An array and its length, in the initialiser of a list. */
#define ASSAY_LIST(array) { (array), sizeof(array) / sizeof *(array) }

/* Microseconds since the Unix epoch, UTC; and microseconds. */
typedef int64_t assay_timestamp;
typedef int64_t assay_duration;

/* mantissa × 10^-scale. |mantissa| < 2^53; scale at most 12; no trailing zero in the mantissa. */
typedef struct { int64_t mantissa; uint8_t scale; } assay_decimal;

enum { ASSAY_KIND_BOOLEAN, ASSAY_KIND_INTEGER, ASSAY_KIND_DECIMAL, ASSAY_KIND_TEXT, ASSAY_KIND_TIMESTAMP, ASSAY_KIND_DURATION };

enum { ASSAY_MISSING, ASSAY_BOOLEAN, ASSAY_INTEGER, ASSAY_DECIMAL, ASSAY_TEXT_VALUE, ASSAY_TIMESTAMP, ASSAY_DURATION };
typedef struct {
  uint8_t tag;
  union { bool boolean; int64_t integer; assay_decimal decimal; assay_text text; assay_timestamp timestamp; assay_duration duration; };
} assay_value;
typedef struct { const assay_value *items; uint32_t length; } assay_values;

enum { ASSAY_UNKNOWN, ASSAY_AI, ASSAY_HUMAN, ASSAY_CUSTOMER, ASSAY_SYSTEM };

/* What the rule declares about itself. Without a default a parameter must be set; with ASSAY_MISSING as one it may stay absent. */
typedef struct {
  assay_text name;
  uint8_t kind;
  struct { bool given; assay_value value; } preset;
  assay_text help;
} assay_parameter;
typedef struct { assay_text code, help; } assay_reason;
typedef struct {
  assay_text name, title, summary, unit;
  struct { const assay_parameter *items; uint32_t length; } parameters;
  struct { const assay_reason *items; uint32_t length; } reasons;
  struct { const assay_text *items; uint32_t length; } classes, participants;
  bool has_value;
} assay_manifest;

/* What it reads. `path` is a JSON Pointer into the event's data. */
typedef struct { assay_text name, path; uint8_t kind; bool required; } assay_field;
typedef struct {
  assay_text kind;
  struct { const assay_field *items; uint32_t length; } fields;
} assay_event_type;
typedef struct {
  bool refused;
  union {
    struct { const assay_event_type *items; uint32_t length; } reads;
    assay_text error;
  };
} assay_configured;

/* `kind` indexes what the rule reads; `values` are that kind's fields, in order. */
typedef struct { uint32_t kind; assay_timestamp at; uint8_t actor; assay_values values; } assay_event;
typedef struct { assay_timestamp opened_at; const assay_event *events; uint32_t length; } assay_timeline;

enum { ASSAY_SUCCESS, ASSAY_FAILURE, ASSAY_PENDING, ASSAY_INDETERMINATE, ASSAY_NOT_ELIGIBLE };
typedef struct { uint32_t participant, parts; } assay_share;
typedef struct {
  assay_decimal quantity;
  assay_timestamp at;
  struct { bool given; uint32_t place; } class;
  struct { const assay_share *items; uint32_t length; } credit;
  struct { bool given; assay_decimal decimal; } value;
} assay_success;
/* `reason` indexes the manifest's reasons; `evidence` the timeline's events, strictly increasing. */
typedef struct {
  struct {
    uint8_t tag;
    union { assay_success success; struct { bool given; assay_timestamp at; } wake; };
  } decision;
  uint32_t reason;
  struct { const uint32_t *items; uint32_t length; } evidence;
  struct { bool given; assay_text text; } note;
} assay_verdict;
/* A rule error: the rule cannot judge. */
typedef struct {
  bool failed;
  union { assay_verdict verdict; assay_text error; };
} assay_answer;

_Static_assert(sizeof(assay_value) == 24 && offsetof(assay_value, integer) == 8, "value");
_Static_assert(sizeof(assay_parameter) == 56 && offsetof(assay_parameter, preset) == 16, "parameter");
_Static_assert(sizeof(assay_manifest) == 68 && sizeof(assay_field) == 20 && sizeof(assay_event_type) == 16, "declarations");
_Static_assert(sizeof(assay_event) == 32 && offsetof(assay_event, values) == 20, "event");
_Static_assert(sizeof(assay_success) == 64 && offsetof(assay_success, value) == 40, "success");
_Static_assert(sizeof(assay_verdict) == 96 && offsetof(assay_verdict, note) == 84, "verdict");
_Static_assert(sizeof(assay_configured) == 12 && sizeof(assay_answer) == 104, "results");

/* What the rule defines. */
const assay_manifest *assay_describe(void);
const assay_configured *assay_configure(assay_values parameters);
const assay_answer *assay_evaluate(assay_timeline timeline, assay_values parameters, assay_timestamp as_of);

/* Memory that is never freed: an evaluation is one short call in a fresh instance. What cannot be had ends it as a fault. */
extern unsigned char __heap_base;
static inline void *assay_new(size_t size, size_t align) {
  static uintptr_t next;
  uintptr_t start = ((next ? next : (uintptr_t)&__heap_base) + align - 1) & ~(uintptr_t)(align - 1);
  uintptr_t held = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
  if (size > UINT32_MAX - start - 0xffff) __builtin_trap();
  next = start + size;
  if (next > held && __builtin_wasm_memory_grow(0, (next - held + 0xffff) >> 16) == SIZE_MAX) __builtin_trap();
  return (void *)start;
}

static inline bool assay_is(assay_text text, assay_text other) {
  if (text.length != other.length) return false;
  for (uint32_t i = 0; i < text.length; i++)
    if (text.bytes[i] != other.bytes[i]) return false;
  return true;
}

/* The functions under the names of the contract, in the module that defines ASSAY_EXPORTS before it includes this. */
#ifdef ASSAY_EXPORTS
#define ASSAY_EXPORT(name) __attribute__((export_name(name)))

ASSAY_EXPORT("cabi_realloc") void *assay_realloc(void *old, size_t old_size, size_t align, size_t size) {
  unsigned char *made = assay_new(size, align);
  for (size_t i = 0; i < old_size && i < size; i++) made[i] = ((unsigned char *)old)[i];
  return made;
}

ASSAY_EXPORT("assay:rule/rule@0.1.0#describe") const assay_manifest *assay_export_describe(void) { return assay_describe(); }

ASSAY_EXPORT("assay:rule/rule@0.1.0#configure")
const assay_configured *assay_export_configure(const assay_value *items, uint32_t length) {
  return assay_configure((assay_values){ items, length });
}

ASSAY_EXPORT("assay:rule/rule@0.1.0#evaluate")
const assay_answer *assay_export_evaluate(assay_timestamp opened_at, const assay_event *events, uint32_t count, const assay_value *parameters,
                                          uint32_t parameter_count, assay_timestamp as_of) {
  return assay_evaluate((assay_timeline){ opened_at, events, count }, (assay_values){ parameters, parameter_count }, as_of);
}
#endif

#endif
