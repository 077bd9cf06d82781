//! What a rule says about itself: what does not hold is refused, and saying it costs the host nothing.

use assay_domain::{
    manifest::{EventType, Field, Manifest, Reason},
    value::{Value, ValueKind},
};
use assay_runtime::{ConfigureError, RefusalCode};
use assay_tests::hostile::{
    Hostile, Verdict,
    abi::{Abi, Shape},
    declare::{integer, lawful, manifest, ping, unexamined},
};

use super::support::{admit, refused, unharmed};

fn reason(code: &str) -> Reason {
    Reason { code: code.into(), help: "Because.".into() }
}

#[test]
fn a_manifest_that_does_not_hold_is_refused() {
    let many = |n: usize| (0..n).map(|n| format!("class-{n}")).collect::<Vec<_>>();
    let text = |text: &str| Some(Value::Text(text.into()));
    let rows = [
        ("empty title", Manifest { title: String::new(), ..lawful() }, "manifest.title"),
        ("empty unit", Manifest { unit: String::new(), ..lawful() }, "manifest.unit"),
        ("long summary", Manifest { summary: "x".repeat(1025), ..lawful() }, "over 1024 bytes"),
        ("bell", Manifest { title: "Ding\u{7}".into(), ..lawful() }, "control characters"),
        ("escape", Manifest { reasons: vec![Reason { help: "\u{1b}[2J".into(), ..reason("because") }], ..lawful() }, "control characters"),
        ("name in capitals", Manifest { name: "Hostile".into(), ..lawful() }, "manifest.name"),
        ("no name", Manifest { name: String::new(), ..lawful() }, "manifest.name"),
        ("path for a name", Manifest { name: "../../etc/passwd".into(), ..lawful() }, "manifest.name"),
        ("long name", Manifest { name: "n".repeat(65), ..lawful() }, "manifest.name"),
        ("no reason", Manifest { reasons: Vec::new(), ..lawful() }, "there is none"),
        ("a reason of the host", Manifest { reasons: vec![reason("deadline")], ..lawful() }, "the host's own"),
        ("a reason twice", Manifest { reasons: vec![reason("a"), reason("a")], ..lawful() }, "declared twice"),
        ("a reason in words", Manifest { reasons: vec![reason("no luck")], ..lawful() }, "manifest.reasons"),
        ("a parameter twice", Manifest { parameters: vec![integer("n", None), integer("n", None)], ..lawful() }, "declared twice"),
        ("a text for a number", Manifest { parameters: vec![integer("n", text("3"))], ..lawful() }, "the default is a text"),
        ("a class twice", Manifest { classes: vec!["a".into(), "a".into()], ..lawful() }, "declared twice"),
        ("65 classes", Manifest { classes: many(65), ..lawful() }, "65 entries"),
        ("65 participants", Manifest { participants: many(65), ..lawful() }, "65 entries"),
    ];
    for (name, declared, says) in rows {
        refused(name, &Hostile::new().manifest(&declared).build(), RefusalCode::ManifestInvalid, says);
    }
}

#[test]
fn what_a_rule_reads_must_hold() {
    let kinds = |n: usize| (0..n).map(|n| EventType { kind: format!("kind-{n}"), fields: Vec::new() }).collect::<Vec<_>>();
    let field = |path: &str| Field { name: "field".into(), path: path.into(), kind: ValueKind::Text, required: false };
    let fields = |fields: Vec<Field>| vec![EventType { fields, ..ping() }];
    let rows = [
        ("nothing", Vec::new(), "0 kinds"),
        ("65 kinds", kinds(65), "65 kinds"),
        ("257 fields", fields(vec![field("/field"); 257]), "257 fields"),
        ("a kind twice", vec![ping(), ping()], "named twice"),
        ("a kind without a name", vec![EventType { kind: String::new(), ..ping() }], "empty"),
        ("a path without a slash", fields(vec![field("field")]), "the path is \"field\""),
        ("a field without a name", fields(vec![Field { name: String::new(), ..field("/field") }]), "the name \"\" of a field"),
        ("a name that clears the screen", fields(vec![Field { name: "\u{1b}[2J".into(), ..field("/field") }]), "the name \"\\u{1b}[2J\""),
        ("a kind that rings", vec![EventType { kind: "ding\u{7}".into(), fields: Vec::new() }], "the kind \"ding\\u{7}\""),
    ];
    for (name, read, says) in rows {
        refused(name, &Hostile::new().reads(Ok(&read)).build(), RefusalCode::ManifestInvalid, says);
    }
    let refusing = Hostile::new().reads(Err("nothing pleases me"));
    refused("refuses its defaults", &refusing.build(), RefusalCode::ManifestInvalid, "nothing pleases me");
    let clearing = Hostile::new().reads(Err("\u{1b}[2Jnothing"));
    refused("clears the screen", &clearing.build(), RefusalCode::ManifestInvalid, "own defaults: [2Jnothing");
    let lengthy = "x".repeat(1025);
    refused("says too much", &Hostile::new().reads(Err(&lengthy)).build(), RefusalCode::Faulty, "configure ended in guest.output-limit");
}

