/** The result in one sentence, and what it depends on: as `host/verify/src/report.rs` and `lib.rs` have them. */
const counted = (count, what) => (count === 1 ? `1 ${what}` : `${count} ${what}s`);

/** Examines a receipt; gives back the state, the sentence, the checks, what the receipt says, and what a bundle cannot prove. */
async function verifyReceipt(bundle, chosen, pins) {
  const examined = await new Examination(bundle, chosen, pins).run();
  const { failures, open } = examined.findings;
  const state = failures.length > 0 ? "fails" : open.length > 0 ? "undecided" : "holds";
  return { state, sentence: sentenceOf(examined), rows: examined.findings.rows(), says: saysOf(examined), notices: noticesOf(examined) };
}

function sentenceOf({ customer, receipt, executed, isErased, findings: { failures, open } }) {
  const subject = `The receipt ${receipt.number} of ${customer}`;
  if (failures.length > 0) {
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
    return `${subject} does not follow from the facts: ${inWords(failures[0])}${more}.`;
  }
  if (open.length > 0) return `${subject} cannot be verified here: ${inWords(open[0])}.`;
  const erased = isErased ? "; evidence erased for 1 receipt" : "";
  return `${subject} follows from the facts: 1 receipt in the log, ${counted(executed, "verdict")} executed again${erased}.`;
}

/** What the result depends on and the bundle cannot prove. */
function noticesOf({ bundle, receipt: { definition, judgement }, customer, pinned }) {
  const notices = ["That everybody is shown the same log: no kept checkpoint is compared here, as assay verify --checkpoint does."];
  const own = `The log's key, which is the bundle's own word: ${bundle.log.key.text}. Compare it with the one of your agreement.`;
  if (pinned === null) notices.push(own);
  const { from } = bundle.chains.find((chain) => chain.customer === customer);
  if (from) notices.push(`The receipts of ${customer} before those here: they were verified with an earlier invoice, or not at all.`);
  if (definition.approval) notices.push(`Whose key has approved the definition: check that ${definition.approval.key} is yours.`);
  else notices.push("That you agree to the definition: the vendor alone has put it in force.");
  const isSigned = ({ vouchers }) => vouchers.some(({ kind }) => kind === "event-key");
  if (!judgement.evidence.every(isSigned)) notices.push("The events: nobody but the vendor vouches for all of them.");
  return notices;
}

/** What people want to read of a receipt. */
function saysOf({ receipt, customer, bundle, log }) {
  const { change, definition, judgement } = receipt;
  const withReason = judgement.reason ? `${judgement.conclusion}, reason ${judgement.reason}` : judgement.conclusion;
  return [
    ["Customer", customer],
    ["Receipt", `${receipt.number}, recorded at ${formatTimestamp(receipt.recorded_at)}`],
    ["Counts", `${formatQuantity(change.quantity)} ${change.meter} at ${formatTimestamp(change.dated_at)}`],
    ["Definition", `${definition.name}@${definition.version}, ${definition.hash}`],
    ["Parameters", definition.parameters.map(formatValue).join(", ") || "none"],
    ["Component", definition.component],
    ["Verdict", `${withReason}, as of ${formatTimestamp(judgement.as_of)}`],
    ...judgement.evidence.map((evidence) => ["Evidence", evidenceText(evidence, bundle)]),
    ["Log", `${bundle.log.origin}, signed by ${log.key.name} (${log.key.id})`],
  ];
}

function evidenceText({ event, vouchers }, bundle) {
  const found = bundle.interactions.flatMap(({ events }) => events).find(({ id }) => id === event);
  const what = found ? `${found.type} at ${formatTimestamp(found.time)}` : "not in the bundle";
  const who = {
    "event-key": ({ key, own }) => `signed with ${own ? "your" : "the vendor's"} key ${key}`,
    webhook: () => "its delivery was checked by the vendor",
  };
  const vouched = vouchers.map((voucher) => who[voucher.kind](voucher)).join(", ") || "nobody but the vendor vouches for it";
  return `${formatId("evt", event)}: ${what}; ${vouched}`;
}

function formatValue([tag, value]) {
  const texts = { missing: () => "\u2014", decimal: formatDecimal, timestamp: formatTimestamp, duration: formatDuration };
  return (texts[tag] ?? String)(value);
}
