/** The canonical encoding: everything that is hashed goes through it, as `host/domain/src/canon.rs` has it. */
const utf8 = (text) => new TextEncoder().encode(text);

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** The bytes behind base 64 that is written in the one way there is; `null` if it is not. */
function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const tail = bytes.subarray(bytes.length - (bytes.length % 3 || 3));
  return bytes.length === 0 || text.endsWith(toBase64(tail)) ? bytes : null;
}

/** A SHA-256 hash, in hexadecimal digits. */
const sha256 = async (bytes) => toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/** Whether an ed25519 key has signed a message. */
async function isSigned(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

/** Writes one canonical document. */
class Encoder {
  constructor(domain) {
    this.parts = [];
    this.text(domain);
  }

  tag(tag) {
    this.parts.push(Uint8Array.of(Number(tag)));
    return this;
  }

  int(number) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(number));
    this.parts.push(bytes);
    return this;
  }

  bytes(bytes) {
    this.int(bytes.length).parts.push(bytes);
    return this;
  }

  text(text) {
    return this.bytes(utf8(text));
  }

  /** A hash that is given in hexadecimal digits. */
  digest(digits) {
    return this.bytes(fromHex(digits));
  }

  /** A list, its length before it. */
  list(items, write) {
    this.int(items.length);
    items.forEach((item) => write(this, item));
    return this;
  }

  optional(value, write) {
    if (value === null) return this.tag(0);
    write(this.tag(1), value);
    return this;
  }

  optionalText(text) {
    return this.optional(text, (to, some) => to.text(some));
  }

  finish() {
    return joined(this.parts);
  }

  hash() {
    return sha256(this.finish());
  }
}
