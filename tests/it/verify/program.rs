//! `assay verify`, as a customer runs it: a file, a sentence, an exit code.

use std::path::PathBuf;

use assay_receipt::bundle::Bundle;
use assay_tests::{bin, forger::Forger};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{invoice, month};

/// A customer's own machine, which has no installation.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(TempDir::new().expect("a folder"));
        bin::keep(&machine.data(), None);
        machine
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    fn bundle(&self, name: &str, bundle: &Bundle) -> String {
        self.file(name, bundle.write().expect("a file"))
    }

    /// Exit code, what is printed, and what is complained.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let arguments: Vec<&str> = std::iter::once("verify").chain(arguments.iter().copied()).collect();
        let output = bin::run(&self.data(), &arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }
}

#[tokio::test]
async fn a_customer_verifies_a_file_with_the_key_of_its_agreement() {
    let (machine, month) = (Machine::new(), month().await);
    let (file, key) = (machine.bundle("invoice.bundle", &month.acme), month.acme.log.key.to_string());
    let (code, printed, complaint) = machine.run(&[&file, "--log-key", &key]);
    assert_eq!((code, complaint.as_str()), (0, ""), "{printed}");
    assert!(printed.starts_with("The invoice INV-000001 of 598.77 USD to acme follows from the facts: "), "{printed}");
    assert!(!machine.data().exists(), "it needs no installation and makes none");

    let (code, printed, _) = machine.run(&[&file, "--log-key", &key, "--json"]);
    let told: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!((code, &told["verified"], &told["is_pinned"], &told["failed"]), (0, &json!(true), &json!(true), &json!(0)));
    assert_eq!(told["checks"]["verdict"]["failed"], json!(0));
    let (code, printed, _) = machine.run(&[&file]);
    assert!(code == 0 && printed.contains("pin the one of your agreement with --log-key"), "{printed}");
}

#[tokio::test]
async fn what_does_not_follow_ends_with_1_and_says_where() {
    let (machine, month) = (Machine::new(), month().await);
    let mut altered = month.acme.clone();
    invoice(&mut altered).lines[2].amount_minor += 1;
    let file = machine.bundle("invoice.bundle", &altered);
    let (code, printed, _) = machine.run(&[&file]);
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("does not follow from the facts: line, line 3: it bills 1 at 0.79, 0.80 USD, and 1, 0.79 USD, follows"),
        "{printed}"
    );
    let (code, printed, _) = machine.run(&[&file, "--json"]);
    let told: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!((code, &told["verified"]), (1, &json!(false)));
    assert_eq!((&told["failures"][0]["check"], &told["failures"][0]["line"]), (&json!("line"), &json!(3)));

    let kept = Forger::of(&month.acme).checkpoint(&month.acme, 1).to_string();
    let checkpoint = machine.file("may.checkpoint", month.acme.log.checkpoint.to_string());
    let good = machine.bundle("good.bundle", &month.acme);
    assert_eq!(machine.run(&[&good, "--checkpoint", &checkpoint]).0, 0, "the same checkpoint");
    let forged = machine.file("forged.checkpoint", kept);
    let (code, printed, complaint) = machine.run(&[&good, "--checkpoint", &forged]);
    assert_eq!((code, printed.as_str()), (2, ""), "{complaint}");
    assert!(complaint.contains("forged.checkpoint: it is no checkpoint of this log"), "{complaint}");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_ends_with_2() {
    let (machine, month) = (Machine::new(), month().await);
    let (good, bad) = (machine.bundle("good.bundle", &month.acme), machine.file("bad.bundle", "{}"));
    for (arguments, part) in [
        (vec!["nowhere.bundle"], "cannot read nowhere.bundle"),
        (vec![bad.as_str()], "it is no bundle: the file: missing field `format`"),
        (vec![good.as_str(), "--component", "nowhere.wasm"], "cannot read nowhere.wasm"),
        (vec![good.as_str(), "--checkpoint", bad.as_str()], "the note does not end with a line feed"),
        (vec![good.as_str(), "--log-key", "no key"], "is no verifier key"),
        (vec![good.as_str(), "--head", "1"], "is no head of a chain"),
        (vec![], "<FILE>"),
    ] {
        let (code, printed, complaint) = machine.run(&arguments);
        assert_eq!((code, printed.as_str()), (2, ""), "{arguments:?}: {complaint}");
        assert!(complaint.contains(part), "{arguments:?} does not say {part:?}: {complaint}");
    }
}
