/** A bundle: receipts with everything it takes to verify them. Reading proves nothing; what is believed follows in `checks.js`. */
const BUNDLE_BYTES_MAX = 512 * 1024 * 1024;

const asAnything = (json) => json;
const asChainHead = asRecord({ number: asI64, digest: asHash });

const asLog = asRecord({
  origin: asText, key: asText, rotations: asList(asNote), checkpoint: asNote,
  growth: asList(asRecord({ old: asU64, proof: asList(asHash) })),
});

const asBundledReceipt = asRecord({ receipt: asReceipt, digest: asHash, salt: asHash, customer_salt: maybe(asHash), leaf: asU64, proof: asList(asHash) });

const asChain = asRecord({
  customer: asText, from: maybe(asChainHead), receipts: asList(asBundledReceipt), earlier: withDefault(asList(asBundledReceipt), []),
});

const asEvaluation = asRecord({
  id: asId("evl"), interaction: asId("itn"), facts_until: asId("evt"), known_at: asTime,
  detail: maybe(asText), input_salt: maybe(asHash), detail_salt: maybe(asHash),
});

const asEvent = asRecord({
  id: asId("evt"), source: asText, source_id: asText, type: asText, time: asTime, sequence: asI64, customer: maybe(asText),
  actor: asWord(...ACTORS), data: maybe(asText), superseded_by: maybe(asId("evt")), salt: maybe(asHash),
});

const asInteraction = asRecord({ id: asId("itn"), subject: maybe(asText), events: asList(asEvent) });

const asField = asRecord({ name: asText, path: asText, kind: asWord(...KINDS), required: asTruth });
const asContent = asRecord({
  component: asHash, contract: asText, parameters: asList(asValue),
  reads: asList(asRecord({ kind: asText, fields: asList(asField) })), timing: asTiming,
});
const asDefinition = asRecord({ slug: asText, version: asU32, content: asContent });

const asManifest = asRecord({
  name: asText, title: asText, summary: asText, unit: asText,
  parameters: asList(asRecord({ name: asText, kind: asWord(...KINDS), default: maybe(asValue), help: asText })),
  reasons: asList(asRecord({ code: asText, help: asText })), classes: asList(asText), participants: asList(asText), has_value: asTruth,
});
const asComponent = asRecord({ digest: asHash, manifest: asManifest, bytes: asBytes });

const asApproval = asRecord({
  definition: asText, version: asU32, customer: asText, hash: asHash, from: asTime, key: asText, signature: asText,
});

/** An invoice is read over: this page verifies receipts, one at a time. */
const asBundle = asRecord({
  format: asWord("assay-bundle 1"), issuer: asRecord({ tenant: asText, mode: asWord("live", "test") }), log: asLog,
  chains: asList(asChain), evaluations: asList(asEvaluation), interactions: asList(asInteraction),
  definitions: asList(asDefinition), components: asList(asComponent), approvals: asList(asApproval), invoice: maybe(asAnything),
});

/** Refuses a list in which something stands twice. */
function once(list, items) {
  const seen = new Set();
  for (const item of items) {
    if (seen.has(item)) throw new Wrong(`${list}: ${item} stands there twice`);
    seen.add(item);
  }
}

/** Reads the bytes of a file, strictly. Each definition is given its hash. */
async function readBundle(bytes) {
  if (bytes.length > BUNDLE_BYTES_MAX) throw new Wrong(`the file has ${bytes.length} bytes, and a bundle has ${BUNDLE_BYTES_MAX} at most`);
  const bundle = asBundle(parseJson(decodeUtf8(bytes)), "");
  bundle.log.key = await parseVerifierKey(bundle.log.key).catch((error) => {
    throw new Wrong(`log.key: ${error.message}`);
  });
  for (const definition of bundle.definitions) definition.hash = await definitionHash(definition.content);
  once("chains", bundle.chains.map(({ customer }) => customer));
  once("evaluations", bundle.evaluations.map(({ id }) => formatId("evl", id)));
  once("interactions", bundle.interactions.map(({ id }) => formatId("itn", id)));
  once("events", bundle.interactions.flatMap(({ events }) => events).map(({ id }) => formatId("evt", id)));
  once("definitions", bundle.definitions.map(({ hash }) => hash));
  once("components", bundle.components.map(({ digest }) => digest));
  once("log.growth", bundle.log.growth.map(({ old }) => old));
  return bundle;
}

function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Wrong("the file is not UTF-8");
  }
}
