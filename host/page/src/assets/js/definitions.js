/** What a receipt was judged by, made ready to judge again: as `host/verify/src/rules.rs` has it. */
const spelledOut = (value) => JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner));
const isSame = (a, b) => spelledOut(a) === spelledOut(b);

/** The manifest of a rule in the form that bundles have it in. */
function manifestOf({ "has-value": has_value, parameters, ...rest }) {
  const declared = ({ name, kind, default: value, help }) => ({ name, kind, default: value, help });
  const { name, title, summary, unit, reasons, classes, participants } = rest;
  return { name, title, summary, unit, parameters: parameters.map(declared), reasons, classes, participants, has_value };
}

/** A rule with its manifest; `null` where the component is not what it is said to be. */
async function readyRule(told, secondsMax, findings) {
  const place = `the component ${told.digest}`;
  if (!(await findings.equal("component", place, "the hash of its bytes", told.digest, await sha256(told.bytes)))) return null;
  const rule = new Rule(told.bytes, secondsMax);
  const manifest = await findings.take("component", place, () => rule.call("describe", []));
  if (manifest === null) {
    rule.end();
    return null;
  }
  await findings.take("component", place, () => {
    if (!isSame(manifestOf(manifest), told.manifest)) throw new Wrong("its manifest is another than it declares itself");
  });
  return { rule, manifest };
}

/** A definition with its rule, if its component is there and reads what the definition says. */
async function readyDefinition(bundle, told, secondsMax, findings) {
  const name = `${told.slug}@${told.version}`;
  const place = `the definition ${name}`;
  const component = bundle.components.find(({ digest }) => digest === told.content.component);
  const ready = component ? await readyRule(component, secondsMax, findings) : null;
  await findings.take("component", place, () => {
    if (!ready) throw new Wrong(`the bundle has no usable component ${told.content.component}`);
  });
  const fits = ready && (await findings.take("definition", place, () => checkFit(ready, told.content)));
  if (ready && !fits) ready.rule.end();
  return { name, content: told.content, ready: fits ? ready : null };
}

/** Refuses a definition that says of its rule what is not so. */
async function checkFit({ rule }, { contract, parameters, reads }) {
  const { contract: spoken } = await rule.ready;
  if (spoken !== contract) throw new Wrong(`its component speaks the contract ${spoken}, and it says ${contract}`);
  const [tag, found] = await rule.call("configure", [parameters]).catch((error) => {
    throw error instanceof Fault ? new Wrong(`its component cannot be set up with its parameters: ${error.message}`) : error;
  });
  if (tag === "err") throw new Wrong(`its component refuses its parameters: ${printable(found)}`);
  if (!isSame(found, reads)) throw new Wrong("with its parameters its component reads something else than it says");
}
