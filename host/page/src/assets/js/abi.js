/** Values as they lie in a rule's memory: the canonical ABI, for the types that the contract has. */
const scalar = (spelling, size, get, set) => ({ spelling, size, align: size, get, set });

const BOOL = scalar("bool", 1, (view, at) => view.getUint8(at) !== 0, (view, at, value) => view.setUint8(at, value ? 1 : 0));
const U8 = scalar("u8", 1, (view, at) => view.getUint8(at), (view, at, value) => view.setUint8(at, value));
const U32 = scalar("u32", 4, (view, at) => view.getUint32(at, true), (view, at, value) => view.setUint32(at, value, true));
const S64 = scalar("s64", 8, (view, at) => view.getBigInt64(at, true), (view, at, value) => view.setBigInt64(at, value, true));
const STRING = { spelling: "string", size: 8, align: 4 };

const upTo = (size, align) => Math.ceil(size / align) * align;
const largest = (numbers) => numbers.reduce((most, number) => Math.max(most, number), 1);
const listOf = (of) => ({ spelling: `list<${of.spelling}>`, size: 8, align: 4, of });
const optionOf = (of) => ({ ...variantOf([["none", null], ["some", of]]), spelling: `option<${of.spelling}>`, isOption: true });
const resultOf = (ok, err) => ({ ...variantOf([["ok", ok], ["err", err]]), spelling: `result<${ok.spelling},${err.spelling}>` });
const enumOf = (...names) => ({ ...variantOf(names.map((name) => [name, null])), spelling: braces("enum", names), isEnum: true });

function recordOf(fields) {
  const align = largest(fields.map(([, type]) => type.align));
  let at = 0;
  const placed = fields.map(([name, type]) => {
    const offset = upTo(at, type.align);
    at = offset + type.size;
    return { name, type, offset };
  });
  const spelling = braces("record", fields.map(([name, type]) => `${name}:${type.spelling}`));
  return { spelling, size: upTo(at, align), align, fields: placed };
}

/** The tag takes one byte: no type of the contract has more than 256 cases. */
function variantOf(cases) {
  const types = cases.flatMap(([, type]) => type ?? []);
  const align = largest(types.map((type) => type.align));
  const size = upTo(align + largest([0, ...types.map((type) => type.size)]) * (types.length > 0), align);
  const spelling = braces("variant", cases.map(([name, type]) => `${name}:${type?.spelling ?? "_"}`));
  return { spelling, size: types.length > 0 ? size : 1, align, cases };
}

/** Bytes that are copied out of a rule for one call: as many as the host copies. */
const OUTPUT_BYTES_MAX = 256 * 1024;

/** One function of an instance. */
class LiftedFunction {
  constructor({ core, memory, realloc, postReturn, encoding }) {
    Object.assign(this, { core, memory, realloc, postReturn, encoding, copied: 0 });
  }

  /** The memory as it is now: growing takes the old view away. */
  get view() {
    if (this.seen?.buffer !== this.memory.buffer) this.seen = new DataView(this.memory.buffer);
    return this.seen;
  }

  /** Calls it. Its parameters lie flat, its result in memory: so it is for every function of the contract. */
  call(parameters, result, values) {
    const flat = [];
    parameters.forEach((type, index) => this.lowerFlat(type, values[index], flat));
    const returned = this.core(...flat);
    const at = returned >>> 0;
    this.check(at, result.size, result.align, "the result");
    const value = this.load(result, at);
    this.postReturn?.(returned);
    return value;
  }

  lowerFlat(type, value, flat) {
    if (type.fields) type.fields.forEach((field) => this.lowerFlat(field.type, value[field.name], flat));
    else if (type.of) flat.push(...this.storeList(type.of, value));
    else flat.push(value);
  }

  allocate(size, align, old = 0, oldSize = 0) {
    const at = this.realloc(old, oldSize, align, size) >>> 0;
    this.check(at, size, align, "what `cabi_realloc` gives");
    return at;
  }

  check(at, size, align, what) {
    if (at % align !== 0) throw new Fault(`${what} is not aligned`);
    if (at + size > this.memory.buffer.byteLength) throw new Fault(`${what} lies beyond the memory`);
  }

  /** Counts what is copied out: lists and texts may share their bytes, so that an answer can be far larger than the memory. */
  copy(at, size, align, what) {
    this.check(at, size, align, what);
    this.copied += size;
    if (this.copied > OUTPUT_BYTES_MAX) throw new Fault("the answer is larger than 256 KiB");
  }

  store(type, at, value) {
    if (type.set) type.set(this.view, at, value);
    else if (type.fields) type.fields.forEach((field) => this.store(field.type, at + field.offset, value[field.name]));
    else if (type.cases) this.storeCase(type, at, value);
    else this.storePair(at, type.of ? this.storeList(type.of, value) : this.storeText(value));
  }

  storePair(at, [pointer, length]) {
    this.view.setUint32(at, pointer, true);
    this.view.setUint32(at + 4, length, true);
  }

  storeCase(type, at, value) {
    const [name, payload] = type.isEnum ? [value, null] : type.isOption ? [value === null ? "none" : "some", value] : value;
    const index = type.cases.findIndex(([known]) => known === name);
    this.view.setUint8(at, index);
    const [, of] = type.cases[index];
    if (of) this.store(of, at + type.align, payload);
  }

  storeList(of, items) {
    const at = this.allocate(items.length * of.size, of.align);
    items.forEach((item, index) => this.store(of, at + index * of.size, item));
    return [at, items.length];
  }

  /** Allocates as the host does: exactly for UTF-8; for UTF-16 first the most it can take, then what it takes. */
  storeText(text) {
    const bytes = new TextEncoder().encode(text);
    if (this.encoding === "utf-8") {
      const at = this.allocate(bytes.length, 1);
      new Uint8Array(this.memory.buffer).set(bytes, at);
      return [at, bytes.length];
    }
    const at = this.allocate(bytes.length * 2, 2);
    for (let index = 0; index < text.length; index += 1) this.view.setUint16(at + 2 * index, text.charCodeAt(index), true);
    const isShorter = text.length < bytes.length;
    return [isShorter ? this.allocate(text.length * 2, 2, at, bytes.length * 2) : at, text.length];
  }

  load(type, at) {
    if (type.get) return type.get(this.view, at);
    if (type.fields) return Object.fromEntries(type.fields.map((field) => [field.name, this.load(field.type, at + field.offset)]));
    if (type.cases) return this.loadCase(type, at);
    const [pointer, length] = [this.view.getUint32(at, true), this.view.getUint32(at + 4, true)];
    return type.of ? this.loadList(type.of, pointer, length) : this.loadText(pointer, length);
  }

  loadCase(type, at) {
    const index = this.view.getUint8(at);
    if (index >= type.cases.length) throw new Fault(`the case ${index} of ${type.cases.length} is answered`);
    const [name, of] = type.cases[index];
    if (type.isEnum) return name;
    const payload = of ? this.load(of, at + type.align) : null;
    return type.isOption ? payload : [name, payload];
  }

  loadList(of, at, length) {
    this.copy(at, length * of.size, of.align, "a list");
    return Array.from({ length }, (_, index) => this.load(of, at + index * of.size));
  }

  loadText(at, length) {
    const unit = this.encoding === "utf-8" ? 1 : 2;
    this.copy(at, length * unit, unit, "a text");
    const encoding = this.encoding === "utf-8" ? "utf-8" : "utf-16le";
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(new Uint8Array(this.memory.buffer, at, length * unit));
    } catch {
      throw new Fault(`a text is not ${this.encoding.toUpperCase()}`);
    }
  }
}
