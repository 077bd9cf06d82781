//! The same law through the real ABI: what a rule lays out in its memory comes back exactly, or as the fault that it deserves.

use assay_domain::{
    event::Actor,
    fault::FaultCode::{self, AbiViolation, OutputLimit},
    id::EventId,
    projection::InputEvent,
    value::Value,
    verdict::{Answer, Verdict},
};
use assay_runtime::Question;

use super::{
    Engines, Random, Tally,
    ask::time,
    law::{Asking, Told},
    told,
};
use crate::hostile::{
    self, Hostile, N,
    abi::{Abi, Shape},
    neither, rule_error,
};

/// Answers of a case: of one rule, which gives the `n`th of them.
const ANSWERS: usize = 128;
/// A `success` and an `option` of a timestamp, as parts of a decision.
const DECISION: Shape = Shape::new(64, 8);

/// Asks one rule for many answers.
pub(super) fn run(seed: u64, engines: &Engines, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let asking = told::asking(&mut random);
    let cases: Vec<Case> = (0..ANSWERS).map(|_| Case::new(&mut random, &asking)).collect();
    let rule = engines.engine.admit(&component(&asking, &cases)).map_err(|refusal| refusal.to_string())?;
    let opened_at = time(asking.opened_at);
    let event = |n: u32| InputEvent { event: EventId(n.into()), kind: 0, at: opened_at, actor: Actor::Ai, values: Vec::new() };
    let events: Vec<InputEvent> = (0..asking.events).map(event).collect();
    for (n, case) in (0..).zip(&cases) {
        let question = Question { opened_at, events: &events, parameters: &[Value::Integer(n)], as_of: time(asking.as_of) };
        let found = rule.evaluate(&question).map(|evaluated| evaluated.answer);
        tally.count(match (&found, &case.expect) {
            (Ok(Answer::RuleError(found)), Ok(Answer::RuleError(expect))) if found == expect => "rule error",
            (Ok(found), Ok(expect)) if found == expect => "lawful",
            (Err(fault), Err(faults)) if faults.contains(&fault.code) => fault.code.code(),
            _ => return Err(format!("answer {n} of {asking:?}: {found:?} of {case:?}")),
        });
    }
    Ok(())
}

/// A rule with a table of the addresses of its answers.
fn component(asking: &Asking, cases: &[Case]) -> Vec<u8> {
    let mut rule = Hostile::new().manifest(&asking.manifest());
    let addresses = cases.iter().map(|case| Abi::U32(rule.place(&case.written))).collect();
    let table = rule.place(&Abi::List(addresses));
    let address = format!("(i32.add (i32.load (i32.const {table})) (i32.shl {N} (i32.const 2)))");
    rule.evaluate(format!("(return (i32.load {address}))")).build()
}

/// An answer, and what must become of it.
#[derive(Debug)]
struct Case {
    written: Abi,
    expect: Result<Answer, Vec<FaultCode>>,
}

impl Case {
    fn new(random: &mut Random, asking: &Asking) -> Self {
        let told = told::told(random, asking);
        match random.below(8) {
            0 => Self::error(random),
            1 => Self { written: violation(&told, random), expect: Err(vec![AbiViolation]) },
            _ => Self { written: told.written().answer(), expect: expected(&told, asking) },
        }
    }

    /// What a rule says when it cannot judge.
    fn error(random: &mut Random) -> Self {
        const MESSAGES: [&[u8]; 5] = [b"no clue", b"\x1b[31mred\n\xc2\x9b\x07", b"", b"\xc0\x80", b"half of \xed\xa0\x80"];
        let message = match *random.one_of(&[0, 0, 0, 1023, 1024, 1025, 5000]) {
            0 => random.one_of(&MESSAGES).to_vec(),
            len => vec![b'x'; len],
        };
        let expect = match String::from_utf8(message.clone()) {
            Err(_) => Err(vec![AbiViolation]),
            Ok(text) if text.len() > 1024 => Err(vec![OutputLimit]),
            Ok(text) => Ok(Answer::RuleError(shown(&text))),
        };
        Self { written: rule_error(message), expect }
    }
}

fn expected(told: &Told, asking: &Asking) -> Result<Answer, Vec<FaultCode>> {
    let broken = asking.broken(told);
    if !broken.is_empty() {
        return Err(broken);
    }
    let verdict = told.verdict().expect("the host's types hold what is lawful");
    let note = verdict.note.as_deref().map(shown);
    Ok(Answer::Verdict(Verdict { note, ..verdict }))
}

/// A text as it is kept: without what a terminal obeys.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\0'..='\t' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}')).collect()
}

/// A verdict in which the ABI is broken: no such case, no such place, a place that is not aligned.
fn violation(told: &Told, random: &mut Random) -> Abi {
    let no_case = |first: u8, random: &mut Random| first + random.below(256 - u64::from(first)) as u8;
    match random.below(6) {
        0 => neither(no_case(2, random)),
        1 => hostile::Verdict::bare(no_case(5, random)).answer(),
        2 => hostile::Verdict::of(Abi::case(2, DECISION, Abi::Case(no_case(2, random), Shape::S64, None))).answer(),
        3 => told.written().note_as(Abi::Case(no_case(2, random), Shape::SLICE, None)).answer(),
        4 => {
            let slice = *random.one_of(&[(0, u32::MAX), (u32::MAX, 1), (u32::MAX - 3, 4)]);
            told.written().note_as(Abi::option(Shape::SLICE, Some(Abi::Slice(slice.0, slice.1)))).answer()
        }
        _ => {
            let slice = *random.one_of(&[(0, u32::MAX), (u32::MAX - 3, 1), (2, 1), (2, 0)]);
            told.written().evidence_as(Abi::Slice(slice.0, slice.1)).answer()
        }
    }
}
