use assay_sdk::testing;

use super::{
    AllOf, Settings,
    parse::{Parsed, parse},
    reads,
    words::Words,
};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

#[test]
fn fixtures() {
    testing::run_fixtures::<AllOf>(FIXTURES);
}

#[test]
fn laws() {
    testing::run_laws::<AllOf>(FIXTURES);
}

/// The places and remedies are what a person without a compiler has.
#[test]
fn a_mistake_is_named_with_its_place_and_what_to_write() {
    let rows = [
        ("", "conditions: it is no JSON: after 0 characters it has no value; mend it there"),
        (r#"[{"seen": "a"}"#, "conditions: it is no JSON: after 14 characters it has neither , nor ]; mend it there"),
        (r#"[{"seen": "a", "seen": "b"}]"#, "conditions: it is no JSON: after 21 characters it has named the same twice"),
        ("[] []", "conditions: it is no JSON: after 3 characters it goes on after its end"),
        ("[{\"seen\": \"é\\x\"}]", "conditions: it is no JSON: after 13 characters it has a backslash before what needs none"),
        ("[01]", "conditions: it is no JSON: after 1 characters it has a number that is none"),
        ("[]", r#"conditions: it is empty; write it like {"seen": "ticket.resolved"}"#),
        (r#""ticket.resolved""#, "conditions: it is a text; write it like"),
        (r#"[{"seen": "a"}, 3]"#, "conditions[1]: it is a number; write it like"),
        (r#"[{"saw": "a"}]"#, "conditions[0]: it asks nothing; say one of: seen, none, count, last, order, all, any, not"),
        (r#"[{"seen": "a", "none": "b"}]"#, "conditions[0].none: it stands beside seen; make it a condition of its own"),
        (r#"[{"seen": "a", "time": 2}]"#, "conditions[0].time: it is not known here; there can be: times, within, after, after-last"),
        (r#"[{"seen": "a", "times": 0}]"#, "conditions[0].times: it is 0; write 1 or more, or none in the place of seen"),
        (r#"[{"seen": "a", "times": 1.5}]"#, "conditions[0].times: it is no whole number of events; write a number from 0 to 100"),
        (r#"[{"count": "a"}]"#, "conditions[0]: it says no number; say at-least, at-most or both"),
        (r#"[{"count": "a", "at-least": 3, "at-most": 2}]"#, "conditions[0].at-most: it is below at-least"),
        (r#"[{"none": "a", "within": "24h"}]"#, r#"conditions[0].within: "24h" is no length of time; write it like PT24H, P7D or P1DT12H"#),
        (r#"[{"none": "a", "within": "-PT1H"}]"#, r#"conditions[0].within: "-PT1H" is no length of time"#),
        (r#"[{"none": "a", "within": 24}]"#, "conditions[0].within: a number is no length of time"),
        (r#"[{"none": "a", "after": "b", "after-last": "c"}]"#, "conditions[0].after-last: it stands beside after; say one of the two"),
        (r#"[{"seen": {"by": "ai"}}]"#, "conditions[0].seen: it names no event; write the type of the events"),
        (r#"[{"seen": ""}]"#, "conditions[0].seen: it is no type of events"),
        (r#"[{"seen": {"event": "a", "by": ["ai", "robot"]}}]"#, "conditions[0].seen.by[1]: nobody is called so; write ai, human"),
        (r#"[{"seen": {"event": "a", "where": {"score": 4}}}]"#, "conditions[0].seen.where.score: its name is no JSON Pointer"),
        (
            r#"[{"seen": {"event": "a", "where": {"/s": {"over": 4}}}}]"#,
            "conditions[0].seen.where./s.over: it is not known here; there can be: in, not",
        ),
        (r#"[{"seen": {"event": "a", "where": {"/s": {"in": [1, "1"]}}}}]"#, "conditions[0].seen.where./s.in[1]: it is of another kind"),
        (r#"[{"seen": {"event": "a", "where": {"/s": {"at-least": "4"}}}}]"#, "conditions[0].seen.where./s.at-least: it is no number"),
        (r#"[{"seen": {"event": "a", "where": {"/s": {}}}}]"#, "conditions[0].seen.where./s: it compares with nothing"),
        (r#"[{"seen": {"event": "a", "where": {}}}]"#, "conditions[0].seen.where: it is empty; name a field, or leave it out"),
        (r#"[{"last": "a"}]"#, "conditions[0]: it says not what the last one is; add is"),
        (r#"[{"order": ["a"]}]"#, "conditions[0].order: it has less than two events"),
        (r#"[{"all": []}]"#, "conditions[0].all: it is empty"),
        (r#"[{"any": {"seen": "a"}}]"#, "conditions[0].any: it is an object; write a list of conditions"),
        (r#"[{"any": [{"seen": "a"}, {"not": {"none": 4}}]}]"#, "conditions[0].any[1].not.none: it is a number; write the type"),
    ];
    for (text, says) in rows {
        let refused = reads(&Settings { conditions: text.into() }).expect_err(text);
        assert!(refused.starts_with(says), "{text}\n  expected  {says}\n  found     {refused}");
        assert!(refused.contains("; "), "no remedy: {refused}");
    }
}

#[test]
fn there_is_an_end_to_what_can_be_written() {
    let refused = |text: String| parse(&text).map(|_| ()).map_err(|mistake| mistake.into_words());
    let many = |n: usize, one: &str| format!("[{}]", vec![one; n].join(","));
    assert_eq!(refused(many(64, r#"{"seen":"a"}"#)), Ok(()));
    assert!(refused(many(65, r#"{"seen":"a"}"#)).unwrap_err().contains("conditions[64]: it is one condition too many"));
    let nested = |n: usize| format!("{}{}{}", r#"{"not":"#.repeat(n), r#"{"seen":"a"}"#, "}".repeat(n));
    assert_eq!(refused(nested(5)), Ok(()));
    assert!(refused(nested(6)).unwrap_err().contains("it lies too deep; nest at most 6"));
    assert!(refused(format!("{}1{}", "[".repeat(40), "]".repeat(40))).unwrap_err().contains("lies too deep"));
    assert!(refused(" ".repeat(20_000)).unwrap_err().contains("write at most 16384"));
}

#[test]
fn conditions_are_said_in_words() {
    let rows = [
        (r#"{"seen": "ticket.resolved"}"#, "ticket.resolved"),
        (r#"{"seen": {"event": "a", "by": "ai"}, "times": 3}"#, "at least 3 × a by the AI"),
        (r#"{"none": "a", "within": "PT24H", "after-last": "b"}"#, "no a within 24 hours after the last b"),
        (r#"{"none": "a", "within": "P1DT12H"}"#, "no a within 1 day and 12 hours of the opening"),
        (r#"{"none": "a", "after": "b"}"#, "no a after the first b"),
        (r#"{"count": "a", "at-least": 2, "at-most": 5}"#, "2 to 5 × a"),
        (r#"{"count": "a", "at-most": 5, "within": "PT90S"}"#, "at most 5 × a within 1 minute and 30 seconds of the opening"),
        (r#"{"last": "csat", "is": {"/score": {"at-least": 4, "below": 9.5}}}"#, "the last csat has score at least 4 and below 9.5"),
        (r#"{"seen": {"event": "a", "where": {"/tier": {"in": ["gold", "silver"]}}}}"#, r#"a with tier "gold" or "silver""#),
        (r#"{"seen": {"event": "a", "where": {"/paid": true, "/of/it": {"not": 3}}}}"#, "a with paid true and of/it other than 3"),
        (r#"{"order": ["a", {"event": "b", "by": ["human", "customer"]}]}"#, "a, then b by a person or the customer"),
        (r#"[{"seen": "a"}, {"any": [{"seen": "b"}, {"not": {"seen": "c"}}]}]"#, "a and (b or not (c))"),
    ];
    for (text, expected) in rows {
        let Parsed { condition, reads } = parse(text).expect(text);
        assert_eq!(Words(&reads).condition(&condition), expected, "{text}");
    }
}

#[test]
fn what_is_read_is_what_the_conditions_name() {
    let text = r#"[
        {"last": "a", "is": {"/s": {"at-least": 1}}},
        {"seen": {"event": "a", "where": {"/s": 2, "/t": "x"}}},
        {"none": "b", "after": {"event": "a", "where": {"/s": "two"}}}
    ]"#;
    let reads = reads(&Settings { conditions: text.into() }).unwrap();
    let shown: Vec<String> = reads
        .iter()
        .map(|read| {
            let fields = read.fields.iter().map(|field| format!("{}:{:?}", field.path, field.kind));
            format!("{} {}", read.kind, fields.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(shown, ["a /s:Decimal /t:Text /s:Text", "b "]);
    assert!(reads.iter().flat_map(|read| &read.fields).all(|field| !field.required));
}

#[test]
fn a_text_says_what_its_escapes_say() {
    let rows = [("\\u00e9\\n\\\"\\/", "é\n\"/"), ("\\ud83d\\ude00", "😀"), ("東京", "東京")];
    for (written, meant) in rows {
        let text = format!(r#"{{"seen": {{"event": "a", "where": {{"/s": "{written}"}}}}}}"#);
        let Parsed { condition, reads } = parse(&text).expect(written);
        assert_eq!(Words(&reads).condition(&condition), format!(r#"a with s "{meant}""#));
    }
    assert!(parse("{\"seen\": \"\\ud83d\"}").is_err());
}