/// Attacks on admission itself, each named with the function it came from.
#[test]
fn admission_is_held_to_the_same_limits() {
    let endless = "(loop $l (br $l))";
    let greedy = "(drop (memory.grow (i32.const 2000)))";
    let deep = "(func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))";
    let start = |text: &str| Hostile::new().fields(&format!("(func $start {text}) (start $start)"));
    let rows = [
        ("describe loops", Hostile::new().describe(endless), "describe ended in guest.fuel-exhausted"),
        ("describe traps", Hostile::new().describe("(unreachable)"), "describe ended in guest.trap-unreachable"),
        ("describe takes memory", Hostile::new().describe(greedy), "describe ended in guest.memory-limit"),
        ("describe recurses", Hostile::new().fields(deep).describe("(drop (call $deep (i32.const 0)))"), "guest.stack-overflow"),
        ("describe answers from nowhere", Hostile::new().describe("(return (i32.const -8))"), "guest.abi-violation"),
        ("describe loops afterwards", Hostile::new().post_return("describe", endless), "describe ended in guest.fuel-exhausted"),
        ("starts with a loop", start(endless), "describe ended in guest.fuel-exhausted"),
        ("starts with a trap", start("(unreachable)"), "describe ended in guest.trap-unreachable"),
        ("starts by taking memory", start(greedy), "describe ended in guest.memory-limit"),
        (
            "initializes for ever",
            Hostile::new().fields(&format!("(func (export \"_initialize\") {endless})")),
            "describe ended in guest.fuel-exhausted",
        ),
        ("configure loops", Hostile::new().configure(endless), "configure ended in guest.fuel-exhausted"),
        ("configure traps", Hostile::new().configure("(unreachable)"), "configure ended in guest.trap-unreachable"),
        ("configure takes memory", Hostile::new().configure(greedy), "configure ended in guest.memory-limit"),
        ("allocates for ever", Hostile::new().realloc(endless), "configure ended in guest.fuel-exhausted"),
        ("evaluate traps", Hostile::new().evaluate("(unreachable)"), "evaluate on an empty timeline ended in guest.trap-unreachable"),
        (
            "evaluate finds evidence in nothing",
            Hostile::new().verdict(Verdict::bare(1).evidence([0])),
            "evaluate on an empty timeline ended in guest.output-invalid",
        ),
        (
            "a default beyond 2^53",
            Hostile::new().manifest(&Manifest { parameters: vec![integer("n", Some(Value::Integer(1 << 60)))], ..lawful() }),
            "describe ended in guest.output-invalid",
        ),
    ];
    for (name, rule, says) in rows {
        refused(name, &rule.build(), RefusalCode::Faulty, says);
    }
}

/// Above everything that is laid out, in a memory of 64 pages: a megabyte of zeros.
const ZEROS: u32 = 3 << 20;

/// A few bytes of the guest that would be gigabytes of the host.
#[test]
fn strings_that_share_their_bytes_are_counted_each() {
    let rows =
        [("a hundred thousand of a megabyte", 100_000, 1 << 20), ("64 of 64 KiB", 64, 64 << 10), ("4,000 of a kilobyte", 4_000, 1_000)];
    for (name, count, len) in rows {
        let strings = Abi::List(vec![Abi::Slice(ZEROS, len); count]);
        let Abi::Record(mut fields) = manifest(&lawful()) else { unreachable!("a manifest is a record") };
        fields[6] = strings;
        let rule = Hostile::new().pages("64").description(Abi::Record(fields));
        refused(name, &rule.build(), RefusalCode::Faulty, "describe ended in guest.output-limit");

        let kinds = vec![Abi::Record(vec![Abi::Slice(ZEROS, len), Abi::List(Vec::new())]); count];
        let rule = Hostile::new().pages("64").configuration(Abi::case(0, Shape::SLICE, Abi::List(kinds)));
        refused(name, &rule.build(), RefusalCode::Faulty, "configure ended in guest.output-limit");
    }
}

/// Without defaults for all of its parameters a rule is first run when a definition sets them.
#[test]
fn a_rule_without_defaults_is_configured_later() {
    let rule = admit(Hostile::new().manifest(&unexamined()).reads(Err("n is odd")));
    assert_eq!(rule.configure(&[Value::Integer(1)]), Err(ConfigureError::Refused("n is odd".into())));
    let rule = admit(Hostile::unexamined().configure("(unreachable)"));
    let found = rule.configure(&[Value::Integer(1)]);
    assert!(matches!(&found, Err(ConfigureError::Fault(fault)) if fault.code.code() == "guest.trap-unreachable"), "{found:?}");
    let rule = admit(Hostile::unexamined());
    assert_eq!(rule.configure(&[Value::Integer(1)]), Ok(vec![ping()]));
    assert_eq!(rule.manifest(), &unexamined());
    unharmed("a late configuration");
}
