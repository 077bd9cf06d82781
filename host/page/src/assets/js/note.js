/** Signed notes, checkpoints and the keys of a log: C2SP `signed-note` and `tlog-checkpoint`, as `host/receipt` has them. */
const NOTE_BYTES = 1_000_000;
const SIGNATURES_MAX = 100;
const MARK = "\u2014 ";
const ED25519 = 1;
const ROTATION = "assay log key rotation 1";
const CHECKPOINT_LINES = "a checkpoint has at least three lines, none of them is empty, and each ends with a line feed";
const ROTATION_LINES = `${JSON.stringify(ROTATION)}, origin, size, old key, new key`;

/** The points of small order, without their signs: one signature of such a key would do for many messages. */
const WEAK_KEYS = [
  "00".repeat(32), `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, `ed${"ff".repeat(30)}7f`, `ee${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

function checkStrength(key) {
  const unsigned = Uint8Array.from(key, (byte, index) => (index === 31 ? byte & 0x7f : byte));
  if (WEAK_KEYS.includes(toHex(unsigned))) throw new Wrong("a public key is of small order, so that one signature would do for many messages");
}

const sizeOf = (text) => (/^(?:0|[1-9]\d*)$/.test(text) && BigInt(text) <= U64_MAX ? BigInt(text) : null);
const linesOf = (text) => (text.endsWith("\n") ? text.slice(0, -1).split("\n") : []);

/** A text, and what was signed of it. */
function parseNote(whole) {
  if (utf8(whole).length > NOTE_BYTES) throw new Wrong("the note is larger than a million bytes");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new Wrong("the note holds a control character that is no line feed");
  const middle = whole.endsWith("\n") ? whole.slice(0, -1).lastIndexOf("\n\n") : -1;
  if (middle < 0) throw new Wrong("no empty line divides the note's text from its signatures");
  const lines = whole.slice(middle + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw new Wrong("the note has more than 100 signatures");
  return { text: whole.slice(0, middle + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [name, encoded, ...rest] = line.startsWith(MARK) ? line.slice(MARK.length).split(" ") : [];
  const bytes = rest.length === 0 && encoded ? fromBase64(encoded) : null;
  const isForm = isKeyName(name) && bytes !== null && bytes.length >= 5;
  if (!isForm) throw new Wrong("a signature of the note is not a dash, the name of a key and base 64");
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

const isKeyName = (name) => /^[^\s+\u0000-\u001f\u007f-\u009f]+$/u.test(name ?? "");

/** A key that notes are checked with, of the form `name+12345678+base64`. */
async function parseVerifierKey(text) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = encoded ? fromBase64(encoded) : null;
  const isForm = isKeyName(name) && bytes?.length === 33 && bytes[0] === ED25519;
  if (!isForm) throw new Wrong(`${JSON.stringify(text)} is no verifier key of the form name+12345678+base64`);
  checkStrength(bytes.subarray(1));
  const computed = (await sha256(joined([utf8(`${name}\n`), bytes]))).slice(0, 8);
  if (computed !== id) throw new Wrong(`the verifier key says that its id is ${id}, and it is ${computed}`);
  return { text, name, id, key: bytes.subarray(1) };
}

/** Refuses a note that none of these keys has signed, or that one of them is said to have signed and has not. */
async function verifyNote(note, keys) {
  let signed = 0;
  for (const { name, id, bytes } of note.signatures) {
    const key = keys.find((known) => known.name === name && known.id === id);
    if (!key) continue;
    const isOfText = bytes.length === 64 && (await isSigned(key.key, bytes, utf8(note.text)));
    if (!isOfText) throw new Wrong(`the signature by the known key ${name} is not of this text`);
    signed += 1;
  }
  const signers = note.signatures.map(({ name, id }) => `${name} (${id})`).join(", ");
  if (signed === 0) throw new Wrong(`no known key has signed the note: it is signed by ${signers}`);
}

/** The keys of a log, each for some sizes of it: the pinned one, and those that it handed over to. */
class LogKeys {
  constructor(pinned) {
    this.keys = [{ from: 0n, key: pinned }];
  }

  get latest() {
    return this.keys.at(-1);
  }

  async rotate(origin, note) {
    const lines = linesOf(note.text);
    const [head, found, digits, old, next] = lines;
    const size = lines.length === 5 ? sizeOf(digits) : null;
    if (head !== ROTATION || size === null) throw new Wrong(`the note is no rotation of a log's key: that has the lines ${ROTATION_LINES}`);
    if (found !== origin) throw new Wrong(`the rotation is of the log ${JSON.stringify(found)}, not of ${JSON.stringify(origin)}`);
    if (old !== this.latest.key.text) throw new Wrong(`the rotation goes on from the key ${old}, and the log's key was ${this.latest.key.text}`);
    await verifyNote(note, [this.latest.key]);
    const last = this.latest.from;
    if (size < last) throw new Wrong(`the rotation is at the size ${size} of the log, and there was one at ${last} before`);
    this.keys.push({ from: size, key: await parseVerifierKey(next) });
  }

  /** Where one hands over to another, both sign. */
  at(size) {
    const isInForce = ({ from }, index) => from <= size && size <= (this.keys[index + 1]?.from ?? U64_MAX);
    return this.keys.filter(isInForce).map(({ key }) => key);
  }
}

/** What a log says of itself, whoever has signed it. */
function parseCheckpoint(note) {
  const lines = linesOf(note.text);
  const [origin, digits, root] = lines;
  if (lines.length < 3 || lines.includes("")) throw new Wrong(CHECKPOINT_LINES);
  const [size, hash] = [sizeOf(digits), fromBase64(root)];
  if (size === null) throw new Wrong(`${JSON.stringify(digits)} is no size of a log: it is a number in decimal digits without leading zeros`);
  if (hash?.length !== 32) throw new Wrong(`${JSON.stringify(root)} is no root of a log: it is 32 bytes in base 64`);
  return { origin, size, root: toHex(hash) };
}

/** The same; `null` where it cannot be read. */
function readCheckpoint(note) {
  try {
    return parseCheckpoint(note);
  } catch {
    return null;
  }
}

/** The same, if the log of this origin has signed it with the key that was in force for its size. */
async function openCheckpoint(note, origin, keys) {
  const checkpoint = parseCheckpoint(note);
  const logs = [checkpoint.origin, origin].map((name) => JSON.stringify(name));
  if (checkpoint.origin !== origin) throw new Wrong(`the checkpoint is of the log ${logs[0]}, not of ${logs[1]}`);
  await verifyNote(note, keys.at(checkpoint.size));
  return checkpoint;
}
