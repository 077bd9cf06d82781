//! Verdicts that contradict themselves, their manifest or their timeline, through the real ABI.

use assay_domain::{
    fault::FaultCode::{OutputInvalid, OutputLimit},
    manifest::Manifest,
    verdict::{Answer, Decision, Share, Success as Told},
};
use assay_tests::hostile::{Hostile, Success, Verdict, declare::unexamined};

use super::support::{AS_OF, OPENED, answers, faults, time};

const EXACT_MAX: i64 = 1 << 53;

fn success() -> Success {
    Success::at(OPENED)
}

#[test]
fn a_success_must_be_possible() {
    let credit = |shares: &[(u32, u32)]| Success { credit: shares.to_vec(), ..success() };
    let rows = [
        ("a negative quantity", Success { mantissa: -1, ..success() }, OutputInvalid),
        ("scale 200", Success { scale: 200, ..success() }, OutputInvalid),
        ("seven decimals", Success { scale: 7, ..success() }, OutputInvalid),
        ("a trailing zero", Success { mantissa: 10, scale: 1, ..success() }, OutputInvalid),
        ("zero with decimals", Success { mantissa: 0, scale: 1, ..success() }, OutputInvalid),
        ("a mantissa beyond 2^53", Success { mantissa: EXACT_MAX + 1, ..success() }, OutputInvalid),
        ("the least mantissa", Success { mantissa: i64::MIN, ..success() }, OutputInvalid),
        ("more than fits", Success { mantissa: EXACT_MAX, ..success() }, OutputInvalid),
        ("more than a billion", Success { mantissa: 1_000_000_001, ..success() }, OutputInvalid),
        ("a billion and a millionth", Success { mantissa: 1_000_000_000_000_001, scale: 6, ..success() }, OutputInvalid),
        ("in the future", Success::at(AS_OF + 1), OutputInvalid),
        ("before the opening", Success::at(OPENED - 1), OutputInvalid),
        ("at the end of time", Success::at(i64::MAX), OutputInvalid),
        ("at the beginning of time", Success::at(i64::MIN), OutputInvalid),
        ("an unknown class", Success { class: Some(1), ..success() }, OutputInvalid),
        ("a class far beyond", Success { class: Some(u32::MAX), ..success() }, OutputInvalid),
        ("an unknown participant", credit(&[(0, 1), (1, 1)]), OutputInvalid),
        ("a share of nothing", credit(&[(0, 0)]), OutputInvalid),
        ("seventeen shares", credit(&[(0, 1); 17]), OutputLimit),
        ("a value of seven decimals", Success { value: Some((1, 7)), ..success() }, OutputInvalid),
        ("a value of scale 13", Success { value: Some((1, 13)), ..success() }, OutputInvalid),
        ("a value that does not fit", Success { value: Some((EXACT_MAX, 0)), ..success() }, OutputInvalid),
    ];
    for (name, told, expect) in rows {
        faults(name, Hostile::unexamined().verdict(Verdict::success(told)), 0, expect);
    }
}

/// The question has two events.
#[test]
fn a_verdict_must_fit_its_manifest_and_timeline() {
    let failure = || Verdict::bare(1);
    let rows = [
        ("an unknown reason", failure().reason(1), OutputInvalid),
        ("a reason far beyond", failure().reason(u32::MAX), OutputInvalid),
        ("evidence beyond the events", failure().evidence([2]), OutputInvalid),
        ("evidence far beyond", failure().evidence([0, u32::MAX]), OutputInvalid),
        ("evidence in reverse", failure().evidence([1, 0]), OutputInvalid),
        ("evidence twice", failure().evidence([1, 1]), OutputInvalid),
        ("evidence of 256", failure().evidence(0..256), OutputInvalid),
        ("evidence of 257", failure().evidence(0..257), OutputLimit),
        ("a note of 1 KiB and one", failure().note("x".repeat(1025)), OutputLimit),
        ("a note of 1 MiB", failure().note("x".repeat(1 << 20)), OutputLimit),
        ("waking at once", Verdict::pending(Some(AS_OF)), OutputInvalid),
        ("waking in the past", Verdict::pending(Some(OPENED)), OutputInvalid),
        ("waking before all time", Verdict::pending(Some(i64::MIN)), OutputInvalid),
        ("waking after all time", Verdict::pending(Some(EXACT_MAX + 1)), OutputInvalid),
        ("waking never", Verdict::pending(Some(i64::MAX)), OutputInvalid),
    ];
    for (name, verdict, expect) in rows {
        faults(name, Hostile::unexamined().verdict(verdict), 0, expect);
    }
}

#[test]
fn a_declared_value_must_be_there() {
    let valued = |told| Hostile::unexamined().manifest(&Manifest { has_value: true, ..unexamined() }).verdict(Verdict::success(told));
    faults("without it", valued(success()), 0, OutputInvalid);
    let answer = answers("with it", valued(Success { value: Some((-15, 1)), ..success() }), 0);
    let value = answer.success().and_then(|told| told.value).map(|value| value.to_string());
    assert_eq!(value.as_deref(), Some("-1.5"));
}

#[test]
fn a_success_at_every_limit_is_believed() {
    let told = Success {
        mantissa: 1_000_000_000,
        at: AS_OF,
        class: Some(0),
        credit: vec![(0, 1), (0, u32::MAX)],
        value: Some((123_456, 6)),
        ..success()
    };
    let verdict = Verdict::success(told).evidence([0, 1]).note("n".repeat(1024));
    let Answer::Verdict(verdict) = answers("at every limit", Hostile::unexamined().verdict(verdict), 0) else {
        panic!("no verdict");
    };
    let expect = Told {
        quantity: "1000000000".parse().unwrap(),
        at: time(AS_OF),
        class: Some(0),
        credit: vec![Share { participant: 0, parts: 1 }, Share { participant: 0, parts: u32::MAX }],
        value: Some("0.123456".parse().unwrap()),
    };
    assert_eq!(verdict.decision, Decision::Success(expect));
    assert_eq!(verdict.evidence, [0, 1]);
    assert_eq!(verdict.note, Some("n".repeat(1024)));
}

#[test]
fn small_and_early_successes_are_believed() {
    for (mantissa, scale, expect) in [(0, 0, "0"), (1, 6, "0.000001"), (5, 1, "0.5"), (999_999_999, 0, "999999999")] {
        let verdict = Verdict::success(Success { mantissa, scale, ..success() });
        let answer = answers("a small success", Hostile::unexamined().verdict(verdict), 0);
        assert_eq!(answer.success().map(|told| told.quantity.to_string()).as_deref(), Some(expect));
    }
    let answer = answers("a wake", Hostile::unexamined().verdict(Verdict::pending(Some(AS_OF + 1))), 0);
    assert_eq!(answer.pending(), Some(Some(time(AS_OF + 1))));
}
