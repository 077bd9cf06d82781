//! The checks that make a verdict believable: each rule broken alone, and each bound just kept.

use assay_domain::{
    decimal::Quantity,
    fault::FaultCode,
    manifest::{Manifest, Reason},
    projection::{EvaluationInput, MissingField},
    time::Timestamp,
    verdict::{Answer, Decision, Share, Success, Verdict, VerdictContext, VerdictLimits},
};

use super::rules::moment;

const INVALID: Option<FaultCode> = Some(FaultCode::OutputInvalid);
const TOO_LARGE: Option<FaultCode> = Some(FaultCode::OutputLimit);

fn manifest() -> Manifest {
    let reason = |code: &str| Reason { code: code.into(), help: String::new() };
    Manifest {
        name: "test".into(),
        title: "Test".into(),
        summary: String::new(),
        unit: "test".into(),
        parameters: Vec::new(),
        reasons: vec![reason("one"), reason("two")],
        classes: vec!["qualified".into(), "booked".into()],
        participants: vec!["ai".into(), "human".into()],
        has_value: true,
    }
}

fn success() -> Success {
    Success {
        quantity: Quantity::ONE,
        at: moment("5"),
        class: Some(0),
        credit: vec![Share { participant: 0, parts: 3 }, Share { participant: 1, parts: 1 }],
        value: Some("12.5".parse().unwrap()),
    }
}

fn verdict(decision: Decision) -> Verdict {
    Verdict { decision, reason: 1, evidence: vec![0, 2, 299], note: Some("noted".into()) }
}

/// The fault of a verdict about 300 events, opened on day 1, asked on day 10.
fn fault(verdict: &Verdict, manifest: &Manifest) -> Option<FaultCode> {
    let context = VerdictContext { manifest, opened_at: moment("1"), events: 300, as_of: moment("10"), limits: VerdictLimits::default() };
    verdict.check(&context).err().map(|fault| fault.code)
}

/// Checks a verdict of every decision after one change.
fn check(change: impl Fn(&mut Verdict), expect: Option<FaultCode>) {
    let decisions =
        [Decision::Success(success()), Decision::Failure, Decision::Pending(None), Decision::Indeterminate, Decision::NotEligible];
    for decision in decisions {
        let mut verdict = verdict(decision);
        change(&mut verdict);
        assert_eq!(fault(&verdict, &manifest()), expect, "for {verdict:?}");
    }
}

/// Checks a success after one change.
fn check_success(change: impl FnOnce(&mut Success), expect: Option<FaultCode>) {
    let mut success = success();
    change(&mut success);
    let verdict = verdict(Decision::Success(success));
    assert_eq!(fault(&verdict, &manifest()), expect, "for {verdict:?}");
}

#[test]
fn a_verdict_as_it_should_be_passes() {
    check(|_| (), None);
    check(|verdict| (verdict.note, verdict.evidence) = (None, Vec::new()), None);
}

#[test]
fn the_reason_is_declared() {
    check(|verdict| verdict.reason = 0, None);
    check(|verdict| verdict.reason = 2, INVALID);
    check(|verdict| verdict.reason = u32::MAX, INVALID);
}

#[test]
fn the_note_is_short() {
    check(|verdict| verdict.note = Some("x".repeat(1024)), None);
    check(|verdict| verdict.note = Some("x".repeat(1025)), TOO_LARGE);
    check(|verdict| verdict.note = Some("é".repeat(512)), None);
    check(|verdict| verdict.note = Some("é".repeat(513)), TOO_LARGE);
}

#[test]
fn the_evidence_points_at_events_once_each_and_in_order() {
    check(|verdict| verdict.evidence = vec![299], None);
    check(|verdict| verdict.evidence = vec![300], INVALID);
    check(|verdict| verdict.evidence = vec![u32::MAX], INVALID);
    check(|verdict| verdict.evidence = vec![0, 300], INVALID);
    check(|verdict| verdict.evidence = vec![3, 3], INVALID);
    check(|verdict| verdict.evidence = vec![0, 2, 1], INVALID);
    check(|verdict| verdict.evidence = (0..256).collect(), None);
    check(|verdict| verdict.evidence = (0..257).collect(), TOO_LARGE);
}

#[test]
fn a_wake_is_later_than_the_question() {
    fn check(wake: Option<Timestamp>, expect: Option<FaultCode>) {
        assert_eq!(fault(&verdict(Decision::Pending(wake)), &manifest()), expect, "for {wake:?}");
    }
    check(None, None);
    check(Some(moment("10+")), None);
    check(Some(moment("1000")), None);
    check(Some(moment("10")), INVALID);
    check(Some(moment("9")), INVALID);
}

