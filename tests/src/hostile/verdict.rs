//! Verdicts as a hostile rule writes them into its memory.

use super::{
    abi::{Abi, Shape},
    declare::decimal,
};

const SUCCESS: Shape = Shape::new(64, 8);
const DECIMAL: Shape = Shape::new(16, 8);
const ANSWER: Shape = Shape::new(96, 8);

/// Where the mantissa of a success's quantity lies within the answer.
pub const MANTISSA: u32 = 16;

/// A verdict, lawful or not.
#[derive(Debug, Clone)]
pub struct Verdict {
    decision: Abi,
    reason: u32,
    evidence: Abi,
    note: Abi,
}

/// The parts of a success, each of which may be wrong.
#[derive(Debug, Clone)]
pub struct Success {
    /// The quantity's mantissa.
    pub mantissa: i64,
    /// The quantity's scale.
    pub scale: u8,
    /// When, in microseconds.
    pub at: i64,
    /// Index into the classes.
    pub class: Option<u32>,
    /// Participants and their parts.
    pub credit: Vec<(u32, u32)>,
    /// Mantissa and scale of the value.
    pub value: Option<(i64, u8)>,
}

impl Success {
    /// One unit at a time.
    pub fn at(micros: i64) -> Self {
        Self { mantissa: 1, scale: 0, at: micros, class: None, credit: Vec::new(), value: None }
    }
}

impl Verdict {
    /// A success.
    pub fn success(success: Success) -> Self {
        let share = |(participant, parts): (u32, u32)| Abi::Record(vec![Abi::U32(participant), Abi::U32(parts)]);
        Self::of(Abi::case(
            0,
            SUCCESS,
            Abi::Record(vec![
                decimal(success.mantissa, success.scale),
                Abi::S64(success.at),
                Abi::option(Shape::U32, success.class.map(Abi::U32)),
                Abi::List(success.credit.into_iter().map(share).collect()),
                Abi::option(DECIMAL, success.value.map(|(mantissa, scale)| decimal(mantissa, scale))),
            ]),
        ))
    }

    /// Pending, perhaps until a time in microseconds.
    pub fn pending(wake: Option<i64>) -> Self {
        Self::of(Abi::case(2, SUCCESS, Abi::option(Shape::S64, wake.map(Abi::S64))))
    }

    /// A decision without anything to it, by its discriminant: 1 failure, 3 indeterminate, 4 not eligible, above that none.
    pub fn bare(discriminant: u8) -> Self {
        Self::of(Abi::Case(discriminant, SUCCESS, None))
    }

    /// A decision in full.
    pub fn of(decision: Abi) -> Self {
        Self { decision, reason: 0, evidence: Abi::List(Vec::new()), note: Abi::option(Shape::SLICE, None) }
    }

    /// With a reason.
    pub fn reason(self, reason: u32) -> Self {
        Self { reason, ..self }
    }

    /// With evidence.
    pub fn evidence(self, indices: impl IntoIterator<Item = u32>) -> Self {
        self.evidence_as(Abi::List(indices.into_iter().map(Abi::U32).collect()))
    }

    /// With anything in the place of evidence.
    pub fn evidence_as(self, evidence: Abi) -> Self {
        Self { evidence, ..self }
    }

    /// With a note of any bytes.
    pub fn note(self, note: impl Into<Vec<u8>>) -> Self {
        self.note_as(Abi::option(Shape::SLICE, Some(Abi::Text(note.into()))))
    }

    /// With anything in the place of the note.
    pub fn note_as(self, note: Abi) -> Self {
        Self { note, ..self }
    }

    /// The answer of `evaluate` that holds it.
    pub fn answer(self) -> Abi {
        Abi::case(0, ANSWER, Abi::Record(vec![self.decision, Abi::U32(self.reason), self.evidence, self.note]))
    }
}

/// The answer of `evaluate` that says it cannot judge.
pub fn rule_error(message: impl Into<Vec<u8>>) -> Abi {
    Abi::case(1, ANSWER, Abi::Text(message.into()))
}

/// An answer that is neither.
pub fn neither(discriminant: u8) -> Abi {
    Abi::Case(discriminant, ANSWER, None)
}
