//! The three calls of the contract, for every rule there is.

use crate::{
    bindings::wire,
    error::RuleError,
    open::EventType,
    rule::{About, Event, Params, Reason, Rule},
    spec::{KindSpec, ParamSpec, ReasonSpec},
    time::Timestamp,
    timeline::Timeline,
    verdict::{Decision, Success, Verdict},
};

impl<R: Rule> wire::Guest for R {
    fn describe() -> wire::Manifest {
        let about = R::ABOUT;
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        wire::Manifest {
            name: about.name.to_owned(),
            title: about.title.to_owned(),
            summary: about.summary.to_owned(),
            unit: about.unit.to_owned(),
            parameters: <R::Params as Params>::PARAMETERS.iter().map(ParamSpec::declare).collect(),
            reasons: <R::Reason as Reason>::REASONS.iter().map(ReasonSpec::declare).collect(),
            classes: owned(about.classes),
            participants: owned(about.participants),
            has_value: about.has_value,
        }
    }

    fn configure(parameters: Vec<wire::Value>) -> Result<Vec<wire::EventType>, String> {
        let params = <R::Params as Params>::decode(parameters).map_err(RuleError::into_message)?;
        Params::check(&params)?;
        match R::reads(&params) {
            Some(reads) => Ok(reads?.into_iter().map(EventType::declare).collect()),
            None => Ok(<R::Event as Event>::KINDS.iter().map(KindSpec::declare).collect()),
        }
    }

    fn evaluate(timeline: wire::Timeline, parameters: Vec<wire::Value>, as_of: i64) -> Result<wire::Verdict, String> {
        judge::<R>(timeline, parameters, as_of).map_err(RuleError::into_message)
    }
}

fn judge<R: Rule>(timeline: wire::Timeline, parameters: Vec<wire::Value>, as_of: i64) -> Result<wire::Verdict, RuleError> {
    let params = <R::Params as Params>::decode(parameters)?;
    let timeline = Timeline::decode(timeline)?;
    encode(R::judge(&timeline, &params, Timestamp::from_micros(as_of))?, &R::ABOUT)
}

fn encode<R: Reason>(verdict: Verdict<R>, about: &About) -> Result<wire::Verdict, RuleError> {
    let decision = match verdict.decision {
        Decision::Success(success) => wire::Decision::Success(encode_success(&success, about)?),
        Decision::Failure => wire::Decision::Failure,
        Decision::Pending(wake) => wire::Decision::Pending(wake.map(Timestamp::as_micros)),
        Decision::Indeterminate => wire::Decision::Indeterminate,
        Decision::NotEligible => wire::Decision::NotEligible,
    };
    Ok(wire::Verdict { decision, reason: verdict.reason.index(), evidence: verdict.evidence, note: verdict.note })
}

fn encode_success(success: &Success, about: &About) -> Result<wire::Success, RuleError> {
    match (about.has_value, success.value) {
        (true, None) => {
            return Err(RuleError::new("a success without the value that the rule declares"));
        }
        (false, Some(_)) => {
            return Err(RuleError::new("a success with a value that the rule does not declare"));
        }
        _ => {}
    }
    let class = success.class.map(|name| place(name, about.classes, "class")).transpose()?;
    let credit = success.credit.iter().map(|(participant, parts)| -> Result<_, RuleError> {
        Ok(wire::Share { participant: place(participant, about.participants, "participant")?, parts: *parts })
    });
    Ok(wire::Success {
        quantity: wire::Decimal { mantissa: success.quantity.mantissa(), scale: success.quantity.scale() },
        at: success.at.as_micros(),
        class,
        credit: credit.collect::<Result<_, RuleError>>()?,
        value: success.value.map(|value| wire::Decimal { mantissa: value.mantissa(), scale: value.scale() }),
    })
}

fn place(name: &str, declared: &[&str], what: &str) -> Result<u32, RuleError> {
    let place = (0..).zip(declared).find(|(_, known)| **known == name).map(|(place, _)| place);
    place.ok_or_else(|| RuleError::new(["the rule declares no ", what, " ", name].concat()))
}
