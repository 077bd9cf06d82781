//! Random verdicts and what they are told about: lawful at first, then perhaps spoiled in one or two places, always near the limits.

use super::{
    Random,
    law::{Asking, Decided, EXACT, Told},
};
use crate::hostile::Success;

/// A rule's declaration and a question: of few things and of many, now and at both ends of time.
pub(super) fn asking(random: &mut Random) -> Asking {
    let opened_at = *random.one_of(&[1_456_800_000_000_000, 0, -EXACT, EXACT - 1, EXACT]);
    let later = *random.one_of(&[0, 1, 3_600_000_000, 30 * 86_400_000_000]);
    Asking {
        reasons: *random.one_of(&[1, 2, 9, 64]),
        classes: *random.one_of(&[0, 1, 3]),
        participants: *random.one_of(&[0, 1, 2, 5]),
        has_value: random.once_in(3),
        opened_at,
        as_of: EXACT.min(opened_at + later),
        events: *random.one_of(&[0, 1, 2, 40, 300]),
    }
}

/// A verdict: in half of all cases lawful.
pub(super) fn told(random: &mut Random, asking: &Asking) -> Told {
    let mut told = lawful(random, asking);
    for _ in 0..*random.one_of(&[0, 0, 0, 1, 1, 2]) {
        spoil(&mut told, random, asking);
    }
    told
}

fn lawful(random: &mut Random, asking: &Asking) -> Told {
    let decided = match random.below(8) {
        0..=3 => Decided::Success(success(random, asking)),
        4 | 5 => Decided::Pending(wake(random, asking)),
        6 => Decided::Failure,
        _ => random.one_of(&[Decided::Indeterminate, Decided::NotEligible]).clone(),
    };
    let reason = random.below(asking.reasons.into()) as u32;
    Told { decided, reason, evidence: evidence(random, asking.events), note: note(random) }
}

fn success(random: &mut Random, asking: &Asking) -> Success {
    let (mantissa, scale) = quantity(random);
    let below = |n: u32, random: &mut Random| random.below(n.into()) as u32;
    let class = (asking.classes > 0 && random.once_in(2)).then(|| below(asking.classes, random));
    let shares = if asking.participants > 0 { *random.one_of(&[0, 1, 2, 16]) } else { 0 };
    Success {
        mantissa,
        scale,
        at: random.between(asking.opened_at, asking.as_of),
        class,
        credit: (0..shares).map(|_| (below(asking.participants, random), 1 + below(u32::MAX, random))).collect(),
        value: (asking.has_value || random.once_in(3)).then(|| value(random)),
    }
}

/// From nothing to a billion.
fn quantity(random: &mut Random) -> (i64, u8) {
    let scale = random.below(7) as u8;
    let most = 10i64.pow(9 + u32::from(scale));
    let mantissa = match random.below(4) {
        0 => most,
        1 => random.between(0, 9),
        _ => random.between(0, most),
    };
    canonical(mantissa, scale)
}

/// Up to what millionths in 64 bits and a mantissa can hold.
fn value(random: &mut Random) -> (i64, u8) {
    let scale = random.below(7) as u8;
    let most = EXACT.min(i64::MAX / 10i64.pow(6 - u32::from(scale)));
    let mantissa = if random.once_in(4) { *random.one_of(&[-most, most]) } else { random.between(-most, most) };
    canonical(mantissa, scale)
}

