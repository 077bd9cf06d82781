/** What a version of a definition fixes, and its hash: as `host/domain/src/definition.rs` has it. */
function definitionHash({ component, contract, parameters, reads, timing }) {
  const to = new Encoder("assay.1.definition").digest(component).text(contract).list(parameters, encodeValue);
  to.list(reads, (inner, read) => inner.text(read.kind).list(read.fields, encodeField));
  encodeTiming(to, timing);
  return to.hash();
}

/** A limit without end is `null`. */
function encodeTiming(to, { deadline, settles_after, reversible_for }) {
  for (const limit of [deadline, settles_after, reversible_for]) to.optional(limit, (inner, length) => inner.int(length));
}

function encodeField(to, { name, path, kind, required }) {
  to.text(name).text(path).tag(KINDS.indexOf(kind)).tag(required);
}
