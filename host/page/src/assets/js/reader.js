/** Reads the binary format of components from one place to another, and never past it. */
class Reader {
  constructor(bytes, at, end) {
    Object.assign(this, { bytes, at, end });
  }

  get done() {
    return this.at >= this.end;
  }

  byte() {
    if (this.done) throw new Unfit("the file is cut short");
    return this.bytes[this.at++];
  }

  /** An unsigned number of at most 32 bits, in LEB128. */
  u32() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return this.within(value);
    }
    throw new Unfit("a number is too long");
  }

  within(value) {
    if (value >= 2 ** 32) throw new Unfit("a number is too large");
    return value;
  }

  /** The next byte, which stays. */
  peek() {
    if (this.done) throw new Unfit("the file is cut short");
    return this.bytes[this.at];
  }

  /** So many bytes as they are. */
  take(length) {
    if (length > this.end - this.at) throw new Unfit("the file is cut short");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** So many bytes to be read by themselves. */
  part(length) {
    this.take(length);
    return new Reader(this.bytes, this.at - length, this.at);
  }

  text() {
    const bytes = this.take(this.u32());
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Unfit("a name is not UTF-8");
    }
  }

  /** The name of something that is imported or exported; its form is a tag before it. */
  externalName() {
    if (this.byte() > 1) throw new Unfit("a name has a form that this page does not know");
    return this.text();
  }

  /** As many as a number before them says. */
  list(read) {
    const items = [];
    for (let left = this.u32(); left > 0; left -= 1) items.push(read());
    return items;
  }

  optional(read) {
    const tag = this.byte();
    if (tag > 1) throw new Unfit("what may be absent is neither there nor absent");
    return tag === 1 ? read() : null;
  }
}
