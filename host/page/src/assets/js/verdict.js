/** What a rule says, checked and written down: as `host/domain/src/verdict.rs` and `host/runtime/src/contract.rs` have it. */
const NOTE_BYTES_MAX = 1024;
const EVIDENCE_MAX = 256;
const SHARES_MAX = 16;
const QUANTITY_MAX = 1_000_000_000_000_000n;

const demand = (holds, detail) => {
  if (!holds) throw new Fault(detail);
};

/** Without control characters: texts of a rule are shown on terminals, which obey some of them. */
const printable = (text) => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "");

function checkedDecimal(name, { mantissa, scale }) {
  const decimal = decimalOf(mantissa, BigInt(scale));
  demand(decimal !== null, `${name} is not canonical, or out of range`);
  return decimal;
}

function checkedTime(name, micros) {
  demand(isExact(micros), `${name} ${micros} is beyond ±2^53 microseconds`);
  return micros;
}

/** The answer of a rule to a question, as the host believes it. */
function checkedAnswer([tag, said], { manifest, openedAt, events, asOf }) {
  if (tag === "err") {
    const message = printable(said);
    demand(utf8(message).length <= NOTE_BYTES_MAX, "the message of the rule's error is too long");
    return { error: message };
  }
  const verdict = { ...said, decision: checkedDecision(said.decision), note: said.note === null ? null : printable(said.note) };
  demand(verdict.reason < manifest.reasons.length, `reason ${verdict.reason} of ${manifest.reasons.length} declared`);
  demand(verdict.note === null || utf8(verdict.note).length <= NOTE_BYTES_MAX, `note over ${NOTE_BYTES_MAX} bytes`);
  demand(verdict.evidence.length <= EVIDENCE_MAX, `evidence over ${EVIDENCE_MAX} entries`);
  demand(verdict.evidence.every((index) => index < events), `evidence beyond the ${events} events asked about`);
  demand(verdict.evidence.every((index, at) => at === 0 || index > verdict.evidence[at - 1]), "evidence is not strictly increasing");
  checkSense(verdict.decision, { manifest, openedAt, asOf });
  return { verdict };
}

function checkedDecision([name, said]) {
  if (name === "pending") return [name, said === null ? null : checkedTime("wake", said)];
  if (name !== "success") return [name, null];
  const quantity = atScale(checkedDecimal("quantity", said.quantity), 6);
  demand(quantity !== null, "quantity has more than six decimals or is too large");
  const value = said.value === null ? null : checkedDecimal("value", said.value);
  return [name, { ...said, quantity, at: checkedTime("success.at", said.at), value }];
}

function checkSense([name, said], { manifest, openedAt, asOf }) {
  if (name === "pending") demand(said === null || said > asOf, `wake ${said} is not later than the time of asking`);
  if (name !== "success") return;
  demand(said.quantity >= 0n && said.quantity <= QUANTITY_MAX, `quantity ${formatQuantity(said.quantity)} is out of range`);
  demand(said.at >= openedAt && said.at <= asOf, "success is not between opening and asking");
  demand(said.class === null || said.class < manifest.classes.length, `class beyond the ${manifest.classes.length} declared`);
  demand(said.credit.length <= SHARES_MAX, `credit over ${SHARES_MAX} shares`);
  const isShare = ({ participant, parts }) => parts > 0 && participant < manifest.participants.length;
  demand(said.credit.every(isShare), "a share of nobody, or of nothing");
  demand(said.value === null || atScale(said.value, 6) !== null, "value has more than six decimals or is too large");
  demand(!manifest["has-value"] || said.value !== null, "a success without the declared value");
}

/** The verdict as it is recorded: JSON, member by member in this order. */
function verdictText({ decision: [name, said], reason, evidence, note }) {
  return JSON.stringify({ decision: decisionForm(name, said), reason, evidence, note });
}

function decisionForm(name, said) {
  if (name === "pending") return { pending: said === null ? null : formatTimestamp(said) };
  if (name !== "success") return name;
  const { quantity, at, class: index, credit, value } = said;
  const shares = credit.map(({ participant, parts }) => ({ participant, parts }));
  const worth = value === null ? null : formatDecimal(value);
  return { success: { quantity: formatQuantity(quantity), at: formatTimestamp(at), class: index, credit: shares, value: worth } };
}
