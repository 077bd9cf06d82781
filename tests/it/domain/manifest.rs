//! What a rule declares: every check of it, what it reads, and the parameters it is given.

use assay_domain::{
    manifest::{EventType, Field, HOST_REASONS, Manifest, Parameter, Reason, check_reads, check_slug},
    time::{Duration, Timestamp},
    value::{Value, ValueKind},
};

fn parameter(name: &str, kind: ValueKind, default: Option<Value>) -> Parameter {
    Parameter { name: name.into(), kind, default, help: "What it is for.".into() }
}

fn reason(code: &str) -> Reason {
    Reason { code: code.into(), help: "Why.\nAnd more.".into() }
}

fn manifest() -> Manifest {
    Manifest {
        name: "resolved-ticket".into(),
        title: "Ticket stays resolved".into(),
        summary: String::new(),
        unit: "resolution".into(),
        parameters: vec![
            parameter("window", ValueKind::Duration, Some(Value::Duration(Duration::hours(24)))),
            parameter("retry", ValueKind::Boolean, Some(Value::Boolean(true))),
            parameter("most", ValueKind::Integer, Some(Value::Missing)),
            parameter("required", ValueKind::Text, None),
        ],
        reasons: vec![reason("resolved"), reason("unresolved")],
        classes: vec!["booked".into()],
        participants: vec!["ai".into(), "human".into()],
        has_value: false,
    }
}

/// Where a declaration is wrong after a change, if anywhere.
fn check(change: impl FnOnce(&mut Manifest), expect: Option<&str>) {
    let mut manifest = manifest();
    change(&mut manifest);
    let found = manifest.check().err().map(|violation| violation.field);
    assert_eq!(found.as_deref(), expect, "{manifest:?}");
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|at| format!("name-{at}")).collect()
}

const BAD_NAMES: [&str; 8] = ["", "Resolved", "two words", "snake_case", "-start", "end-", "größe", "a.b"];

#[test]
fn every_name_is_kebab_case() {
    let (longest, too_long) = ("x".repeat(64), "x".repeat(65));
    check(|_| (), None);
    check(|manifest| manifest.name = longest.clone(), None);
    check(|manifest| manifest.classes = vec!["1-a".into(), "9".into()], None);
    for bad in BAD_NAMES.into_iter().chain([too_long.as_str()]) {
        check(|manifest| manifest.name = bad.into(), Some("manifest.name"));
        check(|manifest| manifest.parameters[1].name = bad.into(), Some("manifest.parameters"));
        check(|manifest| manifest.reasons[1].code = bad.into(), Some("manifest.reasons"));
        check(|manifest| manifest.classes[0] = bad.into(), Some("manifest.classes"));
        check(|manifest| manifest.participants[1] = bad.into(), Some("manifest.participants"));
        assert_eq!(check_slug("slug", bad).map_err(|violation| violation.field), Err("slug".to_owned()));
    }
}

#[test]
fn no_name_is_declared_twice() {
    check(|manifest| manifest.parameters[1].name = "window".into(), Some("manifest.parameters"));
    check(|manifest| manifest.reasons[1].code = "resolved".into(), Some("manifest.reasons"));
    check(|manifest| manifest.classes.push("booked".into()), Some("manifest.classes"));
    check(|manifest| manifest.participants.push("ai".into()), Some("manifest.participants"));
}

#[test]
fn lists_end_somewhere() {
    check(|manifest| (manifest.classes, manifest.participants) = (Vec::new(), Vec::new()), None);
    check(|manifest| manifest.parameters.clear(), None);
    check(|manifest| manifest.reasons.clear(), Some("manifest.reasons"));
    check(|manifest| (manifest.classes, manifest.participants) = (names(64), names(64)), None);
    check(|manifest| manifest.classes = names(65), Some("manifest.classes"));
    check(|manifest| manifest.participants = names(65), Some("manifest.participants"));
    check(|manifest| manifest.reasons = names(65).iter().map(|name| reason(name)).collect(), Some("manifest.reasons"));
    let many = || names(65).iter().map(|name| parameter(name, ValueKind::Text, None)).collect();
    check(|manifest| manifest.parameters = many(), Some("manifest.parameters"));
}

#[test]
fn texts_are_there_short_and_printable() {
    check(|manifest| manifest.title.clear(), Some("manifest.title"));
    check(|manifest| manifest.unit.clear(), Some("manifest.unit"));
    let fields: [fn(&mut Manifest) -> &mut String; 5] =
        [|m| &mut m.title, |m| &mut m.summary, |m| &mut m.unit, |m| &mut m.parameters[3].help, |m| &mut m.reasons[1].help];
    for field in fields {
        check(|manifest| *field(manifest) = "x".repeat(1024), None);
        check(|manifest| *field(manifest) = "two\nlines, 北京".into(), None);
        check(|manifest| *field(manifest) = "x".repeat(1025), Some("manifest"));
        check(|manifest| *field(manifest) = "a\0b".into(), Some("manifest"));
        check(|manifest| *field(manifest) = "a\u{1b}[31mb".into(), Some("manifest"));
    }
}

#[test]
fn reasons_of_the_host_are_reserved() {
    assert_eq!(HOST_REASONS.map(|(code, _)| code), ["deadline", "missing-field", "rule-error"]);
    for (code, _) in HOST_REASONS {
        check(|manifest| manifest.reasons[1] = reason(code), Some("manifest.reasons"));
    }
}

