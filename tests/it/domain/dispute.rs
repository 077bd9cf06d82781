//! Disputes as states: which step each allows, and what time decides.

use assay_domain::{
    dispute::{Category, DisputeError, DisputeState, DisputeTerms, Finding, check_claim},
    ruling::{DefaultRuling, Ruling},
    time::{Duration, Timestamp},
};

const TERMS: DisputeTerms = DisputeTerms {
    open_within: Duration::days(60),
    answer_within: Duration::days(14),
    appeal_within: Duration::days(7),
    default_ruling: DefaultRuling::Reject,
};

fn day(n: u16) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::days(n))
}

/// The last instant before a day.
fn just_before(n: u16) -> Timestamp {
    day(n).plus(Duration::from_micros(-1).unwrap())
}

fn half() -> Ruling {
    Ruling::Split("0.5".parse().unwrap())
}

const OPEN: DisputeState = DisputeState::Open { due_at: day_14() };
const DECIDED: DisputeState = DisputeState::Decided { ruling: Ruling::Uphold, appeal_until: day_14() };
const APPEALED: DisputeState = DisputeState::Appealed { due_at: day_14() };

const fn day_14() -> Timestamp {
    match Timestamp::from_micros(Duration::days(14).micros()) {
        Some(at) => at,
        None => Timestamp::EPOCH,
    }
}

#[test]
fn each_state_allows_its_steps_and_no_others() {
    let over = DisputeState::Final { ruling: half() };
    let decide = |state: DisputeState, at: Timestamp| state.decide(Ruling::Uphold, at, &TERMS);
    let appeal = |state: DisputeState, at: Timestamp| state.appeal(at, &TERMS);
    let rows = [
        (
            "an open one is decided",
            decide(OPEN, just_before(14)),
            Ok(DisputeState::Decided { ruling: Ruling::Uphold, appeal_until: just_before(21) }),
        ),
        ("not at its deadline", decide(OPEN, day(14)), Err(DisputeError::Overdue(day(14)))),
        ("nor later", decide(OPEN, day(40)), Err(DisputeError::Overdue(day(14)))),
        ("an open one is not appealed", appeal(OPEN, day(1)), Err(DisputeError::Undecided)),
        ("a decided one is not decided again", decide(DECIDED, day(1)), Err(DisputeError::Decided(Ruling::Uphold))),
        ("it is appealed up to the last instant", appeal(DECIDED, day(14)), Ok(DisputeState::Appealed { due_at: day(28) })),
        ("and no later", appeal(DECIDED, just_before(15)), Err(DisputeError::Late(day(14)))),
        ("an appeal is decided for good", decide(APPEALED, day(3)), Ok(DisputeState::Final { ruling: Ruling::Uphold })),
        ("not at its deadline", decide(APPEALED, day(14)), Err(DisputeError::Overdue(day(14)))),
        ("and not appealed", appeal(APPEALED, day(1)), Err(DisputeError::Undecided)),
        ("what is final is not decided", decide(over, day(1)), Err(DisputeError::Final(half()))),
        ("nor appealed", appeal(over, day(1)), Err(DisputeError::Final(half()))),
    ];
    for (name, found, expect) in rows {
        assert_eq!(found, expect, "{name}");
    }
}

#[test]
fn what_nobody_answers_in_time_is_decided_by_default() {
    let upheld = DisputeTerms { default_ruling: DefaultRuling::Uphold, ..TERMS };
    let decided = |ruling| Some(DisputeState::Decided { ruling, appeal_until: day(21) });
    let rows = [
        ("an open one before its deadline", OPEN, just_before(14), &TERMS, None),
        ("at its deadline", OPEN, day(14), &TERMS, decided(Ruling::Reject)),
        ("by other terms", OPEN, day(14), &upheld, decided(Ruling::Uphold)),
        ("an appeal before its deadline", APPEALED, just_before(14), &TERMS, None),
        ("at its deadline, for good", APPEALED, day(14), &upheld, Some(DisputeState::Final { ruling: Ruling::Uphold })),
        ("what is decided", DECIDED, day(40), &TERMS, None),
        ("what is final", DisputeState::Final { ruling: half() }, day(40), &TERMS, None),
    ];
    for (name, state, at, terms, expect) in rows {
        assert_eq!(state.lapse(at, terms), expect, "{name}");
    }
}

