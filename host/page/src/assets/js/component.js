/** How deep components may lie in each other, and how many instances they may make: as the host has it. */
const DEPTH_MAX = 48;
const INSTANCES_MAX = 48;

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** A component that imports nothing, linked anew for every call. */
class Component {
  constructor(bytes) {
    this.bytes = bytes;
    this.modules = new Map();
    this.body = { at: 0, end: bytes.length, outer: null };
  }

  /** What it exports, with the memories of all its modules. */
  instantiate() {
    const made = { component: this, instances: 0, memories: new Set() };
    return { exports: new Level(made, this.body, null, 1).link(), memories: made.memories };
  }

  /** The module that lies there, compiled once. */
  module(at, bytes) {
    if (!this.modules.has(at)) this.modules.set(at, new WebAssembly.Module(withCappedMemory(bytes)));
    return this.modules.get(at);
  }
}

/** One component while it is linked: its index spaces, filled section by section. */
class Level {
  constructor(made, body, given, depth) {
    Object.assign(this, { made, body, given, depth });
    this.spaces = {};
    this.exports = new Map();
    if (depth > DEPTH_MAX) throw new Unfit("its components lie too deep in each other");
  }

  link() {
    const from = new Reader(this.made.component.bytes, this.body.at, this.body.end);
    if (!PREAMBLE.every((byte) => !from.done && from.byte() === byte)) throw new Unfit("it is not a component");
    while (!from.done) {
      const code = from.byte();
      this.section(code, from.part(from.u32()));
    }
    return this.exports;
  }

  section(code, from) {
    const each = (read) => from.list(() => read(from));
    switch (code) {
      case 0: return;
      case 1: this.add("core module", this.made.component.module(from.at, from.take(from.end - from.at))); return;
      case 2: each(() => this.add("core instance", this.coreInstance(from))); break;
      case 3: return;
      case 4: this.add("component", { at: from.at, end: from.end, outer: this }); return;
      case 5: each(() => this.add("instance", this.instance(from))); break;
      case 6: each(() => this.alias(readAlias(from))); break;
      case 7: each(() => this.add("type", new TypeReader(from, (index) => this.get("type", index)).definition())); break;
      case 8: each(() => this.canonical(from)); break;
      case 10: each(() => this.import(from)); break;
      case 11: each(() => this.export(from)); break;
      default: throw new Unfit("it has a section that this page does not know");
    }
    if (!from.done) throw new Unfit("a section goes on after its end");
  }

  add(sort, what) {
    (this.spaces[sort] ??= []).push(what);
  }

  get(sort, index) {
    const what = this.spaces[sort]?.[index];
    if (what === undefined) throw new Unfit(`it names a ${sort} that it does not have`);
    return what;
  }

  count() {
    this.made.instances += 1;
    if (this.made.instances > INSTANCES_MAX) throw new Unfit("it makes too many instances");
  }

  coreInstance(from) {
    if (from.byte() !== 0) return Object.fromEntries(from.list(() => [from.text(), this.get(readCoreSort(from), from.u32())]));
    const module = this.get("core module", from.u32());
    const argument = () => [from.text(), (readCoreSort(from), this.get("core instance", from.u32()))];
    this.count();
    const { exports } = new WebAssembly.Instance(module, Object.fromEntries(from.list(argument)));
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) this.made.memories.add(value);
    return exports;
  }

  instance(from) {
    const part = () => this.get(readSort(from), from.u32());
    if (from.byte() !== 0) return new Map(from.list(() => [from.externalName(), part()]));
    const body = this.get("component", from.u32());
    const given = new Map(from.list(() => [from.text(), part()]));
    this.count();
    return new Level(this.made, body, given, this.depth + 1).link();
  }

  alias({ sort, outwards, of, index, name }) {
    if (of === undefined) return this.add(sort, this.outer(outwards).get(sort, index));
    const from = this.get(of, index);
    const what = of === "instance" ? from.get(name) : Object.hasOwn(from, name) ? from[name] : undefined;
    if (what === undefined) throw new Unfit(`it takes ${name} from an instance that has none`);
    this.add(sort, what);
  }

  outer(outwards) {
    let level = this;
    for (let left = outwards; left > 0; left -= 1) level = level?.body.outer;
    if (!level) throw new Unfit("it names a component around it that is not there");
    return level;
  }

  /** A function of a module becomes one of the component, or the other way round. */
  canonical(from) {
    const code = from.byte();
    if (code < 2 && from.byte() !== 0) throw new Unfit("it has a function that this page does not know");
    if (code === 0) this.add("func", this.lifted(from));
    else if (code === 1) this.add("core func", this.lowered(from));
    else if (code < 5) this.add("core func", (from.u32(), forbidden));
    else throw new Unfit("it has a function that this page does not know; `assay verify` does");
  }

  lifted(from) {
    const core = this.get("core func", from.u32());
    const options = { encoding: "utf-8" };
    from.list(() => this.option(from, options));
    return { core, ...options, type: this.get("type", from.u32()) };
  }

  /** What one component lends to another can be linked, and not called: rules of an interpreter bring such parts and leave them alone. */
  lowered(from) {
    this.get("func", from.u32());
    from.list(() => this.option(from, {}));
    return forbidden;
  }

  option(from, options) {
    const code = from.byte();
    if (code === 0) options.encoding = "utf-8";
    else if (code === 1) options.encoding = "utf-16";
    else if (code === 3) options.memory = this.get("core memory", from.u32());
    else if (code === 4) options.realloc = this.get("core func", from.u32());
    else if (code === 5) options.postReturn = this.get("core func", from.u32());
    else throw new Unfit("it passes values in a way that this page does not know; `assay verify` does");
  }

  import(from) {
    const name = from.externalName();
    if (!this.given) throw new Unfit(`it imports ${name}, and a rule imports nothing`);
    const sort = readDescription(from);
    if (!this.given.has(name)) throw new Unfit(`nothing is given for the import ${name}`);
    this.add(sort, this.given.get(name));
  }

  export(from) {
    const name = from.externalName();
    const sort = readSort(from);
    const what = this.get(sort, from.u32());
    from.optional(() => readDescription(from));
    this.exports.set(name, what);
    this.add(sort, what);
  }
}

function forbidden() {
  throw new Unfit("one of its components calls another, which this page does not run; `assay verify` does");
}

function readCoreSort(from) {
  const sort = CORE_SORTS[from.byte()];
  if (!sort) throw new Unfit("it has parts of a sort that this page does not know");
  return sort;
}
