// From the contract's WIT to TypeScript: `npm run types` writes src/wit.ts, and a test compares.
//
// It knows what the contract uses, in the shapes in which QuickJS components exchange it, and refuses the rest, so that a new version of
// the contract cannot lose a part unnoticed. To add a type: a case in `typeOf` or `definition`.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SCALARS = { bool: "boolean", string: "string", u8: "number", u32: "number", s64: "number" };

/** The file that the contract's text becomes. */
export function types(wit) {
  const parser = new Parser(wit);
  return [
    "// Written by `npm run types` from the contract's WIT. Do not edit.",
    "",
    "/* Integers are numbers, exact within ±2^53; an option is a value or null; a function with a result returns or throws a string. */",
    "",
    ...parser.file(),
    "/** The contract as it is compiled into a component. */",
    `export const WIT = ${JSON.stringify(wit)};`,
    "",
  ].join("\n");
}

const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`-${name}`);

function tokens(wit) {
  const shapes = /\/\/\/ ?(?<doc>.*)|\/\/.*|(?<word>%?[a-z][a-z0-9-]*)|(?<number>[0-9][0-9.]*)|(?<sign>->|[{}()<>:;,=@/])|\s+|(?<wrong>.)/g;
  const found = [...wit.matchAll(shapes)].map((match) => match.groups);
  const wrong = found.find((token) => token.wrong !== undefined);
  if (wrong) throw new Error(`the contract has ${JSON.stringify(wrong.wrong)}, which is not known here`);
  return found.filter((token) => Object.values(token).some((part) => part !== undefined));
}

class Parser {
  constructor(wit) {
    this.tokens = tokens(wit);
    this.next = 0;
  }

  /** The text of the next token that is no comment; comments on the way are kept for `doc`. */
  peek() {
    for (; this.tokens[this.next]?.doc !== undefined; this.next += 1) this.docs.push(this.tokens[this.next].doc);
    const token = this.tokens[this.next];
    return token && (token.word ?? token.number ?? token.sign);
  }

  take(expected) {
    const found = this.peek();
    if (found === undefined || (expected !== undefined && found !== expected)) {
      throw new Error(`the contract has ${found ?? "its end"} where ${expected ?? "more"} was expected`);
    }
    this.next += 1;
    return found.replace(/^%/, "");
  }

  skip(sign) {
    const there = this.peek() === sign;
    if (there) this.next += 1;
    return there;
  }

  doc(indent) {
    this.peek();
    const lines = this.docs.splice(0);
    return lines.length === 0 ? [] : [`${indent}/** ${lines.join(" ").trim()} */`];
  }

  *file() {
    this.docs = [];
    this.take("package");
    const name = [this.take(), this.take(":"), this.take()].join("");
    const version = [this.take("@"), this.take()].join("");
    this.take(";");
    while (this.peek() !== undefined) {
      const doc = this.doc("");
      const kind = this.take();
      if (kind === "interface") yield* this.interface(name, version, doc);
      else if (kind === "world") yield* this.world();
      else throw new Error(`the contract has ${kind}, which is not known here`);
    }
  }

  *interface(packageName, version, doc) {
    const name = this.take();
    yield `/** The name under which a component exports the contract. */`;
    yield `export const INTERFACE = "${packageName}/${name}${version}";`;
    yield "";
    this.take("{");
    const functions = [];
    while (!this.skip("}")) {
      const doc = this.doc("  ");
      const word = this.take();
      if (this.skip(":")) functions.push(...doc, `  ${camel(word)}${this.signature()};`);
      else yield* [...doc.map((line) => line.trim()), ...this.definition(word), ""];
    }
    yield* [...doc, `export interface ${pascal(name)} {`, ...functions, "}", ""];
  }

  *world() {
    this.take();
    this.take("{");
    while (!this.skip("}")) {
      this.take("export");
      this.take();
      this.take(";");
    }
  }

  *definition(kind) {
    const name = pascal(this.take());
    if (kind === "type") {
      this.take("=");
      yield `export type ${name} = ${this.typeOf()};`;
      this.take(";");
    } else if (kind === "record") {
      yield `export interface ${name} {`;
      yield* this.list((field) => {
        this.take(":");
        return `  readonly ${camel(field)}: ${this.typeOf()};`;
      });
      yield "}";
    } else if (kind === "enum") {
      yield `export type ${name} = ${[...this.list((label) => `"${label}"`)].join(" | ")};`;
    } else if (kind === "variant") {
      yield `export type ${name} =`;
      const cases = [...this.list((label) => `  | { readonly tag: "${label}"${this.payload()} }`)];
      yield `${cases.join("\n")};`;
    } else throw new Error(`the contract defines a ${kind}, which is not known here`);
  }

  /** `{ a …, b …, }`: what `write` makes of each, after its comment. */
  *list(write) {
    this.take("{");
    while (!this.skip("}")) {
      const doc = this.doc("  ");
      yield* doc;
      yield write(this.take());
      if (!this.skip(",") && this.peek() !== "}") throw new Error(`the contract has ${this.peek()} where , or } was expected`);
    }
  }

  payload() {
    if (!this.skip("(")) return "";
    const type = this.typeOf();
    this.take(")");
    return `; readonly val: ${type}`;
  }

  signature() {
    this.take("func");
    this.take("(");
    const parameters = [];
    while (!this.skip(")")) {
      const name = camel(this.take());
      this.take(":");
      parameters.push(`${name}: ${this.typeOf()}`);
      this.skip(",");
    }
    this.take("->");
    const result = this.skip("result") ? this.inAngles(() => this.orThrows()) : this.typeOf();
    this.take(";");
    return `(${parameters.join(", ")}): ${result}`;
  }

  orThrows() {
    const type = this.typeOf();
    this.take(",");
    this.take("string");
    return type;
  }

  inAngles(read) {
    this.take("<");
    const type = read();
    this.take(">");
    return type;
  }

  typeOf() {
    const word = this.take();
    if (word === "list") return `readonly ${this.inAngles(() => this.typeOf())}[]`;
    if (word === "option") return `${this.inAngles(() => this.typeOf())} | null`;
    return Object.hasOwn(SCALARS, word) ? SCALARS[word] : pascal(word);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wit = readFileSync(new URL("../../../wit/0.1/world.wit", import.meta.url), "utf8");
  writeFileSync(new URL("../src/wit.ts", import.meta.url), types(wit));
}
