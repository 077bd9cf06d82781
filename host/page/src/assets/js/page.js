/** What people see: the form, the result, the checks, and what the receipt says. */
const byId = (id) => document.getElementById(id);

/** A new element with a text in it; texts of a bundle are never markup. */
function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Some key, to see whether keys can be read at all: that of the first vector of RFC 8032. */
const SOME_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/** What this browser lacks; `null` if nothing. */
async function lacking() {
  if (!globalThis.WebAssembly) return "WebAssembly";
  if (!globalThis.crypto?.subtle) return "WebCrypto, which browsers offer to pages from a file or by HTTPS only";
  if (!String.prototype.isWellFormed) return "JavaScript of 2024";
  try {
    await crypto.subtle.importKey("raw", fromHex(SOME_KEY), "Ed25519", false, ["verify"]);
    return null;
  } catch {
    return "ed25519 in WebCrypto; Chrome has it since 137, Firefox since 129, Safari since 17";
  }
}

/** The bundle that was chosen last, read once. */
const chosen = { file: null, bundle: null };

async function load() {
  const [file] = byId("bundle").files;
  if (chosen.file !== file) {
    Object.assign(chosen, { file, bundle: file.arrayBuffer().then((bytes) => readBundle(new Uint8Array(bytes))) });
  }
  return chosen.bundle;
}

/** Offers the receipts of a bundle that has several. */
async function offer() {
  const list = byId("chosen");
  list.replaceChildren();
  byId("choice").hidden = true;
  byId("receipt").hidden = true;
  tell("idle", "");
  if (byId("bundle").files.length === 0) return;
  const receipts = receiptsOf(await load().catch(() => null));
  receipts.forEach(({ name }, index) => list.append(Object.assign(element("option", name), { value: index })));
  byId("choice").hidden = receipts.length < 2;
}

/** `state` is `idle`, `running`, `holds`, `fails`, or `undecided`. */
function tell(state, sentence) {
  byId("result").dataset.state = state;
  byId("sentence").textContent = sentence;
}

const RESULTS = { failed: ["fails", "does not hold"], open: ["open", "not decided"], passed: ["holds", "holds"] };

function showChecks(rows) {
  byId("checks").replaceChildren(...rows.map((row) => {
    const [className, words] = RESULTS[["failed", "open"].find((kind) => row[kind] > 0) ?? "passed"];
    const line = document.createElement("tr");
    line.dataset.check = row.check;
    const head = Object.assign(element("th", row.check), { scope: "row" });
    line.append(head, element("td", words, className), element("td", foundIn(row)));
    return line;
  }));
}

function foundIn({ passed, problems }) {
  if (problems.length > 0) return problems.map(({ place, problem }) => `${place}: ${problem}`).join("; ");
  return passed === 1 ? "checked once" : `checked ${passed} times`;
}

function showReceipt(says, notices) {
  byId("receipt").hidden = says.length === 0;
  byId("notices").replaceChildren(...notices.map((notice) => element("li", notice)));
  byId("says").replaceChildren(...says.flatMap(([term, text]) => [element("dt", term), element("dd", text)]));
}

async function verify() {
  const lacks = await lacking();
  if (lacks) throw new Wrong(`This browser cannot verify: it lacks ${lacks}.`);
  const bundle = await load().catch((error) => {
    throw new Wrong(`It is no bundle: ${error.message}.`);
  });
  const receipts = receiptsOf(bundle);
  if (receipts.length === 0) throw new Wrong("The bundle holds no receipt.");
  const pinned = byId("key").value.trim();
  const key = pinned ? await parseVerifierKey(pinned) : null;
  const result = await verifyReceipt(bundle, receipts[Number(byId("chosen").value)], { key, secondsMax: Number(byId("seconds").value) });
  showChecks(result.rows);
  showReceipt(result.says, result.notices);
  tell(result.state, result.sentence);
}

async function submitted(event) {
  event.preventDefault();
  byId("verify").disabled = true;
  byId("checks").replaceChildren();
  showReceipt([], []);
  tell("running", "Verifying …");
  try {
    await verify();
  } catch (error) {
    tell("undecided", error instanceof Wrong ? error.message : `This page has failed: ${error.message}`);
  } finally {
    byId("verify").disabled = false;
  }
}

byId("form").addEventListener("submit", submitted);
byId("bundle").addEventListener("change", offer);