/// The same number without trailing zeros.
fn canonical(mut mantissa: i64, mut scale: u8) -> (i64, u8) {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

fn wake(random: &mut Random, asking: &Asking) -> Option<i64> {
    (asking.as_of < EXACT && !random.once_in(3)).then(|| match random.below(3) {
        0 => asking.as_of + 1,
        1 => EXACT,
        _ => random.between(asking.as_of + 1, EXACT),
    })
}

/// So many of the events, in order.
fn evidence(random: &mut Random, events: u32) -> Vec<u32> {
    let mut wanted = events.min(*random.one_of(&[0, 1, 2, 8, 256]));
    let mut chosen = Vec::new();
    for index in 0..events {
        if random.below(u64::from(events - index)) < u64::from(wanted) {
            chosen.push(index);
            wanted -= 1;
        }
    }
    chosen
}

/// Control characters only in short ones: whether those that are taken out count against the limit is nobody's business here.
fn note(random: &mut Random) -> Option<Vec<u8>> {
    let long = "é".repeat(512);
    match random.below(8) {
        0 => Some(Vec::new()),
        1 => Some("a\u{1b}[2J\u{7}\tb\nc\u{7f}\u{9b}é\u{2028}".into()),
        2 => Some(long.into()),
        3 => Some(vec![b'n'; random.index(1025)]),
        _ => None,
    }
}

/// Makes one thing wrong; sometimes it is not.
fn spoil(told: &mut Told, random: &mut Random, asking: &Asking) {
    match random.below(5) {
        0 => told.reason = *random.one_of(&[asking.reasons - 1, asking.reasons, asking.reasons + 1, u32::MAX]),
        1 => spoil_evidence(&mut told.evidence, random, asking.events),
        2 => told.note = Some(random.one_of(UNLAWFUL_NOTES).repeat(*random.one_of(&[1, 1, 400]))),
        _ => spoil_decision(&mut told.decided, random, asking),
    }
}

/// No UTF-8: a byte that begins nothing, a zero in two bytes, half of a pair, a character cut short. And one that is merely long, repeated.
const UNLAWFUL_NOTES: &[&[u8]] = &[b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xc3", b"and so on"];

fn spoil_evidence(evidence: &mut Vec<u32>, random: &mut Random, events: u32) {
    match random.below(5) {
        0 => evidence.push(events),
        1 => evidence.push(u32::MAX),
        2 => evidence.reverse(),
        3 => evidence.extend(evidence.last().copied()),
        _ => *evidence = (0..257).collect(),
    }
}

fn spoil_decision(decided: &mut Decided, random: &mut Random, asking: &Asking) {
    match decided {
        Decided::Success(success) => spoil_success(success, random, asking),
        _ => {
            let edges = [asking.as_of - 1, asking.as_of, asking.as_of + 1, EXACT, EXACT + 1, i64::MIN, i64::MAX, -EXACT - 1];
            *decided = Decided::Pending(Some(*random.one_of(&edges)));
        }
    }
}

fn spoil_success(success: &mut Success, random: &mut Random, asking: &Asking) {
    const BILLION: i64 = 1_000_000_000;
    const MANTISSAS: &[i64] =
        &[0, -1, 1, 10, BILLION, BILLION + 1, BILLION * 1_000_000 + 1, EXACT - 1, EXACT, EXACT + 1, -EXACT - 1, i64::MIN, i64::MAX];
    const SCALES: &[u8] = &[0, 1, 5, 6, 7, 11, 12, 13, 200, 255];
    match random.below(8) {
        0 => success.mantissa = *random.one_of(MANTISSAS),
        1 => success.scale = *random.one_of(SCALES),
        2 => {
            let edges = [asking.opened_at - 1, asking.opened_at, asking.as_of, asking.as_of + 1, i64::MIN, i64::MAX, EXACT, EXACT + 1];
            success.at = *random.one_of(&edges);
        }
        3 => success.class = Some(*random.one_of(&[0, asking.classes, asking.classes + 1, u32::MAX])),
        4 => success.credit.push(*random.one_of(&[(asking.participants, 1), (u32::MAX, 1), (0, 0), (0, u32::MAX)])),
        5 => success.credit = vec![(0, 1); *random.one_of(&[16, 17, 200])],
        6 => success.value = None,
        _ => success.value = Some((*random.one_of(MANTISSAS), *random.one_of(SCALES))),
    }
}
