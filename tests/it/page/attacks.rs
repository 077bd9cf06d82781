//! The page against the catalogue of attacks: it answers where the service answers, and the same; where a rule breaks its contract it has a
//! fault, too; what does not end is killed; and it goes on.

use assay_domain::{event::Actor, fault::FaultCode, id::EventId, projection::InputEvent, time::Timestamp, value::Value, verdict::Answer};
use assay_runtime::Question;
use assay_tests::{
    attacks::{self, Attack, Expect},
    components,
};
use serde_json::json;

use super::support::Page;

const OPENED: i64 = 1_456_800_000_000_000;
const AS_OF: i64 = OPENED + 3_600_000_000;

/// Faults of limits that a browser does not have, or has otherwise.
const OF_LIMITS: [FaultCode; 4] = [FaultCode::FuelExhausted, FaultCode::MemoryLimit, FaultCode::StackOverflow, FaultCode::OutputLimit];

/// Asks a rule in the worker of the page; gives back the verdict as it is recorded, or what kept it from answering.
const ASK: &str = r#"
    const ask = async (bytes) => {
        const rule = new Rule(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)), SECONDS);
        try {
            const manifest = await rule.call("describe", []);
            const event = (at) => ({ kind: 0, at, actor: "ai", values: [] });
            const timeline = { "opened-at": OPENED, events: [event(OPENED), event(OPENED + 1n)] };
            const said = await rule.call("evaluate", [timeline, [["integer", 0n]], AS_OF]);
            const { verdict, error } = checkedAnswer(said, { manifest, openedAt: OPENED, events: 2, asOf: AS_OF });
            return verdict ? verdictText(verdict) : `error ${error}`;
        } catch (error) {
            return error.constructor.name;
        } finally {
            rule.end();
        }
    };"#;

fn asked(page: &mut Page, component: &[u8], seconds: u32) -> String {
    let bytes = assay_receipt::bundle::ComponentBytes(component.to_vec()).to_string();
    let js = format!("const [OPENED, AS_OF, SECONDS] = [{OPENED}n, {AS_OF}n, {seconds}]; {ASK} return ask({});", json!(bytes));
    page.browser.evaluate(&js).as_str().expect("a text").to_owned()
}

fn asked_of_the_service(component: &[u8]) -> String {
    let time = |micros| Timestamp::from_micros(micros).expect("a time in range");
    let event = |n: i64| InputEvent { event: EventId(n), kind: 0, at: time(OPENED + n), actor: Actor::Ai, values: Vec::new() };
    let (events, parameters) = ([event(0), event(1)], [Value::Integer(0)]);
    let question = Question { opened_at: time(OPENED), events: &events, parameters: &parameters, as_of: time(AS_OF) };
    let rule = components::engine().admit(component).expect("a rule that is let in");
    match rule.evaluate(&question).expect("an answer").answer {
        Answer::Verdict(verdict) => serde_json::to_string(&verdict).expect("JSON"),
        Answer::RuleError(message) => format!("error {message}"),
        Answer::MissingField(field) => panic!("{field} is not missing"),
    }
}

/// What a browser may make otherwise: the page refuses a rule that keeps handles, and the bits of NaN are the processor's.
const OTHERWISE: [(&str, &str); 2] = [("resource handles without end", "Unfit"), ("a verdict that depends on the bits of NaN", "Fault")];

/// Whether a browser may let it end, or not, in a way of its own.
fn is_of_limits(expect: Expect) -> bool {
    matches!(expect, Expect::Spent) || matches!(expect, Expect::Fault(code) if OF_LIMITS.contains(&code))
}

/// What is wrong with what the page has made of an attack.
fn wrong(attack: &Attack, component: &[u8], found: &str) -> Option<String> {
    let expect = match attack.expect {
        expect if is_of_limits(expect) => return None,
        Expect::Harmless => asked_of_the_service(component),
        _ => "Fault".to_owned(),
    };
    let may_be = found == expect || OTHERWISE.contains(&(attack.name, found));
    (!may_be).then(|| format!("{}: {expect} was to come, and {found} came", attack.name))
}

#[test]
fn every_attack_ends_as_it_must_and_the_page_goes_on() {
    let mut page = Page::open();
    let mut all = Vec::new();
    for attack in attacks::on_evaluation() {
        if matches!(attack.expect, Expect::Refused(_) | Expect::Faulty(_) | Expect::Held) {
            continue;
        }
        let component = (attack.component)();
        let found = asked(&mut page, &component, if is_of_limits(attack.expect) { 1 } else { 20 });
        all.extend(wrong(&attack, &component, &found));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_example_rules_answer_alike_in_both_places() {
    let mut page = Page::open();
    for name in components::EXAMPLES.into_iter().chain(components::MARKET) {
        let component = components::example(name);
        let manifest = components::engine().admit(component).expect("a rule").manifest().clone();
        let bytes = assay_receipt::bundle::ComponentBytes(component.to_vec()).to_string();
        let js = format!(
            "const rule = new Rule(Uint8Array.from(atob({}), (letter) => letter.charCodeAt(0)), 60);
             return rule.call('describe', []).then((found) => (rule.end(), JSON.stringify(found.reasons)));",
            json!(bytes)
        );
        let reasons = serde_json::to_string(&manifest.reasons).expect("JSON");
        assert_eq!(page.browser.evaluate(&js).as_str(), Some(reasons.as_str()), "{name}");
    }
}
