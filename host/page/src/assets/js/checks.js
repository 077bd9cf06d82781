/** Everything that is checked of one receipt, in the order of `host/verify/src/examine.rs`. */
/** The receipts of a bundle, each with its chain and what to call it. */
function receiptsOf(bundle) {
  const entries = ({ customer, earlier, receipts }) => [...earlier, ...receipts].map((entry) => (
    { customer, entry, name: `receipt ${entry.receipt.number} of ${customer}` }
  ));
  return (bundle?.chains ?? []).flatMap(entries);
}

const FAULT = "fault";

class Examination {
  constructor(bundle, { customer, entry, name }, { key, secondsMax }) {
    Object.assign(this, { bundle, customer, entry, receipt: entry.receipt, place: name, pinned: key, secondsMax });
    this.findings = new Findings();
    this.isErased = false;
    this.executed = 0;
    this.definition = null;
  }

  see(check, made, place = this.place) {
    return this.findings.take(check, place, made);
  }

  async run() {
    this.log = await openLog(this.bundle.log, this.pinned, this.findings);
    const told = this.bundle.definitions.find(({ hash }) => hash === this.receipt.definition.hash);
    if (told) this.definition = await readyDefinition(this.bundle, told, this.secondsMax, this.findings);
    try {
      await this.seeApprovals();
      await this.seeEntry();
      const problem = await this.seeJudgement();
      await this.seeChain();
      await this.see("usage", () => this.checkUsage(problem));
    } finally {
      this.definition?.ready?.rule.end();
    }
    return this;
  }

  /** Every approval of the bundle is one. */
  async seeApprovals() {
    for (const told of this.bundle.approvals) {
      const place = `the approval of ${told.definition}@${told.version} by ${told.customer}`;
      await this.see("approval", () => this.checkSigned(told.customer, told.definition, told), place);
    }
  }

  /** Of the receipts of the bundle that are neighbours, each goes on from the one before. */
  async seeChain() {
    const { customer, receipts, earlier } = this.bundle.chains.find((chain) => chain.customer === this.customer);
    for (const part of [receipts, earlier]) {
      const broken = await brokenLink(part.map(({ receipt }) => receipt));
      const number = broken?.number ?? part.at(-1)?.receipt.number ?? 0n;
      if (broken || part === receipts) await this.see("chain", () => demandUnbroken(broken), `receipt ${number} of ${customer}`);
    }
  }

  /** What a ruling gives back was earned before, by a receipt that need not be here. */
  checkUsage(problem) {
    const { quantity, dispute } = this.receipt.change;
    if (problem !== null && quantity > 0n && dispute === null) throw new Wrong(problem);
  }

  /** Where it is, whose it is, and what must hold of any receipt. */
  async seeEntry() {
    const { receipt, entry } = this;
    const broken = brokenLaw(receipt);
    if (broken) this.findings.fail(broken[0], this.place, new Wrong(broken[1]));
    const { origin } = this.bundle.log;
    if (receipt.origin !== origin) {
      const problem = `it is of the log ${JSON.stringify(receipt.origin)}, and the bundle of ${JSON.stringify(origin)}`;
      this.findings.fail("inclusion", this.place, new Wrong(problem));
    }
    await this.see("inclusion", () => checkInclusion(entry, this.log));
    await this.seeCommitment("customer", entry.customer_salt, receipt.customer, utf8(this.customer), "the customer");
  }

  /** What stands in the receipt as a salted hash is what the bundle tells; without the salt, it is erased. */
  async seeCommitment(kind, salt, told, bytes, what, place = this.place) {
    if (salt === null) {
      this.isErased = true;
      return;
    }
    await this.see("commitment", async () => {
      if (told !== (await salted(`veiled-${kind}`, salt, bytes))) throw new Wrong(`${what} is not what the receipt holds the salted hash of`);
    }, place);
  }

  /** The definition, the facts, the verdict and what it earns; gives back why it does not earn what the receipt counts. */
  async seeJudgement() {
    const { name, version, hash } = this.receipt.definition;
    const has = await this.see("definition", () => {
      if (!this.definition) throw new Wrong(`no definition of the bundle has the hash ${hash} of ${name}@${version}`);
    });
    if (!has) return null;
    await this.see("definition", () => checkTold(this.receipt.definition, this.definition.content));
    const judged = await this.see("execution", () => this.judged());
    if (!judged) return null;
    for (const evidence of this.receipt.judgement.evidence) await this.seeEvidence(judged, evidence);
    await this.seeDetail(judged);
    const heard = await this.hear(judged);
    if (!heard) return this.receipt.judgement.conclusion === FAULT ? "a fault earns nothing" : null;
    await this.seeVerdict(judged, heard);
    await this.see("approval", () => this.checkApproval(heard));
    return unearned(this.receipt.change, this.receipt.definition, heard.usage);
  }