#[test]
fn a_state_says_where_it_stands_and_what_time_does_to_it() {
    let over = DisputeState::Final { ruling: half() };
    let rows = [
        ("open", DisputeState::open(Timestamp::EPOCH, &TERMS), true, Some(day(14)), None),
        ("decided", DECIDED, false, Some(day(14)), Some(Ruling::Uphold)),
        ("appealed", APPEALED, true, Some(day(14)), None),
        ("final", over, false, None, Some(half())),
    ];
    for (name, state, is_open, due_at, ruling) in rows {
        assert_eq!((state.name(), state.is_open(), state.due_at(), state.ruling()), (name, is_open, due_at, ruling), "{name}");
    }
    assert_eq!(DECIDED.by(day(14)), DECIDED, "it may be appealed up to then");
    assert_eq!(DECIDED.by(just_before(15)), DisputeState::Final { ruling: Ruling::Uphold });
    assert_eq!((OPEN.by(day(40)), APPEALED.by(day(40)), over.by(day(40))), (OPEN, APPEALED, over), "somebody has to answer those");
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let rows = [
        (DisputeError::Decided(half()), "was decided before: split, 0.5 of it taken back", "appeal"),
        (DisputeError::Undecided, "is not decided yet", "decide it"),
        (DisputeError::Overdue(day(14)), "was over at 1970-01-15T00:00:00Z", "the default ruling is given"),
        (DisputeError::Final(Ruling::Reject), "is final: reject", "stands"),
        (DisputeError::Late(day(14)), "could be appealed until 1970-01-15T00:00:00Z", "stands"),
    ];
    for (error, problem, remedy) in rows {
        assert!(error.to_string().contains(problem), "{error}");
        assert!(error.remedy().contains(remedy), "{error}: {}", error.remedy());
    }
}

#[test]
fn terms_leave_time_to_answer() {
    let usual = DisputeTerms::default();
    assert_eq!(usual.check(), Ok(()));
    assert_eq!((usual.open_within, usual.answer_within, usual.appeal_within), (Duration::days(60), Duration::days(14), Duration::days(14)));
    assert_eq!(usual.default_ruling, DefaultRuling::Uphold, "silence is no argument of the vendor's");
    let short = Duration::from_micros(-1).unwrap();
    let rows = [
        ("open_within", DisputeTerms { open_within: short, ..usual }, Some("open_within")),
        ("appeal_within", DisputeTerms { appeal_within: short, ..usual }, Some("appeal_within")),
        ("no time for an answer", DisputeTerms { answer_within: Duration::ZERO, ..usual }, Some("answer_within")),
        ("less than none", DisputeTerms { answer_within: short, ..usual }, Some("answer_within")),
        (
            "no time to dispute and none to appeal",
            DisputeTerms { open_within: Duration::ZERO, appeal_within: Duration::ZERO, ..usual },
            None,
        ),
    ];
    for (name, terms, expect) in rows {
        assert_eq!(terms.check().err().map(|violation| violation.field), expect.map(str::to_owned), "{name}");
    }
}

#[test]
fn a_claim_says_something_that_people_read() {
    let longest = "x".repeat(4096);
    let rows = [
        ("a sentence", "it was never solved", None),
        ("two lines", "it was never solved\nsee the log", None),
        ("any script", "解決していない", None),
        ("as long as it may be", longest.as_str(), None),
        ("nothing", "", Some("it is empty")),
        ("nothing to see", " \n ", Some("it is empty")),
        ("a tab", "a\tb", Some("control character")),
        ("a null", "a\u{0}b", Some("control character")),
    ];
    for (name, claim, problem) in rows {
        let found = check_claim(claim).err().map(|violation| violation.to_string());
        assert_eq!(found.is_some(), problem.is_some(), "{name}: {found:?}");
        assert!(problem.is_none_or(|problem| found.as_ref().is_some_and(|found| found.contains(problem))), "{name}: {found:?}");
    }
    let too_long = check_claim(&(longest + "x")).expect_err("one byte too many").to_string();
    assert!(too_long.contains("4097 bytes"), "{too_long}");
}

#[test]
fn categories_and_findings_go_by_their_names() {
    for (category, name) in Category::ALL {
        assert_eq!((category.name(), name.parse::<Category>(), category.to_string().as_str()), (name, Ok(category), name));
    }
    let unknown = "unfair".parse::<Category>().expect_err("no category").to_string();
    assert!(unknown.contains("\"unfair\"") && unknown.contains("definition-misapplied"), "{unknown}");
    for finding in [Finding::Reproduces, Finding::Contested, Finding::Differs, Finding::Unexecuted] {
        assert_eq!(Finding::from_name(finding.name()), Some(finding));
        assert_eq!(serde_json::to_value(finding).unwrap(), finding.name(), "it is told by its name");
    }
    assert_eq!(Finding::from_name("other"), None);
}
