/** The types of a component are spelled out: two are the same if they are spelled alike. */
const PRIMITIVES = {
  0x7f: "bool", 0x7e: "s8", 0x7d: "u8", 0x7c: "s16", 0x7b: "u16", 0x7a: "s32", 0x79: "u32",
  0x78: "s64", 0x77: "u64", 0x76: "f32", 0x75: "f64", 0x74: "char", 0x73: "string", 0x64: "error-context",
};

/** The longest spelling: a type within a type can double it again and again. */
const SPELLING_MAX = 65536;

const braces = (kind, items) => `${kind}{${items.join(",")}}`;

/** Reads type definitions; `known` gives the spelling of a type by its number. */
class TypeReader {
  constructor(from, known) {
    Object.assign(this, { from, known });
  }

  /** A definition as an entry of the space of types. */
  definition() {
    const spelling = this.spelling();
    if (spelling.length > SPELLING_MAX) throw new Unfit("a type is too large");
    return spelling;
  }

  spelling() {
    const { from } = this;
    const code = from.byte();
    if (PRIMITIVES[code]) return PRIMITIVES[code];
    switch (code) {
      case 0x72: return braces("record", from.list(() => this.labelled()));
      case 0x71: return braces("variant", from.list(() => this.variantCase()));
      case 0x70: return `list<${this.value()}>`;
      case 0x6f: return braces("tuple", from.list(() => this.value()));
      case 0x6e: return braces("flags", from.list(() => from.text()));
      case 0x6d: return braces("enum", from.list(() => from.text()));
      case 0x6b: return `option<${this.value()}>`;
      case 0x6a: return `result<${this.maybe()},${this.maybe()}>`;
      case 0x69: case 0x68: from.u32(); return "handle";
      case 0x3f: return this.resource();
      case 0x40: return this.functionType();
      case 0x41: this.declarations(true); return "component";
      case 0x42: this.declarations(false); return "instance";
      default: throw new Unfit("it has a type that this page does not know");
    }
  }

  /** A type where it is used: a primitive, or the number of a definition. */
  value() {
    const primitive = PRIMITIVES[this.from.peek()];
    if (!primitive) return this.known(this.from.u32());
    this.from.byte();
    return primitive;
  }

  maybe() {
    return this.from.optional(() => this.value()) ?? "_";
  }

  labelled() {
    return `${this.from.text()}:${this.value()}`;
  }

  variantCase() {
    const spelling = `${this.from.text()}:${this.maybe()}`;
    if (this.from.byte() !== 0) throw new Unfit("a case refines another");
    return spelling;
  }

  /** Nothing of the contract is a resource; interpreters bring some that nobody uses. */
  resource() {
    this.value();
    this.from.optional(() => this.from.u32());
    return "resource";
  }

  /** The names of parameters are for people. */
  functionType() {
    const parameters = this.from.list(() => (this.from.text(), this.value()));
    if (this.from.byte() === 0) return `func(${parameters})->${this.value()}`;
    if (this.from.byte() !== 0) throw new Unfit("a function has named results");
    return `func(${parameters})`;
  }

  /** What a component or an instance is declared to have: read over, as what is given is looked at itself. */
  declarations(ofComponent) {
    const inner = new TypeReader(this.from, () => "_");
    this.from.list(() => {
      const code = this.from.byte();
      if (code === 1) inner.definition();
      else if (code === 2) readAlias(this.from);
      else if (code === 4 || (code === 3 && ofComponent)) (this.from.externalName(), readDescription(this.from));
      else throw new Unfit("it declares something that this page does not know");
    });
  }
}

/** What an import or export is said to be. */
function readDescription(from) {
  const sort = readSort(from);
  const isResource = sort === "type" && from.byte() === 1;
  if (!isResource) from.u32();
  return sort;
}

const SORTS = { 1: "func", 3: "type", 4: "component", 5: "instance" };
const CORE_SORTS = { 0: "core func", 1: "core table", 2: "core memory", 3: "core global", 17: "core module", 18: "core instance" };

function readSort(from) {
  const code = from.byte();
  const sort = code === 0 ? CORE_SORTS[from.byte()] : SORTS[code];
  if (!sort) throw new Unfit("it has parts of a sort that this page does not know");
  return sort;
}

function readAlias(from) {
  const sort = readSort(from);
  const target = from.byte();
  if (target === 2) return { sort, outwards: from.u32(), index: from.u32() };
  if (target > 1) throw new Unfit("it has an alias that this page does not know");
  return { sort, of: target === 0 ? "instance" : "core instance", index: from.u32(), name: from.text() };
}
