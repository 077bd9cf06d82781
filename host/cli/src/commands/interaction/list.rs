//! `assay interaction list`

use anyhow::Result;
use assay_app::{InteractionEntry, InteractionQuery, OutcomeEntry, Page};
use assay_domain::outcome::OutcomeState;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    session::Session,
};

/// Which to list; what is absent does not narrow.
#[derive(Debug, Args)]
pub struct List {
    /// Those of this customer, by key.
    #[arg(long)]
    customer: Option<String>,
    /// Those judged under this definition.
    #[arg(long)]
    definition: Option<String>,
    /// Those that stand here: open, provisional, final, failed, indeterminate or not-eligible.
    #[arg(long)]
    state: Option<OutcomeState>,
    /// Those that stand for this reason.
    #[arg(long)]
    reason: Option<String>,
    /// Those that a fault keeps from being judged anew, with the fault.
    #[arg(long)]
    faulted: bool,
    /// Those that belong to nobody.
    #[arg(long)]
    unassigned: bool,
    /// At most so many interactions.
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

/// An interaction with one of its outcomes, if it has any.
type Row<'e> = (&'e InteractionEntry, Option<&'e OutcomeEntry>);

impl List {
    fn query(&self) -> InteractionQuery {
        InteractionQuery {
            customer: self.customer.clone(),
            unassigned: self.unassigned,
            definition: self.definition.clone(),
            state: self.state,
            reason: self.reason.clone(),
            faulted: self.faulted,
        }
    }

    /// One row per outcome that is asked for; one without, where nothing was judged.
    fn rows<'e>(&self, entry: &'e InteractionEntry) -> Vec<Row<'e>> {
        if entry.outcomes.is_empty() {
            return vec![(entry, None)];
        }
        entry.outcomes.iter().filter(|outcome| self.asks_for(outcome)).map(|outcome| (entry, Some(outcome))).collect()
    }

    fn asks_for(&self, outcome: &OutcomeEntry) -> bool {
        self.definition.as_ref().is_none_or(|slug| outcome.definition == *slug)
            && self.state.is_none_or(|state| outcome.state == Some(state))
            && self.reason.as_ref().is_none_or(|reason| outcome.reason.as_ref() == Some(reason))
            && (outcome.fault.is_some() || !self.faulted)
    }
}

pub(crate) async fn run(list: &List, session: &Session) -> Result<Output> {
    let found = session.assay.interactions(&session.caller, &list.query(), Page { after: 0, limit: list.limit }).await?;
    let rows: Vec<Row<'_>> = found.iter().flat_map(|entry| list.rows(entry)).collect();
    let json = rows.iter().map(as_json).collect();
    let columns = ["interaction", "customer", "definition", "state", "reason", "fault"];
    Ok(Output::new(json, table(&columns, &[], rows.iter().map(cells))))
}

fn cells((entry, outcome): &Row<'_>) -> [String; 6] {
    let of = |field: fn(&OutcomeEntry) -> Option<String>| outcome.and_then(field).unwrap_or_default();
    [
        entry.subject.clone(),
        entry.customer.clone().unwrap_or_default(),
        of(|outcome| Some(outcome.definition.clone())),
        of(|outcome| outcome.state.map(|state| state.to_string())),
        of(|outcome| outcome.reason.clone()),
        of(|outcome| outcome.fault.clone()),
    ]
}

fn as_json((entry, outcome): &Row<'_>) -> Value {
    json!({ "subject": entry.subject, "customer": entry.customer, "definition": outcome.map(|outcome| &outcome.definition),
            "state": outcome.and_then(|outcome| outcome.state).map(|state| state.to_string()),
            "reason": outcome.and_then(|outcome| outcome.reason.as_ref()), "fault": outcome.and_then(|outcome| outcome.fault.as_ref()) })
}