#[test]
fn a_default_is_of_its_kind() {
    check(|manifest| manifest.parameters[0].default = Some(Value::Integer(24)), Some("manifest.parameters.window"));
    check(|manifest| manifest.parameters[3].default = Some(Value::Boolean(true)), Some("manifest.parameters.required"));
    check(|manifest| manifest.parameters[3].default = Some(Value::Missing), None);
    check(|manifest| manifest.parameters[3].default = Some(Value::Text(String::new())), None);
}

fn set(manifest: &Manifest, values: &[(&str, &str)]) -> Result<Vec<Value>, [String; 3]> {
    let values: Vec<_> = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    manifest.parameters(&values).map_err(|violation| [violation.field, violation.problem, violation.remedy])
}

#[test]
fn parameters_are_set_by_name_and_given_in_order() {
    let text = |text: &str| Value::Text(text.into());
    let day = Value::Duration(Duration::hours(24));
    let defaults = vec![day, Value::Boolean(true), Value::Missing, text("x")];
    assert_eq!(set(&manifest(), &[("required", "x")]), Ok(defaults));
    let hour = Value::Duration(Duration::hours(1));
    let given = [("required", ""), ("most", "-3"), ("retry", "false"), ("window", "1h")];
    assert_eq!(set(&manifest(), &given), Ok(vec![hour.clone(), Value::Boolean(false), Value::Integer(-3), text("")]));
    let iso = [("window", "PT1H"), ("required", "a,b")];
    assert_eq!(set(&manifest(), &iso), Ok(vec![hour, Value::Boolean(true), Value::Missing, text("a,b")]));
}

#[test]
fn a_parameter_that_does_not_fit_is_explained() {
    fn check(values: &[(&str, &str)], field: &str, problem: &str, remedy: &str) {
        assert_eq!(set(&manifest(), values), Err([field, problem, remedy].map(str::to_owned)), "for {values:?}");
    }
    let known = "it has: window, retry, most, required";
    check(&[("Window", "1h"), ("required", "x")], "parameters.Window", "the rule has no such parameter", known);
    check(&[("required", "x"), ("", "1")], "parameters.", "the rule has no such parameter", known);
    let unset = "it is not set and has no default";
    check(&[], "parameters.required", unset, "set it to a text like some text");
    check(&[("retry", "false")], "parameters.required", unset, "set it to a text like some text");
}

#[test]
fn a_mistyped_parameter_comes_with_an_example() {
    let good = [
        (ValueKind::Boolean, "yes", "true", Value::Boolean(true)),
        (ValueKind::Integer, "3.0", "3", Value::Integer(3)),
        (ValueKind::Decimal, "12,5", "12.5", Value::Decimal("12.5".parse().unwrap())),
        (
            ValueKind::Timestamp,
            "2016-03-01",
            "2016-03-01T00:00:00Z",
            Value::Timestamp("2016-03-01T00:00:00Z".parse::<Timestamp>().unwrap()),
        ),
        (ValueKind::Duration, "1 month", "24h", Value::Duration(Duration::hours(24))),
    ];
    for (kind, wrong, example, value) in good {
        let manifest = Manifest { parameters: vec![parameter("p", kind, None)], ..manifest() };
        let [field, problem, remedy] = set(&manifest, &[("p", wrong)]).unwrap_err();
        assert_eq!((field.as_str(), problem), ("parameters.p", format!("{wrong:?} is not a {kind}")));
        assert!(remedy.starts_with(&format!("write it like {example}")), "{remedy}");
        assert_eq!(set(&manifest, &[("p", example)]), Ok(vec![value]));
        let [_, _, remedy] = set(&manifest, &[]).unwrap_err();
        assert!(remedy.starts_with(&format!("set it to a {kind} like {example}")), "{remedy}");
    }
}

#[test]
fn what_a_rule_reads_is_named_once_and_has_paths() {
    fn check(reads: &[EventType], expect: Option<&str>) {
        assert_eq!(check_reads(reads).err().map(|violation| violation.field).as_deref(), expect);
    }
    let field = |path: &str| Field { name: "f".into(), path: path.into(), kind: ValueKind::Text, required: true };
    let reads = |kind: &str, fields: usize| EventType { kind: kind.into(), fields: vec![field("/f"); fields] };
    let kinds = |n: usize| names(n).iter().map(|name| reads(name, 4)).collect::<Vec<_>>();
    check(&[reads("a", 0)], None);
    check(&[reads("a", 256)], None);
    check(&[reads("a", 257)], Some("reads"));
    check(&[], Some("reads"));
    check(&kinds(64), None);
    check(&kinds(65), Some("reads"));
    check(&[reads("a", 1), reads("b", 1), reads("a", 1)], Some("reads"));
    check(&[reads("", 1)], Some("reads"));
    check(&[reads(&"x".repeat(256), 1)], None);
    check(&[reads(&"x".repeat(257), 1)], Some("reads"));
    let with = |path: &str| [EventType { kind: "a".into(), fields: vec![field("/f"), field(path)] }];
    for good in ["/", "/a/b", "/a~1b/~0", &format!("/{}", "x".repeat(1023))] {
        check(&with(good), None);
    }
    for bad in ["", "f", "f/g", " /f", &format!("/{}", "x".repeat(1024))] {
        check(&with(bad), Some("reads.a.f"));
    }
}
