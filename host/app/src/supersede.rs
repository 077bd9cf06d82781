//! Superseding: a wrong event leaves its timeline, and a corrected one stands in its place.

use assay_domain::{
    event::{Disposition, NewEvent, check_name},
    id::EventId,
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, Tx, events,
    supersessions::{self, SupersessionRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller, Checked,
    error::{AppError, Result},
    ingest::{self, Told},
};

/// One event in the place of another, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupersessionView {
    /// The event that left its timeline.
    pub event: EventId,
    /// The event that stands in its place.
    pub successor: EventId,
    /// The subject of both.
    pub subject: String,
    /// Who said so.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub recorded_at: Timestamp,
}

impl SupersessionView {
    fn new(row: SupersessionRow, subject: String) -> Self {
        let SupersessionRow { event, successor, actor, reason, recorded_at } = row;
        Self { event, successor, subject, actor, reason, recorded_at }
    }
}

impl Assay {
    /// Puts an event in the place of a recorded one, which stays recorded and leaves its timeline; the interaction is judged again. The
    /// wrong event is named by its id, or by its source and the sender's id with a space between them. The same again answers the same.
    pub async fn supersede(&self, caller: &Caller, event: &str, replacement: NewEvent, reason: &str) -> Result<SupersessionView> {
        check_name("reason", reason)?;
        let now = self.clock.now();
        let subject = replacement.subject.clone();
        let checked = Checked::new(replacement, now)?;
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (wrong, recorded) = find(&mut tx, event).await?;
        check_subject(&recorded, &subject)?;
        let stands = supersessions::of_event(&mut tx, wrong).await?;
        let told = ingest::record_one(&mut tx, &checked, now).await?;
        let successor = match (told, stands) {
            (Told::Before(again), Some(row)) if row.successor == again => return Ok(SupersessionView::new(row, subject)),
            (_, Some(row)) => return Err(superseded_before(&mut tx, &row).await?),
            (Told::New(successor), None) => successor,
            (Told::Before(_) | Told::Otherwise, None) => return Err(recorded_before()),
        };
        let row = SupersessionRow { event: wrong, successor, actor: caller.actor.clone(), reason: reason.to_owned(), recorded_at: now };
        supersessions::insert(&mut tx, &row).await?;
        let view = SupersessionView::new(row, subject);
        self.commit_supersession(caller, tx, &recorded, &view).await?;
        Ok(view)
    }

    async fn commit_supersession(&self, caller: &Caller, tx: Tx, wrong: &NewEvent, view: &SupersessionView) -> Result<()> {
        let before = serde_json::json!({ "source": wrong.source, "id": wrong.id }).to_string();
        let after = serde_json::json!({ "successor": view.successor, "reason": view.reason }).to_string();
        let operation = caller.operation("event.supersede", view.event, Some(before), Some(after), view.recorded_at);
        caller.commit(tx, operation, view).await?;
        self.metrics.recorded(caller.tenant, &[Disposition::Accepted]);
        self.signals.touch(caller.tenant);
        Ok(())
    }
}

/// The one event that a name means, with its content.
async fn find(c: &mut impl Connection, name: &str) -> Result<(EventId, NewEvent)> {
    let found = events::by_name(c, name).await?;
    if found.len() > 1 {
        return Err(AppError::conflict(format!("{name:?} may be several events"), "name the one that is meant by its id"));
    }
    let remedy = "name it by its id, or by its source and its sender's id with a space between them";
    let unknown = || AppError::not_found("event", name, remedy);
    let id = found.into_iter().next().ok_or_else(unknown)?;
    Ok((id, events::content(c, id).await?.ok_or_else(unknown)?))
}

fn check_subject(wrong: &NewEvent, subject: &str) -> Result<(), Violation> {
    if wrong.subject == subject {
        return Ok(());
    }
    let problem = format!("the event to replace is of {:?}, and this one of {subject:?}", wrong.subject);
    Err(Violation::new("subject", problem, "send an event of the same subject"))
}

async fn superseded_before(c: &mut impl Connection, row: &SupersessionRow) -> Result<AppError> {
    let last = supersessions::last(c, row.event).await?;
    let problem = format!("the event {} was superseded before, by {}", row.event, row.successor);
    Ok(AppError::conflict(problem, format!("supersede {last}, which stands in its place")))
}

fn recorded_before() -> AppError {
    AppError::conflict("an event with the replacement's source and id is recorded already", "give the replacement an id of its own")
}
