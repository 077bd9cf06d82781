//! Whatever a bundle holds, verifying it ends: rules that loop, rules that fault, and lists that are too long.

use assay_domain::{canon::Digest, id::EventId, value::Value};
use assay_receipt::bundle::{Bundle, BundledComponent, BundledEvent, ComponentBytes};
use assay_tests::{
    forger::{Cover, Forger},
    hostile::Hostile,
};
use assay_verify::{Check, Pins, VerifyError};

use super::support::{executor, failures, interaction, month, outcome, pins, verified, verified_file};

/// A bundle whose definition is judged by a rule that means no good, with 1 for its parameter; its log and its hashes are in order.
fn judged_by(bundle: &Bundle, rule: Hostile) -> (Bundle, Pins) {
    let bytes = rule.build();
    let rule = executor().engine.admit(&bytes).expect("an admitted rule");
    let mut forged = bundle.clone();
    let content = &mut forged.definitions[0].content;
    (content.component, content.contract) = (rule.digest(), rule.contract().to_owned());
    content.parameters = vec![Value::Integer(1)];
    content.reads = rule.configure(&content.parameters).expect("what it reads");
    // It reads pings alone.
    forged.interactions.iter_mut().flat_map(|interaction| &mut interaction.events).for_each(|event| event.kind = "ping".into());
    let (digest, manifest) = (rule.digest(), rule.manifest().clone());
    forged.components = vec![BundledComponent { digest, manifest, bytes: ComponentBytes(bytes) }];
    let forger = Forger::of(&forged);
    forger.cover(&mut forged, Cover::Hashes);
    (forged, forger.pins())
}

#[tokio::test]
async fn a_rule_that_loops_or_traps_ends() {
    let month = month().await;
    for (name, text, fault) in [
        ("a loop", "(loop $on (br $on))", "guest.fuel-exhausted"),
        ("a trap", "(unreachable)", "guest.trap-unreachable"),
        ("a memory bomb", "(drop (memory.grow (i32.const 65000)))", "guest.memory-limit"),
    ] {
        let (forged, pins) = judged_by(&month.acme, Hostile::unexamined().evaluate(text));
        let report = verified(&forged, &pins);
        let told: Vec<_> = report.failures().iter().filter(|failure| failure.check == Check::Execution).collect();
        assert!(told.iter().any(|failure| failure.problem.contains(fault)), "{name}: {:#?}", failures(&report));
        assert!(told.iter().any(|failure| failure.problem.contains("is asked no more")), "{name}: {:#?}", failures(&report));
        assert_eq!(report.summary.executed, 0, "{name}");
    }
}

#[tokio::test]
async fn a_component_that_is_none_is_not_executed() {
    let month = month().await;
    let mut forged = month.acme.clone();
    let bytes = b"\0asm\x0d\0\x01\0".to_vec();
    forged.components[0].digest = Digest::of(&bytes);
    forged.components[0].bytes = ComponentBytes(bytes);
    let report = verified(&forged, &pins(&month.acme));
    assert!(failures(&report)[0].starts_with("component, the component "), "{:#?}", failures(&report));
    assert_eq!(report.summary.executed, 0);
}

/// One interaction of seventy thousand events behind three thousand receipts.
fn of_many_events(bundle: &Bundle) -> Bundle {
    let mut many = bundle.clone();
    let long = interaction(&mut many);
    let (id, one) = (long.id, long.events[0].clone());
    long.events = (0..70_000).map(|n| BundledEvent { id: EventId(n), ..one.clone() }).collect();
    many.interactions.retain(|interaction| interaction.id == id);
    let again = outcome(&mut many).clone();
    many.chains[0].receipts.resize(3_000, again);
    many
}

fn of_many_definitions(bundle: &Bundle) -> Bundle {
    let mut many = bundle.clone();
    let one = many.definitions[0].clone();
    let another = |n: u16| {
        let mut another = one.clone();
        another.content.contract = n.to_string();
        another
    };
    many.definitions = (0..2_000).map(another).collect();
    many
}

#[tokio::test]
async fn a_bundle_of_too_much_is_refused() {
    let bundle = month().await.acme;
    for (bundle, expected) in [
        (of_many_events(&bundle), "it has 210000000 events of all receipts together, and at most 200000000"),
        (of_many_definitions(&bundle), "it has 2000 definitions, and at most 1024"),
    ] {
        let refused = verified_file(&bundle.write().expect("a file"), &Pins::default());
        assert!(matches!(&refused, Err(error @ VerifyError::TooMuch { .. }) if error.to_string().starts_with(expected)), "{refused:?}");
    }
}
