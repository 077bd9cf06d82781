//! Opening a dispute.

use assay_domain::{
    dispute::{Category, DisputeState, check_claim},
    id::{CustomerId, DisputeId, EventId, InteractionId},
    outcome::Usage,
    ruling::Effect,
    violation::Violation,
};
use assay_store::{
    Connection, Page, customers, definitions,
    disputes::{self, DisputeFilter, DisputeRow, NewDispute, NewStep},
    events,
    outcomes::OutcomeRow,
    usage,
};

use super::{
    DisputeDetail,
    apply::Subject,
    place::{Counted, Place, terms},
};
use crate::{
    Assay, Caller,
    definitions::unknown_definition,
    error::{AppError, Result},
    interactions::find,
    rated::Rates,
};

/// Why a step was taken that says so itself.
const OPENED: &str = "opened";

/// What a customer disputes.
#[derive(Debug, Clone)]
pub struct DisputeRequest {
    /// The interaction, by its id or the subject of its events.
    pub interaction: String,
    /// The definition, by slug.
    pub definition: String,
    /// On behalf of which customer, by key or id: the outcome of anybody else is not there. `None` where the tenant opens it for whoever is
    /// billed.
    pub customer: Option<String>,
    /// What is wrong.
    pub category: Category,
    /// In words.
    pub claim: String,
    /// The events that are contested: each by its id, or by its source and the sender's id with a space between them.
    pub events: Vec<String>,
}

impl Assay {
    /// Opens a dispute of an outcome, holds what it is worth, and executes its judgement again.
    pub async fn open_dispute(&self, caller: &Caller, request: &DisputeRequest) -> Result<DisputeDetail> {
        check_claim(&request.claim)?;
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answered) = caller.answered::<DisputeId>(&mut tx).await? {
            drop(tx);
            return self.dispute(caller, answered).await;
        }
        let rates = Rates::read(&mut tx).await?;
        let (subject, outcome, usage) = billed_outcome(&mut tx, request).await?;
        let events = contested(&mut tx, subject.interaction, &request.events).await?;
        let last = last_of(&mut tx, &subject).await?;
        check_undisputed(last.as_ref(), &outcome)?;
        let place = Place::of(&rates, &usage);
        let terms = terms(&mut tx, place.as_ref()).await?;
        let counted = subject.counted(&mut tx, &rates).await?;
        let change = match counted.change() {
            Some(change) => change,
            None => usage::of_outcome(&mut tx, subject.key(&usage), i64::MAX).await?.1,
        };
        if let Some(bill) = counted.bill().filter(|bill| bill.issued_at.plus(terms.open_within) < now) {
            let problem = format!("it was invoiced at {} and could be disputed for {}", bill.issued_at, terms.open_within);
            return Err(AppError::conflict(problem, "talk to each other; what is agreed may be credited by hand"));
        }
        let amount = match &place {
            Some(place) => {
                let latest = usage::latest(&mut tx).await?;
                place.worth(&mut tx, &rates, (subject.definition, &usage), (latest, now)).await?
            }
            None => None,
        };
        let new = NewDispute {
            interaction: subject.interaction,
            definition: subject.definition,
            customer: subject.customer,
            version: outcome.version,
            evaluation: outcome.evaluation,
            judged: outcome.events,
            reason: outcome.reason.clone().unwrap_or_default(),
            category: request.category,
            claim: request.claim.clone(),
            events,
            quantity: usage.quantity,
            class: usage.class,
            dated_at: usage.dated_at,
            usage_change: change,
            place: place.map(|place| (place.agreement.id, place.period.name)),
            invoice: counted.bill().map(|bill| bill.invoice),
            amount,
            actor: caller.actor.clone(),
        };
        let dispute = disputes::insert(&mut tx, &new, now).await?;
        let effect = if counted == Counted::Not { Effect::Withheld } else { Effect::Stands };
        let (state, reason, actor) = (DisputeState::open(now, &terms), OPENED.to_owned(), caller.actor.clone());
        let step = NewStep { dispute, state, effect, by_default: false, reason, actor };
        self.step(caller, &mut tx, (&subject, &rates, Effect::Stands), &step, now).await?;
        let before = serde_json::json!({ "dispute": last.map(|row| row.id), "effect": Effect::Stands.name() }).to_string();
        let operation = caller.operation("dispute.open", dispute, Some(before), Some(opening(&new, &step)), now);
        caller.commit(tx, operation, &dispute).await?;
        self.examine_soon(caller, dispute).await;
        self.dispute(caller, dispute).await
    }
}

