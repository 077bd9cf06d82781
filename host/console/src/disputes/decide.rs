use std::sync::Arc;

use assay_app::Assay;
use assay_domain::ruling::{Ruling, Share};
use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::show::{page, parse};
use crate::{
    error::Failure,
    form::{Refusal, Sent, lines},
    session::Visitor,
};

/// What can be decided: its name in a form, and in words.
const RULINGS: [(&str, &str); 3] = [
    ("uphold", "Uphold: the customer is right, and the outcome is taken back"),
    ("reject", "Reject: the outcome stands"),
    ("split", "Split: a share of it is taken back"),
];

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub struct Decision {
    #[serde(default)]
    ruling: String,
    #[serde(default)]
    share: String,
    #[serde(default)]
    reason: String,
}

impl Decision {
    /// What is decided, if it can be read.
    fn ruling(&self) -> Result<Ruling, Refusal> {
        let share = self.share.trim();
        let share = match (self.ruling.as_str(), share.is_empty()) {
            ("split", true) => return Err(Refusal::unread("share: it is missing; say which share is taken back, such as 0.5")),
            ("split", false) => Some(share.parse::<Share>().map_err(|error| Refusal::unread(&format!("share: {error}")))?),
            // A share that was typed before another ruling was chosen is not meant.
            _ => None,
        };
        Ruling::from_parts(&self.ruling, share).ok_or_else(|| Refusal::unread("ruling: choose one of the three"))
    }

    /// The fields, with what was typed before.
    pub(super) fn fields(&self) -> Markup {
        html! {
            fieldset {
                legend { "Ruling" }
                @for (name, words) in RULINGS {
                    label.tick { input type="radio" name="ruling" value=(name) required checked[self.ruling == name]; " " (words) }
                }
            }
            label for="share" { "Share that a split takes back" }
            input id="share" name="share" inputmode="decimal" autocomplete="off" placeholder="0.5" value=(self.share)
                aria-describedby="share-help";
            p.quiet id="share-help" { "More than 0 and less than 1, at most six decimals. Only a split has one." }
            label for="reason" { "Reason, for the customer and the audit log" }
            textarea id="reason" name="reason" rows="4" maxlength="4096" required { (self.reason) }
        }
    }
}

/// Decides a dispute and goes back to its page.
pub async fn decide(
    State(assay): State<Arc<Assay>>,
    visitor: Visitor,
    id: Result<Path<String>, PathRejection>,
    decision: Result<Sent<Decision>, Failure>,
) -> Result<Response, Failure> {
    let (Path(id), Sent(decision)) = (id?, decision?);
    let id = parse(&id)?;
    if !visitor.may_decide {
        return Err(Failure::MayNotDecide);
    }
    let refusal = match decision.ruling() {
        Ok(ruling) => match assay.decide_dispute(&visitor.caller, id, ruling, &lines(&decision.reason)).await {
            Ok(_) => return Ok(Redirect::to(&format!("/disputes/{id}")).into_response()),
            Err(error) => Refusal::of(error)?,
        },
        Err(refusal) => refusal,
    };
    page(&assay, &visitor, id, &decision, Some(refusal)).await
}
