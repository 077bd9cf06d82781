//! What an attack meets, and whether it must.

use std::fmt;

use assay_domain::{
    fault::{Fault, FaultCode},
    verdict::Answer,
};
use assay_runtime::{
    Evaluated, Refusal,
    RefusalCode::{CompileMemory, CompileTimeout, Faulty},
};

use super::Expect;

/// What an attack meets.
#[derive(Debug, Clone)]
pub enum Met {
    /// It is not let in.
    Refusal(Refusal),
    /// Its evaluation ends in a fault.
    Fault(Fault),
    /// It answers.
    Answer(Evaluated),
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(Refusal { code, problem, .. }) => write!(f, "{}: {problem}", code.code()),
            Self::Fault(fault) => write!(f, "{fault}"),
            Self::Answer(Evaluated { answer, fuel, .. }) if is_untouched(answer) => write!(f, "an answer, for {fuel} of fuel"),
            Self::Answer(Evaluated { answer, .. }) => write!(f, "{answer:?}"),
        }
    }
}

impl Met {
    /// Whether the same happened, as it must in every fresh instance.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Refusal(one), Self::Refusal(other)) => one.code == other.code,
            (Self::Fault(one), Self::Fault(other)) => one.code == other.code,
            (Self::Answer(one), Self::Answer(other)) => one == other,
            _ => false,
        }
    }
}

impl Expect {
    /// Whether this is what must become of the attack.
    pub fn allows(self, met: &Met) -> bool {
        match (self, met) {
            (Self::Refused(code), Met::Refusal(refusal)) => refusal.code == code,
            (Self::Faulty(fault), Met::Refusal(refusal)) => {
                refusal.code == Faulty && refusal.problem.contains(&format!("ended in {}:", fault.code()))
            }
            (Self::Fault(code), Met::Fault(fault)) => fault.code == code,
            (Self::Spent, Met::Fault(fault)) => matches!(fault.code, FaultCode::FuelExhausted | FaultCode::WallTime),
            (Self::Held, Met::Refusal(refusal)) => matches!(refusal.code, CompileTimeout | CompileMemory),
            (Self::Held | Self::Harmless, Met::Answer(evaluated)) => is_untouched(&evaluated.answer),
            _ => false,
        }
    }
}

/// Pending, with nothing in its note that a terminal would obey: what a rule answers that nothing was done to.
fn is_untouched(answer: &Answer) -> bool {
    let note = match answer {
        Answer::Verdict(verdict) => verdict.note.as_deref().unwrap_or_default(),
        Answer::RuleError(_) | Answer::MissingField(_) => return false,
    };
    answer.pending() == Some(None) && !note.contains(char::is_control)
}