  judged() {
    const { evaluation: id, interaction: about } = this.receipt.judgement;
    const evaluation = this.bundle.evaluations.find((one) => one.id === id);
    if (!evaluation) throw new Wrong(`the bundle has no evaluation ${formatId("evl", id)}`);
    const interaction = this.bundle.interactions.find((one) => one.id === evaluation.interaction);
    if (!interaction) throw new Wrong(`the bundle has no interaction ${formatId("itn", evaluation.interaction)}`);
    const names = [interaction.id, about].map((number) => formatId("itn", number));
    if (interaction.id !== about) throw new Wrong(`its evaluation is about ${names[0]}, and it is about ${names[1]}`);
    return { evaluation, interaction };
  }

  /** One event that the verdict rests on, and who vouches for it. */
  async seeEvidence(judged, evidence) {
    const place = `event ${formatId("evt", evidence.event)} of ${this.place}`;
    const event = await this.see("evidence", () => {
      const known = recordedBy(judged).find(({ id }) => id === evidence.event);
      if (!known) throw new Wrong("the bundle has no such event, or the evaluation did not know it");
      return known;
    }, place);
    if (!event) return;
    const { subject } = judged.interaction;
    if (subject === null || event.data === null) {
      this.isErased = true;
      return;
    }
    await this.seeCommitment("event", event.salt, evidence.fact, fromHex(await factHash(subject, event)), "the event", place);
    for (const voucher of evidence.vouchers) {
      if (voucher.kind === "event-key") await this.see("attestation", () => checkVoucher(voucher, subject, event), place);
    }
  }

  /** The verdict as it was recorded is the one that the receipt holds the hash of. */
  async seeDetail({ evaluation: { detail, detail_salt } }) {
    const hash = this.receipt.judgement.detail;
    if (hash !== null && (detail === null || detail_salt === null)) {
      this.isErased = true;
      return;
    }
    if (hash !== null) await this.seeCommitment("detail", detail_salt, hash, utf8(detail), "the recorded verdict");
    else await this.see("commitment", () => demandNoDetail(detail));
  }

  /** Executes the judgement again; `null` where that cannot be done, or where the rule faults, or did. */
  async hear(judged) {
    const { definition } = this;
    const { known_at, input_salt } = judged.evaluation;
    const facts = knownFacts(judged);
    const reads = ({ kind }) => definition.content.reads.some((read) => read.kind === kind);
    if (facts.some((fact) => fact.isErased && reads(fact))) {
      this.isErased = true;
      return null;
    }
    const isUsable = await this.see("execution", () => {
      if (!definition.ready) throw new Wrong("its component cannot be used, as is told there");
    });
    if (!isUsable) return null;
    const hasRead = await this.see("commitment", () => {
      if (!facts.some(reads)) throw new Wrong("the bundle has no event that the rule reads and the evaluation knew");
    });
    if (!hasRead) return null;
    const hearing = new Hearing(definition, facts, known_at);
    const root = fromHex(await hearing.root());
    await this.seeCommitment("input", input_salt, this.receipt.judgement.input, root, "what the rule is asked");
    // Whether a rule faults depends on limits, which are others here.
    if (this.receipt.judgement.conclusion === FAULT) return null;
    try {
      const heard = await hearing.hear();
      this.executed += 1;
      await this.see("execution", () => null);
      return heard;
    } catch (error) {
      this.findings.fail("execution", this.place, this.inWords(error));
      return null;
    }
  }

  /** Which fault it is, engines tell in words of their own. */
  inWords(error) {
    if (!(error instanceof Fault)) return error;
    return new Wrong(`executed again, the rule of ${this.definition.name} faults: ${error.message}`);
  }

  async seeVerdict({ evaluation }, heard) {
    const { conclusion, reason, as_of, detail, evidence } = this.receipt.judgement;
    const equal = (what, told, found) => this.findings.equal("verdict", this.place, what, told, found);
    await equal("the decision", conclusion, heard.conclusion);
    await equal("the reason", reason ?? "", heard.reason);
    await equal("the time of asking", formatTimestamp(as_of), formatTimestamp(heard.askedAt));
    const restsOn = heard.evidence.map((id) => formatId("evt", id)).sort();
    await this.see("evidence", () => {
      const told = evidence.map(({ event }) => formatId("evt", event));
      if (!isSame(told, restsOn)) throw new Wrong(`executed again, the verdict rests on ${restsOn.join(", ")}`);
    });
    if (detail !== null && evaluation.detail !== null) await equal("the verdict", evaluation.detail, heard.detail ?? "");
  }

