//! Rules that do not end, and files that are no bundles: neither is called verified, and neither is called false.

use assay_domain::{canon::Digest, manifest::EventType, value::Value};
use assay_receipt::bundle::{Bundle, BundledComponent, ComponentBytes};
use assay_tests::{
    components,
    forger::{Cover, Forger, renumber},
    hostile::Hostile,
};
use assay_verify::Pins;

use super::support::{Page, alone, counts_an_outcome, month, said_by_assay};

/// The receipt, as if a rule had judged that never answers.
fn judged_by_a_loop(bundle: &Bundle) -> (Bundle, Pins) {
    let mut bundle = bundle.clone();
    let reads = vec![EventType { kind: "incident.updated".into(), fields: Vec::new() }];
    let bytes = Hostile::unexamined().reads(Ok(reads.as_slice())).evaluate("(loop $l (br $l))").build();
    let rule = components::engine().admit(&bytes).expect("a rule that is not run when it is admitted");
    let digest = Digest::of(&bytes);
    for definition in &mut bundle.definitions {
        let content = &mut definition.content;
        (content.component, content.parameters, content.reads) = (digest, vec![Value::Integer(0)], reads.clone());
    }
    bundle.components = vec![BundledComponent { digest, manifest: rule.manifest().clone(), bytes: ComponentBytes(bytes) }];
    let forger = Forger::of(&bundle);
    renumber(&mut bundle);
    forger.cover(&mut bundle, Cover::Hashes);
    (bundle, forger.pins())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_does_not_end_is_killed_and_the_page_goes_on() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let (endless, pins) = judged_by_a_loop(&bundle);
    let mut page = Page::open();
    let said = page.verify_file(&endless.write().expect("a file"), &pins, 10);
    assert_eq!(said.state, "undecided", "{}", said.sentence);
    let killed = "cannot be verified here: execution, receipt 1 of acme: it did not end within 10 s and was killed.";
    assert!(said.sentence.ends_with(killed), "{}", said.sentence);
    assert!(page.checks().contains(&"execution not decided".to_owned()), "{:?}", page.checks());

    let by_assay = said_by_assay(&endless, &pins);
    assert!(by_assay.sentence.contains("execution, receipt 1 of acme: "), "{}", by_assay.sentence);
    let after = page.verify(&bundle, &Pins::default());
    assert_eq!(after.state, "holds", "{}", after.sentence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_bundle_is_refused_with_its_place() {
    let bundle = alone(&month().await.acme, counts_an_outcome);
    let file = String::from_utf8(bundle.write().expect("a file")).expect("text");
    let half = String::from_utf8_lossy(&file.as_bytes()[..file.len() / 2]).into_owned();
    let mut empty = bundle.clone();
    empty.chains.clear();
    let empty = String::from_utf8(empty.write().expect("a file")).expect("text");
    let cases = [
        ("nothing", String::new(), "It is no bundle: it is not JSON: "),
        ("something else", "[]".to_owned(), "It is no bundle: the file: it is no object."),
        ("another format", file.replacen("assay-bundle 1", "assay-bundle 2", 1), "It is no bundle: format: "),
        ("half of it", half, "It is no bundle: "),
        ("more than one", format!("{file}{file}"), "It is no bundle: it is not JSON: the end was to come at line 2"),
        ("a member that is unknown", file.replacen('{', r#"{"surplus":1,"#, 1), "It is no bundle: surplus: it is not known."),
        ("a member twice", file.replacen('{', r#"{"approvals":[],"#, 1), "It is no bundle: approvals: it is there twice."),
        ("a salt that is none", file.replacen(r#""salt":""#, r#""salt":"0"#, 1), "].salt: it is no hash of 64 hexadecimal digits."),
        ("no receipt", empty, "The bundle holds no receipt."),
    ];
    let mut page = Page::open();
    for (what, file, expect) in cases {
        let said = page.verify_file(file.as_bytes(), &Pins::default(), 10);
        assert_eq!(said.state, "undecided", "{what}");
        assert!(said.sentence.contains(expect), "{what}: {}", said.sentence);
    }
}
