/** Receipts and their canonical document, as `host/receipt/src/receipt.rs` has them. */
const METERS = ["attempt", "outcome"];
const PARTIES = ["one-party", "two-party"];

const asDecimal = textual("decimal", parseDecimal);

/** Who is credited, and for how many parts: `ai:3 human:1`. */
const asCredit = textual("credit such as ai:3 human:1", (text) => {
  const shares = text.split(" ").map((share) => /^(?<name>.*):\+?(?<parts>\d+)$/su.exec(share)?.groups);
  if (shares.some((share) => !share || BigInt(share.parts) > 0xffffffffn)) return null;
  return shares.map(({ name, parts }) => `${name}:${BigInt(parts)}`).join(" ");
});

const VOUCHERS = {
  "event-key": asRecord({ kind: asText, key: asKey, signature: asSignature, own: asTruth }),
  webhook: asRecord({ kind: asText, endpoint: asI64, secret: asI64 }),
};

function asVoucher(json, place) {
  const kind = json instanceof Members ? json.list.find(([name]) => name === "kind")?.[1] : null;
  if (typeof kind !== "string" || !Object.hasOwn(VOUCHERS, kind)) throw misfit(place, "its kind is neither event-key nor webhook");
  return VOUCHERS[kind](json, place);
}

const asTiming = asRecord({ deadline: asLimit, settles_after: asLength, reversible_for: asLimit });

const asChange = asRecord({
  usage: asI64, meter: asWord(...METERS), quantity: asQuantity, dated_at: asTime, class: maybe(asText), value: maybe(asDecimal),
  credit: maybe(asCredit), earned_under: asHash, dispute: maybe(asId("dsp")),
});

const asJudgedBy = asRecord({
  name: asText, version: asU32, hash: asHash, component: asHash, contract: asText, parameters: asList(asValue), timing: asTiming,
  parties: asWord(...PARTIES), approval: maybe(asRecord({ key: asKey, from: asTime, signature: asSignature })),
});

const asJudgement = asRecord({
  evaluation: asId("evl"), interaction: asId("itn"), input: asHash, as_of: asTime, conclusion: asText, reason: maybe(asText),
  detail: maybe(asHash), evidence: asList(asRecord({ event: asId("evt"), fact: asHash, vouchers: asList(asVoucher) })),
});

const asReceipt = asRecord({
  origin: asText, customer: asHash, number: asI64, previous: maybe(asHash), recorded_at: asTime,
  change: asChange, definition: asJudgedBy, judgement: asJudgement,
});

const encodeOptionalHash = (to, hash) => to.optional(hash, (inner, digits) => inner.digest(digits));

function receiptDigest({ origin, customer, number, previous, recorded_at, change, definition, judgement }) {
  const to = new Encoder("assay.1.receipt").text(origin).digest(customer).int(number);
  encodeOptionalHash(to, previous).int(recorded_at);
  encodeChange(to, change);
  encodeJudgedBy(to, definition);
  encodeJudgement(to, judgement);
  return to.hash();
}

function encodeChange(to, { usage, meter, quantity, dated_at, class: named, value, credit, earned_under, dispute }) {
  to.int(usage).text(meter).int(quantity).int(dated_at).optionalText(named);
  to.optional(value, (inner, { mantissa, scale }) => inner.int(mantissa).tag(scale));
  to.optionalText(credit).digest(earned_under).optional(dispute, (inner, number) => inner.int(number));
}

function encodeJudgedBy(to, { name, version, hash, component, contract, parameters, timing, parties, approval }) {
  to.text(name).int(version).digest(hash).digest(component).text(contract).list(parameters, encodeValue);
  encodeTiming(to, timing);
  to.tag(PARTIES.indexOf(parties) + 1);
  to.optional(approval, (inner, { key, from, signature }) => inner.text(key).int(from).text(signature));
}

function encodeJudgement(to, { evaluation, interaction, input, as_of, conclusion, reason, detail, evidence }) {
  to.int(evaluation).int(interaction).digest(input).int(as_of).text(conclusion).optionalText(reason);
  encodeOptionalHash(to, detail).list(evidence, (inner, { event, fact, vouchers }) => {
    inner.int(event).digest(fact).list(vouchers, encodeVoucher);
  });
}

function encodeVoucher(to, voucher) {
  if (voucher.kind === "event-key") to.tag(1).text(voucher.key).text(voucher.signature).tag(voucher.own);
  else to.tag(2).int(voucher.endpoint).int(voucher.secret);
}

/** Salted hashes, each of a kind of its own: as `host/receipt/src/commitment.rs` has them. */
const salted = (kind, salt, bytes) => new Encoder(`assay.1.${kind}`).digest(salt).bytes(bytes).hash();

const contentHash = (subject, { type, time, sequence, customer, actor }, data) => new Encoder("assay.1.event").text(type).text(subject)
  .int(time).int(sequence).optionalText(customer).tag(ACTORS.indexOf(actor)).text(data).hash();

/** The hash of an event as a whole. */
async function factHash(subject, event) {
  const content = await contentHash(subject, event, event.data);
  return new Encoder("assay.1.fact").text(event.source).text(event.source_id).digest(content).hash();
}

/** What holds of every receipt by itself, and which check it belongs to. */
function brokenLaw({ number, previous, change, definition, judgement }) {
  if (number < 1n) return ["chain", `number: ${number} is no number of a receipt: the first is 1`];
  if ((number === 1n) !== (previous === null)) return ["chain", "previous: the first receipt of a customer has none, and every other one has"];
  if (change.quantity === 0n) return ["usage", "change.quantity: it changes nothing"];
  if ((definition.parties === "two-party") !== (definition.approval !== null)) {
    return ["approval", "definition.approval: two parties agree by the customer's signature, and one party without"];
  }
  const events = judgement.evidence.map(({ event }) => event);
  const at = events.findIndex((event, index) => index > 0 && event <= events[index - 1]);
  return at < 0 ? null : ["evidence", `judgement.evidence: ${formatId("evt", events[at])} comes again, or behind a later one`];
}
