//! What an evaluation may cost: fuel decides the same on every machine; time and slots protect the host and decide nothing.

use assay_domain::{fault::FaultCode, time::Duration};
use assay_runtime::{Engine, Limits};
use assay_tests::hostile::Hostile;

use super::support::{Case, admit, patient, pending, unharmed};

/// Turns `n` times, each at the same cost.
fn burner() -> Hostile {
    Hostile::unexamined().evaluate(
        "(local $n i64)
        (local.set $n (i64.load offset=8 (local.get $parameters)))
        (loop $l
            (if (i64.gt_s (local.get $n) (i64.const 0))
                (then (local.set $n (i64.sub (local.get $n) (i64.const 1))) (br $l))))",
    )
}

#[test]
fn fuel_ends_an_evaluation_where_the_limit_says() {
    let rule = admit(burner());
    let burn = |n: i64| rule.evaluate(&Case::new(n).question());
    let fuel = |n: i64| burn(n).expect("an answer").fuel;
    let (idle, turn) = (fuel(0), fuel(1) - fuel(0));
    assert_eq!(fuel(1000), idle + 1000 * turn, "every turn costs the same");

    let max = patient().evaluation_fuel_max;
    let turns = i64::try_from((max - idle) / turn).unwrap();
    let under = burn(turns - 2).expect("just under the limit");
    assert_eq!(under.answer, pending());
    assert!(under.fuel <= max && under.fuel > max - 5 * turn, "{} of {max}", under.fuel);
    for n in [turns + 4, turns * 2, i64::MAX] {
        assert_eq!(burn(n).map_err(|fault| fault.code), Err(FaultCode::FuelExhausted), "{n} turns of {turns}");
    }
    unharmed("burning");
}

/// Thousands that burn nearly all of their fuel end when their fuel does: the neighbour is asked in between.
#[test]
fn burners_do_not_starve_their_neighbour() {
    let rule = admit(burner());
    for n in 0..20 {
        rule.evaluate(&Case::new(500_000 + n).question()).expect("under the limit");
        unharmed("a burner");
    }
}

/// With fuel without end only the clock can stop the loop, so the fault is certain however fast or slow the machine is.
#[test]
fn wall_time_protects_the_host_and_says_nothing_about_the_rule() {
    let limits = Limits {
        evaluation_fuel_max: i64::MAX.unsigned_abs(),
        wall_time_max: Duration::from_micros(100_000).unwrap(),
        instances_max: 1,
        ..Limits::default()
    };
    let engine = Engine::new(limits).unwrap();
    let rule = engine.admit(&Hostile::unexamined().evaluate("(loop $l (br $l))").build()).unwrap();
    for _ in 0..2 {
        let fault = rule.evaluate(&Case::new(0).question()).expect_err("a fault");
        assert_eq!(fault.code, FaultCode::WallTime, "{fault}");
        assert!(!fault.code.is_deterministic());
    }
    let lawful = engine.admit(&Hostile::unexamined().build()).unwrap();
    assert_eq!(lawful.evaluate(&Case::new(0).question()).map(|evaluated| evaluated.answer), Ok(pending()));
    assert_eq!(engine.limits(), &limits);
}

#[test]
fn an_engine_without_a_free_slot_says_so() {
    let engine = Engine::new(Limits { instances_max: 1, ..patient() }).unwrap();
    let rule = engine.admit(&Hostile::unexamined().build()).unwrap();
    let case = Case::new(0);
    let held = rule.reuse().expect("the only slot");
    let fault = rule.evaluate(&case.question()).expect_err("no slot");
    assert_eq!(fault.code, FaultCode::PoolExhausted, "{fault}");
    assert!(!fault.code.is_deterministic());
    drop(held);
    assert_eq!(rule.evaluate(&case.question()).map(|evaluated| evaluated.answer), Ok(pending()));
}