/// What the audit log is told of a dispute that is opened.
fn opening(new: &NewDispute, step: &NewStep) -> String {
    serde_json::json!({
        "interaction": new.interaction, "definition": new.definition, "customer": new.customer, "evaluation": new.evaluation,
        "category": new.category, "claim": new.claim, "events": new.events, "quantity": new.quantity, "dated_at": new.dated_at,
        "invoice": new.invoice, "amount": new.amount.map(|amount| amount.to_string()), "state": step.state.name(),
        "due_at": step.state.due_at(), "effect": step.effect.name(),
    })
    .to_string()
}

/// The outcome that is meant, and what it adds to the bill.
async fn billed_outcome(c: &mut impl Connection, request: &DisputeRequest) -> Result<(Subject, OutcomeRow, Usage)> {
    let row = find(c, &request.interaction).await?;
    let slug = &request.definition;
    let definition = definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?;
    let subject = Subject::read(c, (row.id, definition, CustomerId(0))).await?;
    let unknown = || AppError::not_found("outcome", format!("{} under {slug}", request.interaction), "the interaction shows its outcomes");
    let outcome = subject.outcome.clone().ok_or_else(unknown)?;
    if let Some(name) = &request.customer {
        let named = customers::by_name(c, name).await?.map(|customer| customer.id);
        if named.is_none() || named != outcome.customer {
            return Err(unknown());
        }
    }
    let unbilled = || AppError::conflict("nothing is billed for it", "dispute an outcome that is a success of somebody");
    let subject = Subject { customer: outcome.customer.ok_or_else(unbilled)?, ..subject };
    let usage = subject.usage().into_iter().next().ok_or_else(unbilled)?;
    Ok((subject, outcome, usage))
}

/// The events of an interaction that are named.
async fn contested(c: &mut impl Connection, interaction: InteractionId, names: &[String]) -> Result<Vec<EventId>> {
    let mut found = Vec::with_capacity(names.len());
    if names.is_empty() {
        return Ok(found);
    }
    let mine: Vec<EventId> = {
        let known = events::names(c).await?;
        events::facts(c, &known, &[interaction]).await?.into_iter().map(|(_, fact)| fact.event).collect()
    };
    for name in names {
        let unknown = || Violation::new("events", format!("{name:?} is no event of the interaction"), "name events of its timeline");
        let event = events::by_name(c, name).await?.into_iter().find(|event| mine.contains(event)).ok_or_else(unknown)?;
        found.push(event);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The latest dispute of an outcome as far as its customer is billed for it.
pub(super) async fn last_of(c: &mut impl Connection, subject: &Subject) -> Result<Option<DisputeRow>> {
    let filter = DisputeFilter {
        customer: Some(subject.customer),
        definition: Some(subject.definition),
        interaction: Some(subject.interaction),
        is_open: false,
    };
    Ok(disputes::page(c, filter, Page::ALL).await?.pop())
}

/// One dispute of an outcome at a time. What was ruled on stays so, unless it was judged anew since and nothing was taken back.
fn check_undisputed(last: Option<&DisputeRow>, outcome: &OutcomeRow) -> Result<()> {
    let Some(row) = last else { return Ok(()) };
    let (id, step) = (row.id, &row.last.step);
    if step.state.is_open() {
        return Err(AppError::conflict(format!("it is disputed already, by {id}"), format!("wait for the answer to {id}")));
    }
    if step.effect == Effect::Stands && row.dispute.evaluation != outcome.evaluation {
        return Ok(());
    }
    Err(AppError::conflict(format!("it was disputed and decided on before, by {id}"), format!("appeal {id}, while that is possible")))
}
