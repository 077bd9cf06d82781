//! The rules that judge in a simulation: an example plugin, a lawful rule whose successes have a value and credit, and one that faults,
//! burns its fuel, dawdles or answers by how many events it is shown.

use std::sync::OnceLock;

use assay_domain::manifest::{EventType, Manifest};

use crate::{
    components,
    hostile::{Hostile, MANTISSA, Success, Verdict, declare::lawful},
};

/// The name of each rule, and its component.
pub(super) fn components() -> [(&'static str, &'static [u8]); 3] {
    static DEAL: OnceLock<Vec<u8>> = OnceLock::new();
    static MOODY: OnceLock<Vec<u8>> = OnceLock::new();
    [("resolved-ticket", components::resolved_ticket()), ("deal", DEAL.get_or_init(deal)), ("moody", MOODY.get_or_init(moody))]
}

fn kind(name: &str) -> EventType {
    EventType { kind: name.into(), fields: Vec::new() }
}

/// A success at the opening, worth 12.5 and a hundred for each event; three quarters of it the AI's.
fn deal() -> Vec<u8> {
    let participants = vec!["ai".into(), "human".into()];
    let declared = Manifest { name: "deal".into(), classes: vec!["closed".into()], participants, has_value: true, ..lawful() };
    let success = Success { class: Some(0), credit: vec![(0, 3), (1, 1)], value: Some((125, 1)), ..Success::at(0) };
    let mut rule = Hostile::new().manifest(&declared).reads(Ok(&[kind("deal.closed")]));
    let answer = rule.place(&Verdict::success(success).answer());
    // After the quantity's 16 bytes comes the time; class and credit follow, 8 bytes each, and the value behind its own discriminant.
    let (at, value) = (answer + MANTISSA + 16, answer + MANTISSA + 48);
    rule.evaluate(format!(
        "(i64.store (i32.const {at}) (local.get $opened-at))
         (i64.store (i32.const {value})
            (i64.add (i64.const 125) (i64.mul (i64.const 1000) (i64.extend_i32_u (local.get $events-len)))))
         (return (i32.const {answer}))"
    ))
    .build()
}

/// By the number of events modulo 8: 2 and 6 trap, 4 never ends, 5 takes long; the others fail at once, as does 5 in the end.
fn moody() -> Vec<u8> {
    let declared = Manifest { name: "moody".into(), ..lawful() };
    let rule = Hostile::new().manifest(&declared).reads(Ok(&[kind("ping")])).verdict(Verdict::bare(1));
    rule.evaluate(
        "(local $n i32) (local $k i32)
         (local.set $n (i32.and (local.get $events-len) (i32.const 7)))
         (if (i32.eq (i32.and (local.get $n) (i32.const 3)) (i32.const 2)) (then (unreachable)))
         (if (i32.eq (local.get $n) (i32.const 4)) (then (loop $for-ever (br $for-ever))))
         (if (i32.eq (local.get $n) (i32.const 5)) (then
            (loop $slow
                (local.set $k (i32.add (local.get $k) (i32.const 1)))
                (br_if $slow (i32.lt_u (local.get $k) (i32.const 100000))))))",
    )
    .build()
}
