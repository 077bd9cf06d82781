/** The contract `assay:rule@0.1.0`, as `wit/0.1/world.wit` has it. */
const CONTRACT = "assay:rule/rule@0.1.0";

const DECIMAL = recordOf([["mantissa", S64], ["scale", U8]]);
const VALUE_KIND = enumOf("boolean", "integer", "decimal", "text", "timestamp", "duration");
const VALUE = variantOf([
  ["missing", null], ["boolean", BOOL], ["integer", S64], ["decimal", DECIMAL], ["text", STRING], ["timestamp", S64], ["duration", S64],
]);
const ACTOR = enumOf("unknown", "ai", "human", "customer", "system");
const PARAMETER = recordOf([["name", STRING], ["kind", VALUE_KIND], ["default", optionOf(VALUE)], ["help", STRING]]);
const REASON = recordOf([["code", STRING], ["help", STRING]]);
const MANIFEST = recordOf([
  ["name", STRING], ["title", STRING], ["summary", STRING], ["unit", STRING], ["parameters", listOf(PARAMETER)],
  ["reasons", listOf(REASON)], ["classes", listOf(STRING)], ["participants", listOf(STRING)], ["has-value", BOOL],
]);
const FIELD = recordOf([["name", STRING], ["path", STRING], ["kind", VALUE_KIND], ["required", BOOL]]);
const EVENT_TYPE = recordOf([["kind", STRING], ["fields", listOf(FIELD)]]);
const EVENT = recordOf([["kind", U32], ["at", S64], ["actor", ACTOR], ["values", listOf(VALUE)]]);
const TIMELINE = recordOf([["opened-at", S64], ["events", listOf(EVENT)]]);
const SHARE = recordOf([["participant", U32], ["parts", U32]]);
const SUCCESS = recordOf([
  ["quantity", DECIMAL], ["at", S64], ["class", optionOf(U32)], ["credit", listOf(SHARE)], ["value", optionOf(DECIMAL)],
]);
const DECISION = variantOf([
  ["success", SUCCESS], ["failure", null], ["pending", optionOf(S64)], ["indeterminate", null], ["not-eligible", null],
]);
const VERDICT = recordOf([["decision", DECISION], ["reason", U32], ["evidence", listOf(U32)], ["note", optionOf(STRING)]]);

const FUNCTIONS = {
  describe: { parameters: [], result: MANIFEST },
  configure: { parameters: [listOf(VALUE)], result: resultOf(listOf(EVENT_TYPE), STRING) },
  evaluate: { parameters: [TIMELINE, listOf(VALUE), S64], result: resultOf(VERDICT, STRING) },
};

/** Bytes that all memories of a rule may have together. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

/** One call in a fresh instance: nothing survives it. */
function callRule(component, name, values) {
  const { parameters, result } = FUNCTIONS[name];
  const { exports, memories } = component.instantiate();
  const rule = exports.get(CONTRACT);
  if (!(rule instanceof Map)) throw new Unfit(`it does not export ${CONTRACT}`);
  const found = rule.get(name);
  const type = `func(${parameters.map((parameter) => parameter.spelling)})->${result.spelling}`;
  if (found?.type !== type) throw new Unfit(`its ${name} has not the types of the contract`);
  if (!found.memory) throw new Unfit(`its ${name} has no memory to answer in`);
  const answer = new LiftedFunction(found).call(parameters, result, values);
  const bytes = [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  if (bytes > MEMORY_BYTES_MAX) throw new Fault("its memory grew past 64 MiB");
  return answer;
}
