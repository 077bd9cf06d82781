//! What a lawful verdict is, stated a second time: from `wit/README.md`, in plain numbers, apart from the code that checks it.

use assay_domain::{
    decimal::{Decimal, Quantity},
    fault::FaultCode::{self, AbiViolation, OutputInvalid, OutputLimit},
    manifest::{Manifest, Reason},
    time::Timestamp,
    verdict::{Decision, Share, Success as Measured, Verdict},
};

use crate::hostile::{self, Success, declare::unexamined};

/// Integers, mantissas and microseconds stay within plus and minus this.
pub(super) const EXACT: i64 = 1 << 53;

/// A verdict as the numbers it is made of, lawful or not.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) decided: Decided,
    pub(super) reason: u32,
    pub(super) evidence: Vec<u32>,
    pub(super) note: Option<Vec<u8>>,
}

/// The five decisions.
#[derive(Debug, Clone)]
pub(super) enum Decided {
    Success(Success),
    Failure,
    Pending(Option<i64>),
    Indeterminate,
    NotEligible,
}

impl Told {
    /// As a rule writes it into its memory.
    pub(super) fn written(&self) -> hostile::Verdict {
        let verdict = match &self.decided {
            Decided::Success(success) => hostile::Verdict::success(success.clone()),
            Decided::Failure => hostile::Verdict::bare(1),
            Decided::Pending(wake) => hostile::Verdict::pending(*wake),
            Decided::Indeterminate => hostile::Verdict::bare(3),
            Decided::NotEligible => hostile::Verdict::bare(4),
        };
        let verdict = verdict.reason(self.reason).evidence(self.evidence.iter().copied());
        match &self.note {
            Some(note) => verdict.note(note.clone()),
            None => verdict,
        }
    }

    /// In the host's own types; `None` where they cannot hold it.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let decision = match &self.decided {
            Decided::Success(success) => Decision::Success(measured(success)?),
            Decided::Failure => Decision::Failure,
            Decided::Pending(None) => Decision::Pending(None),
            Decided::Pending(Some(wake)) => Decision::Pending(Some(Timestamp::from_micros(*wake)?)),
            Decided::Indeterminate => Decision::Indeterminate,
            Decided::NotEligible => Decision::NotEligible,
        };
        let note = self.note.clone().map(String::from_utf8).transpose().ok()?;
        Some(Verdict { decision, reason: self.reason, evidence: self.evidence.clone(), note })
    }
}

fn measured(success: &Success) -> Option<Measured> {
    let decimal = |(mantissa, scale): (i64, u8)| Decimal::new(mantissa, scale).ok();
    let share = |(participant, parts): &(u32, u32)| Share { participant: *participant, parts: *parts };
    Some(Measured {
        quantity: Quantity::from_decimal(decimal((success.mantissa, success.scale))?)?,
        at: Timestamp::from_micros(success.at)?,
        class: success.class,
        credit: success.credit.iter().map(share).collect(),
        value: match success.value {
            Some(value) => Some(decimal(value)?),
            None => None,
        },
    })
}

/// What a verdict has to fit: what its rule declares, and what it was asked.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) reasons: u32,
    pub(super) classes: u32,
    pub(super) participants: u32,
    pub(super) has_value: bool,
    pub(super) opened_at: i64,
    pub(super) as_of: i64,
    pub(super) events: u32,
}

/// Whether a law is kept, and the fault of breaking it.
type Law = (bool, FaultCode);

impl Asking {
    /// The declaration of such a rule; it has a parameter without a default.
    pub(super) fn manifest(&self) -> Manifest {
        let names = |what: &str, count: u32| (0..count).map(|n| format!("{what}-{n}")).collect::<Vec<_>>();
        let reason = |code| Reason { code, help: "Because.".into() };
        Manifest {
            reasons: names("reason", self.reasons).into_iter().map(reason).collect(),
            classes: names("class", self.classes),
            participants: names("participant", self.participants),
            has_value: self.has_value,
            ..unexamined()
        }
    }

    /// The faults that a verdict may end in, one for each law that it breaks; none, and it must be believed. A text that is none breaks the
    /// contract before any law is looked at.
    pub(super) fn broken(&self, told: &Told) -> Vec<FaultCode> {
        let note = told.note.as_deref().unwrap_or_default();
        if std::str::from_utf8(note).is_err() {
            return vec![AbiViolation];
        }
        let laws = [
            (told.reason < self.reasons, OutputInvalid),
            (told.evidence.iter().all(|index| *index < self.events), OutputInvalid),
            (told.evidence.windows(2).all(|pair| pair[0] < pair[1]), OutputInvalid),
            (told.evidence.len() <= 256, OutputLimit),
            (note.len() <= 1024, OutputLimit),
        ];
        let of_decision = match &told.decided {
            Decided::Success(success) => self.of_success(success).to_vec(),
            Decided::Pending(Some(wake)) => vec![(self.as_of < *wake && *wake <= EXACT, OutputInvalid)],
            _ => Vec::new(),
        };
        laws.into_iter().chain(of_decision).filter(|(kept, _)| !kept).map(|(_, fault)| fault).collect()
    }

    fn of_success(&self, success: &Success) -> [Law; 6] {
        let quantity = (success.mantissa, success.scale);
        let billion: i128 = 1_000_000_000 * 1_000_000;
        let is_share = |(participant, parts): &(u32, u32)| *participant < self.participants && *parts > 0;
        [
            (is_decimal(quantity) && millionths(quantity).is_some_and(|n| (0..=billion).contains(&n)), OutputInvalid),
            (self.opened_at <= success.at && success.at <= self.as_of, OutputInvalid),
            (success.class.is_none_or(|class| class < self.classes), OutputInvalid),
            (success.credit.len() <= 16, OutputLimit),
            (success.credit.iter().all(is_share), OutputInvalid),
            (success.value.map_or(!self.has_value, is_value), OutputInvalid),
        ]
    }
}

/// Within ±2^53, at most twelve decimals, and no trailing zero.
fn is_decimal((mantissa, scale): (i64, u8)) -> bool {
    mantissa.unsigned_abs() <= EXACT.unsigned_abs() && scale <= 12 && (scale == 0 || mantissa % 10 != 0)
}

/// At most six decimals; millionths of it are counted in 64 bits.
fn is_value(value: (i64, u8)) -> bool {
    is_decimal(value) && millionths(value).is_some_and(|n| i64::try_from(n).is_ok())
}

/// `None` with more than six decimals.
fn millionths((mantissa, scale): (i64, u8)) -> Option<i128> {
    let more = 6u32.checked_sub(scale.into())?;
    Some(i128::from(mantissa) * 10i128.pow(more))
}
