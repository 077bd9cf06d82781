/** A number as it is written: it may be larger than a number of JavaScript, and more exact. */
class NumberText {
  constructor(text) {
    this.text = text;
  }
}

/** An object as it is written: its members in their order, one that comes twice included. */
class Members {
  constructor(list) {
    this.list = list;
  }
}

const JSON_DEPTH_MAX = 127;
const JSON_NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const JSON_PLAIN = /[^"\\\u0000-\u001f]*/y;
const JSON_ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const JSON_SPACE = /[ \t\n\r]*/y;
const JSON_WORDS = { true: true, false: false, null: null };

/** Reads JSON of RFC 8259 without losing anything of it. */
class JsonReader {
  constructor(text) {
    Object.assign(this, { text, at: 0, depth: 0 });
  }

  whole() {
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) this.fail("the end");
    return value;
  }

  value() {
    this.space();
    const first = this.text[this.at];
    if (first === "{") return this.within(() => new Members(this.items("}", () => this.member())));
    if (first === "[") return this.within(() => this.items("]", () => this.value()));
    if (first === '"') return this.string();
    for (const [word, value] of Object.entries(JSON_WORDS)) if (this.takes(word)) return value;
    return new NumberText(this.match(JSON_NUMBER, "a value"));
  }

  within(read) {
    this.depth += 1;
    if (this.depth > JSON_DEPTH_MAX) throw new Wrong("it is nested too deeply");
    const value = read();
    this.depth -= 1;
    return value;
  }

  items(end, read) {
    const items = [];
    this.at += 1;
    this.space();
    if (this.takes(end)) return items;
    for (;;) {
      items.push(read());
      this.space();
      if (this.takes(end)) return items;
      if (!this.takes(",")) this.fail(`a comma or ${end}`);
    }
  }

  member() {
    this.space();
    const name = this.string();
    this.space();
    if (!this.takes(":")) this.fail("a colon");
    return [name, this.value()];
  }

  string() {
    const start = this.at;
    if (!this.takes('"')) this.fail("a string");
    for (;;) {
      this.match(JSON_PLAIN);
      if (this.takes('"')) return JSON.parse(this.text.slice(start, this.at));
      this.match(JSON_ESCAPE, "the rest of a string");
    }
  }

  space() {
    this.match(JSON_SPACE);
  }

  takes(what) {
    const found = this.text.startsWith(what, this.at);
    if (found) this.at += what.length;
    return found;
  }

  match(pattern, expected) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) this.fail(expected);
    this.at = pattern.lastIndex;
    return found[0];
  }

  fail(expected) {
    const before = this.text.slice(0, this.at);
    const line = before.split("\n").length;
    throw new Wrong(`it is not JSON: ${expected} was to come at line ${line}, column ${this.at - before.lastIndexOf("\n")}`);
  }
}

const parseJson = (text) => new JsonReader(text).whole();

/** The canonical form of RFC 8785: members in the order of their names, numbers as JavaScript writes them. */
function canonicalJson(json) {
  if (json instanceof NumberText) return JSON.stringify(Number(json.text));
  if (Array.isArray(json)) return `[${json.map(canonicalJson)}]`;
  if (!(json instanceof Members)) return JSON.stringify(json);
  const members = [...new Map(json.list)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`)}}`;
}
