//! The page that verifies a receipt in a browser: one file of HTML that needs no server, the same for every receipt.
//!
//! Owns: the page, its styles and its scripts; putting them together into one file, and the policy that lets nothing else run.
//!
//! Deliberately lacks: receipts. A page that was made for one receipt would have to be believed as much as whoever made it. This one takes
//! any bundle, so that its hash can be compared once and for all; and it is a second implementation of what is hashed and checked, beside
//! the one in Rust, from which it takes nothing.
//!
//! Invariants:
//!
//! - The file is the same bytes in every build of a version. It asks for nothing: its policy lets in its own script and style by their
//!   hashes, a worker, and WebAssembly.
//! - A rule runs in a worker that is killed when it takes too long, in a fresh instance for every question, with no import at all.
//! - What the page cannot check it does not call verified, and says so.
//!
//! The components are linked by `component.js` and called by `abi.js`, not transpiled: what is generated anew for every component is code
//! that stands between rule and verdict, and could say anything.
//!
//! To add a check: its function in `checks.js` under the name that `assay verify` has for it, and a row of `tests/it/page/tampered.rs`. To
//! follow a new version of what is hashed: the encoder of the same name in `assets/js`. To follow a new contract: its types in
//! `contract.js`.

use std::sync::LazyLock;

use assay_domain::canon::Digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};

const TEMPLATE: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/page.css");

/// What runs in the worker, with the component and nothing else.
const WORKER: &[&str] = &[
    "\"use strict\";\n",
    include_str!("assets/js/errors.js"),
    include_str!("assets/js/bytes.js"),
    include_str!("assets/js/reader.js"),
    include_str!("assets/js/types.js"),
    include_str!("assets/js/memory.js"),
    include_str!("assets/js/component.js"),
    include_str!("assets/js/abi.js"),
    include_str!("assets/js/contract.js"),
    include_str!("assets/js/worker.js"),
];

/// What runs in the page.
const SCRIPT: &[&str] = &[
    "\"use strict\";\n",
    include_str!("assets/js/errors.js"),
    include_str!("assets/js/bytes.js"),
    include_str!("assets/js/json.js"),
    include_str!("assets/js/canon.js"),
    include_str!("assets/js/time.js"),
    include_str!("assets/js/value.js"),
    include_str!("assets/js/schema.js"),
    include_str!("assets/js/note.js"),
    include_str!("assets/js/proof.js"),
    include_str!("assets/js/projection.js"),
    include_str!("assets/js/definition.js"),
    include_str!("assets/js/standing.js"),
    include_str!("assets/js/rule.js"),
    include_str!("assets/js/verdict.js"),
    include_str!("assets/js/receipt.js"),
    include_str!("assets/js/bundle.js"),
    include_str!("assets/js/findings.js"),
    include_str!("assets/js/log.js"),
    include_str!("assets/js/definitions.js"),
    include_str!("assets/js/hearing.js"),
    include_str!("assets/js/checks.js"),
    include_str!("assets/js/result.js"),
    include_str!("assets/js/page.js"),
];

struct Page {
    html: String,
    policy: String,
    digest: Digest,
}

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let (worker, script) = (WORKER.concat(), SCRIPT.concat());
    let policy = policy_of(&script);
    let html = TEMPLATE.replace("%policy%", &policy).replace("%style%", STYLE);
    let html = html.replace("%worker%", &worker).replace("%script%", &script);
    Page { digest: Digest::of(html.as_bytes()), html, policy }
});

/// Nothing but the script and the style of these hashes, and the worker that the script makes.
fn policy_of(script: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Digest::of(text.as_bytes()).as_bytes());
    format!(
        "default-src 'none'; script-src 'sha256-{}' 'wasm-unsafe-eval'; style-src 'sha256-{}'; img-src data:; worker-src blob:; \
         base-uri 'none'; form-action 'none'",
        hash(script),
        hash(STYLE)
    )
}

/// The page, to be written to a file or served as it is.
pub fn html() -> &'static str {
    &PAGE.html
}

/// The content security policy that is in it, for the header of whoever serves it.
pub fn policy() -> &'static str {
    &PAGE.policy
}

/// The hash of the page.
pub fn digest() -> Digest {
    PAGE.digest
}