#[test]
fn a_quantity_is_neither_negative_nor_enormous() {
    let most = Quantity::VERDICT_MAX;
    check_success(|success| success.quantity = Quantity::ZERO, None);
    check_success(|success| success.quantity = most, None);
    check_success(|success| success.quantity = Quantity::from_micros(-1), INVALID);
    check_success(|success| success.quantity = Quantity::from_micros(most.micros() + 1), INVALID);
    check_success(|success| success.quantity = Quantity::from_micros(i64::MIN), INVALID);
}

#[test]
fn a_success_lies_between_the_opening_and_the_question() {
    check_success(|success| success.at = moment("1"), None);
    check_success(|success| success.at = moment("1-"), INVALID);
    check_success(|success| success.at = moment("10"), None);
    check_success(|success| success.at = moment("10+"), INVALID);
}

#[test]
fn a_class_is_declared() {
    check_success(|success| success.class = None, None);
    check_success(|success| success.class = Some(1), None);
    check_success(|success| success.class = Some(2), INVALID);
}

#[test]
fn credit_goes_to_declared_participants_in_parts() {
    let share = |participant, parts| Share { participant, parts };
    check_success(|success| success.credit = Vec::new(), None);
    check_success(|success| success.credit = vec![share(1, u32::MAX)], None);
    check_success(|success| success.credit = vec![share(2, 1)], INVALID);
    check_success(|success| success.credit = vec![share(0, 1), share(1, 0)], INVALID);
    check_success(|success| success.credit = vec![share(0, 1); 16], None);
    check_success(|success| success.credit = vec![share(0, 1); 17], TOO_LARGE);
}

#[test]
fn a_value_has_at_most_six_decimals_and_is_there_when_declared() {
    check_success(|success| success.value = Some("0.000001".parse().unwrap()), None);
    check_success(|success| success.value = Some("0.0000001".parse().unwrap()), INVALID);
    check_success(|success| success.value = Some("9007199254740992".parse().unwrap()), INVALID);
    check_success(|success| success.value = None, INVALID);
    let undeclared = Manifest { has_value: false, ..manifest() };
    let verdict = verdict(Decision::Success(Success { value: None, ..success() }));
    assert_eq!(fault(&verdict, &undeclared), None);
}

#[test]
fn limits_are_settings() {
    let limits = VerdictLimits { note_bytes_max: 4, evidence_max: 2, shares_max: 1 };
    let manifest = manifest();
    let context = VerdictContext { manifest: &manifest, opened_at: moment("1"), events: 300, as_of: moment("10"), limits };
    let small = Verdict { decision: Decision::Failure, reason: 0, evidence: vec![0, 1], note: Some("abcd".into()) };
    assert_eq!(small.check(&context), Ok(()));
    let credit = Decision::Success(success());
    let noted = Verdict { note: Some("abcde".into()), ..small.clone() };
    let proven = Verdict { evidence: vec![0, 1, 2], ..small.clone() };
    for large in [Verdict { decision: credit, ..small }, noted, proven] {
        assert_eq!(large.check(&context).map_err(|fault| fault.code), Err(FaultCode::OutputLimit));
    }
}

#[test]
fn a_missing_field_answers_before_the_rule_is_asked() {
    let missing = Some(MissingField { event: 2, field: "a/b".into() });
    let input = EvaluationInput { opened_at: moment("1"), events: Vec::new(), missing };
    assert_eq!(Answer::without_rule(&input, 0), None);
    assert_eq!(Answer::without_rule(&input, 2), None);
    assert_eq!(Answer::without_rule(&input, 3), Some(Answer::MissingField("a/b".into())));
    let complete = EvaluationInput { missing: None, ..input };
    assert_eq!(Answer::without_rule(&complete, 3), None);
}

#[test]
fn an_answer_tells_success_from_pending_from_neither() {
    let answer = |decision| Answer::Verdict(verdict(decision));
    let wake = Some(moment("11"));
    assert_eq!(answer(Decision::Success(success())).success(), Some(&success()));
    assert_eq!(answer(Decision::Success(success())).pending(), None);
    assert_eq!(answer(Decision::Pending(wake)).pending(), Some(wake));
    assert_eq!(answer(Decision::Pending(None)).pending(), Some(None));
    let others = [answer(Decision::Failure), Answer::RuleError("e".into()), Answer::MissingField("a/b".into())];
    for other in &others {
        assert_eq!((other.success(), other.pending()), (None, None));
    }
}