  /** Two parties have agreed by a signature, before the interaction opened. */
  async checkApproval({ openedAt }) {
    const { name, hash, approval } = this.receipt.definition;
    if (approval === null) return;
    await this.checkSigned(this.customer, name, { ...approval, hash });
    const [from, opened] = [approval.from, openedAt].map(formatTimestamp);
    if (approval.from > openedAt) throw new Wrong(`${name} is approved from ${from} on, and the interaction opened at ${opened}`);
  }

  /** Refuses an approval that the customer has not signed. */
  async checkSigned(customer, definition, { hash, from, key, signature }) {
    const { tenant, mode } = this.bundle.issuer;
    const message = new Encoder("assay.1.approval").text(tenant).text(mode).text(customer).text(definition).digest(hash).int(from).finish();
    const told = `the customer ${customer} has not approved ${definition} from ${formatTimestamp(from)} on with the key ${key}`;
    await checkSignature(key, signature, message, told);
  }
}

/** Refuses a signature that is not a key's of a message. */
async function checkSignature(key, signature, message, told) {
  if (!/^[0-9a-fA-F]{64}$/.test(key)) throw new Wrong(`${JSON.stringify(key)} is not a public key of 64 hexadecimal digits`);
  if (!/^[0-9a-fA-F]{128}$/.test(signature)) throw new Wrong(`${JSON.stringify(signature)} is not a signature of 128 hexadecimal digits`);
  checkStrength(fromHex(key));
  const holds = await isSigned(fromHex(key), fromHex(signature), message);
  if (!holds) throw new Wrong(`the signature is not this key's of this message: ${told}`);
}

/** Where receipts, between which others may be missing, do not go on from each other; `null` where they do. */
async function brokenLink(receipts) {
  let before = null;
  for (const { number, previous, ...rest } of receipts) {
    if (before && number <= before.number) {
      return { number, problem: `receipt ${number} of the customer comes again, or out of its order: ${before.number + 1n} was to come` };
    }
    if (before && number === before.number + 1n && previous !== before.digest) {
      const words = "goes on from another receipt than the one before it: one of the two was swapped or altered";
      return { number, problem: `receipt ${number} of the customer ${words}` };
    }
    before = { number, digest: await receiptDigest({ number, previous, ...rest }) };
  }
  return null;
}

function demandNoDetail(detail) {
  if (detail !== null) throw new Wrong("it holds the hash of no recorded verdict, and the bundle has one");
}

function demandUnbroken(broken) {
  if (broken) throw new Wrong(broken.problem);
}

/** Whether a receipt says of its definition what that fixes. */
function checkTold(told, content) {
  const part = ["component", "contract", "parameters", "timing"].find((name) => !isSame(told[name], content[name]));
  if (part) throw new Wrong(`it tells another ${part} than the definition with its hash has`);
}

/** Whether a key has signed an event. */
async function checkVoucher({ key, signature }, subject, event) {
  const content = await contentHash(subject, event, canonicalJson(parseJson(event.data)));
  const message = new Encoder("assay.1.attestation").text(event.source).text(event.source_id).digest(content).finish();
  await checkSignature(key, signature, message, `${key} does not vouch for it`);
}

/** Why a change is more than its verdict earns; `null` where it is not. Less is what a ruling leaves of it. */
function unearned({ meter, quantity, dated_at, class: named, value, credit, earned_under }, definition, earned) {
  if (quantity < 0n) return null;
  if (earned_under !== definition.hash) return "it counts what was earned under another definition than the one that judged";
  const usage = earned.find((one) => one.meter === meter);
  if (!usage) return `its verdict earns no ${meter}`;
  if (usage.datedAt !== dated_at) return `it counts at ${formatTimestamp(dated_at)}, and its verdict at ${formatTimestamp(usage.datedAt)}`;
  if (usage.class !== named || usage.credit !== credit) return "its verdict has another class, or credits others";
  const [told, worth] = [value, usage.value].map((one) => one && atScale(one, 6));
  // A loss is billed as nothing, so a share of it may be less of a loss.
  const isWorth = told === null || worth === null ? told === worth : told <= (worth > 0n ? worth : 0n);
  if (quantity <= usage.quantity && isWorth) return null;
  return `it counts ${formatQuantity(quantity)}, and its verdict earns ${formatQuantity(usage.quantity)}, or is worth something else`;
}
