//! The page in a browser, receipts of a month by themselves, and what the program says of them.

use std::{fs, sync::OnceLock};

use assay_domain::{decimal::Quantity, outcome::Meter};
use assay_receipt::{
    bundle::{Bundle, BundledEvaluation, BundledEvent, BundledReceipt},
    receipt::Receipt,
};
use assay_runtime::Evaluators;
use assay_tests::{browser::Browser, components, invoiced};
use assay_verify::{Executor, Pins};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The bundles of both customers, as the service exports them.
#[derive(Clone)]
pub struct Month {
    pub acme: Bundle,
    pub globex: Bundle,
}

/// The month, exported once.
pub async fn month() -> Month {
    static MONTH: OnceCell<Month> = OnceCell::const_new();
    let export = async || {
        let installation = invoiced::march().await;
        let acme = invoiced::bundle(&installation, "INV-000001").await;
        let globex = invoiced::bundle(&installation, "INV-000002").await;
        Month { acme, globex }
    };
    MONTH.get_or_init(export).await.clone()
}

/// The last receipt of a kind by itself, without the document and the others.
pub fn alone(bundle: &Bundle, is: impl Fn(&Receipt) -> bool) -> Bundle {
    let mut bundle = bundle.clone();
    bundle.chains.truncate(1);
    bundle.invoice = None;
    let chain = &mut bundle.chains[0];
    let at = chain.receipts.iter().rposition(|entry| is(&entry.receipt)).expect("such a receipt");
    chain.receipts = vec![chain.receipts.remove(at)];
    chain.earlier.clear();
    chain.from = None;
    bundle
}

/// Whether a receipt counts an outcome, and takes none back.
pub fn counts_an_outcome(receipt: &Receipt) -> bool {
    receipt.change.meter == Meter::Outcome && receipt.change.quantity > Quantity::ZERO
}

/// The one receipt of a bundle.
pub fn entry(bundle: &mut Bundle) -> &mut BundledReceipt {
    &mut bundle.chains[0].receipts[0]
}

/// What it was written after.
pub fn evaluation(bundle: &mut Bundle) -> &mut BundledEvaluation {
    let id = entry(bundle).receipt.judgement.evaluation;
    bundle.evaluations.iter_mut().find(|evaluation| evaluation.id == id).expect("the evaluation")
}

/// The first event that it rests on.
pub fn event(bundle: &mut Bundle) -> &mut BundledEvent {
    let id = entry(bundle).receipt.judgement.evidence[0].event;
    bundle.interactions.iter_mut().flat_map(|interaction| &mut interaction.events).find(|event| event.id == id).expect("the event")
}

/// What somebody knows who has the log's key.
pub fn pins(bundle: &Bundle) -> Pins {
    Pins { log_key: Some(bundle.log.key.clone()), ..Pins::default() }
}

/// What was said of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// `holds`, `fails`, or `undecided`.
    pub state: String,
    pub sentence: String,
}

/// What `assay verify` says of a bundle.
pub fn said_by_assay(bundle: &Bundle, pins: &Pins) -> Said {
    static EXECUTOR: OnceLock<Executor> = OnceLock::new();
    let executor = EXECUTOR.get_or_init(|| {
        let engine = components::engine().clone();
        let evaluators = Evaluators::start(1, engine.limits().stack_bytes_max).expect("a thread");
        Executor { engine, evaluators }
    });
    let file = bundle.write().expect("a file");
    let report = assay_verify::verify(&file, pins, executor, &mut |_, _| {}).expect("a bundle that can be verified");
    let state = if report.is_verified() { "holds" } else { "fails" };
    Said { state: state.to_owned(), sentence: report.sentence() }
}

/// The page, opened from a file.
pub struct Page {
    pub browser: Browser,
    folder: TempDir,
}

impl Page {
    pub fn open() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::write(folder.path().join("page.html"), assay_page::html()).expect("the page");
        let mut page = Self { browser: Browser::open(), folder };
        page.goto();
        page
    }

    fn goto(&mut self) {
        self.browser.goto(&format!("file://{}", self.folder.path().join("page.html").display()));
    }

    /// Chooses a file, with a log key where one is known, and waits for the result.
    pub fn verify_file(&mut self, file: &[u8], pins: &Pins, seconds: u32) -> Said {
        let bundle = self.folder.path().join("bundle.json");
        fs::write(&bundle, file).expect("a bundle");
        self.goto();
        self.browser.type_into("#bundle", bundle.to_str().expect("a path in UTF-8"));
        if let Some(key) = &pins.log_key {
            self.browser.type_into("#key", &key.to_string());
        }
        self.browser.clear("#seconds");
        self.browser.type_into("#seconds", &seconds.to_string());
        self.browser.click("#verify");
        self.browser.wait_for("#result[data-state=holds], #result[data-state=fails], #result[data-state=undecided]");
        let state = self.browser.attribute("#result", "data-state").expect("a state");
        Said { state, sentence: self.browser.text("#sentence") }
    }

    /// The same of a bundle, with time enough for its rule.
    pub fn verify(&mut self, bundle: &Bundle, pins: &Pins) -> Said {
        self.verify_file(&bundle.write().expect("a file"), pins, 60)
    }

    /// The checks that were made, each with what came of it: `inclusion holds`.
    pub fn checks(&mut self) -> Vec<String> {
        let names = self.browser.texts("#checks th");
        let results = self.browser.texts("#checks td:nth-child(2)");
        names.into_iter().zip(results).map(|(name, result)| format!("{name} {result}")).collect()
    }
}
