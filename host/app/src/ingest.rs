//! Recording events: validate, claim the identity, append, place in the timeline, mark for judging; all in one transaction.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use assay_domain::{
    attestation::Attestation,
    canon::Digest,
    event::{Disposition, NewEvent},
    id::{CustomerId, EventId},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection as _, Store, Tx, costs, customers,
    events::{self, Claimed, EventRow, NameKind},
    interactions, notices,
};

use crate::{
    Assay, Caller,
    attestations::{self, Place},
    economics::{COST, read_cost},
    error::{AppError, Result},
    json,
};

/// An event that passed every check, and who vouches for it.
#[derive(Debug, Clone)]
pub struct Checked {
    event: NewEvent,
    content: Digest,
    attested: Vec<Attestation>,
}

impl Checked {
    /// Checks an event; work for any thread.
    pub fn new(event: NewEvent, now: Timestamp) -> Result<Self, Violation> {
        event.check(now)?;
        json::check(&event.data)?;
        let content = event.content_digest();
        Ok(Self { event, content, attested: Vec::new() })
    }

    pub(crate) fn event(&self) -> &NewEvent {
        &self.event
    }

    /// Who vouches for it, besides whoever brings it.
    pub(crate) fn attested(&self) -> &[Attestation] {
        &self.attested
    }

    /// Somebody vouches for it, as was found to be true.
    pub(crate) fn attest(&mut self, by: Attestation) {
        self.attested.push(by);
    }

    fn same_content(&self, other: &NewEvent) -> bool {
        let mine = NewEvent { data: String::new(), ..self.event.clone() };
        let theirs = NewEvent { data: String::new(), ..other.clone() };
        mine == theirs && json::same(&self.event.data, &other.data)
    }
}

impl Assay {
    /// Records a batch and says what became of each event, in the order given. Accepted means durable.
    pub async fn ingest(&self, caller: &Caller, batch: Vec<NewEvent>) -> Result<Vec<Disposition>> {
        let now = self.clock.now();
        self.ingest_checked(caller, batch.into_iter().map(|event| Checked::new(event, now)).collect()).await
    }

    /// Records events that were checked elsewhere.
    pub async fn ingest_checked(&self, caller: &Caller, batch: Vec<Result<Checked, Violation>>) -> Result<Vec<Disposition>> {
        let begun = self.store.begin_beside(caller.tenant).await?;
        let told = Tellings { callers: vec![caller.clone()], lengths: vec![batch.len()], batch };
        let dispositions = record_all(&self.store, begun, &told, self.clock.now()).await?;
        self.metrics.recorded(caller.tenant, &dispositions);
        self.signals.touch(caller.tenant);
        Ok(dispositions)
    }
}

/// The batches of several callers of one tenant.
pub(crate) struct Tellings {
    pub(crate) callers: Vec<Caller>,
    /// How much of the batch is whose.
    pub(crate) lengths: Vec<usize>,
    pub(crate) batch: Vec<Result<Checked, Violation>>,
}

/// How often it is tried to record a batch that collides with others.
const ATTEMPTS: u32 = 8;

/// Records what several callers of one tenant told in one transaction; each has its own record in the audit log. Where another process told
/// the same event at the same time, or both wait for each other, it is tried again: this is the one place where that can happen, as
/// settling waits for nobody and everything else is alone.
pub(crate) async fn record_all(store: &Store, begun: Tx, told: &Tellings, now: Timestamp) -> Result<Vec<Disposition>> {
    let tenant = begun.tenant();
    let mut done = record_once(begun, told, now).await;
    for _ in 1..ATTEMPTS {
        if !matches!(&done, Err(AppError::Store(error)) if error.is_collision()) {
            break;
        }
        done = record_once(store.begin_beside(tenant).await?, told, now).await;
    }
    done
}

async fn record_once(mut tx: Tx, told: &Tellings, now: Timestamp) -> Result<Vec<Disposition>> {
    let Tellings { callers, lengths, batch } = told;
    let dispositions = record(&mut tx, batch, now).await?;
    if dispositions.contains(&Disposition::Accepted) {
        notices::tell(&mut tx).await?;
    }
    let mut from = 0;
    let mut operations = Vec::with_capacity(callers.len());
    for (caller, length) in callers.iter().zip(lengths) {
        let mine = dispositions.get(from..from + length).unwrap_or_default();
        let theirs = batch.get(from..from + length).unwrap_or_default();
        from += length;
        let count = |wanted: fn(&Disposition) -> bool| mine.iter().filter(|d| wanted(d)).count();
        let after = format!(
            r#"{{"accepted":{},"duplicate":{},"conflict":{}{}}}"#,
            count(|d| matches!(d, Disposition::Accepted)),
            count(|d| matches!(d, Disposition::Duplicate)),
            count(|d| matches!(d, Disposition::Conflict)),
            attestations::counted(theirs, mine),
        );
        operations.push(caller.operation("events.ingest", "batch", None, Some(after), now));
    }
    if let Some(last) = operations.pop() {
        for operation in &operations {
            tx.log(operation).await?;
        }
        tx.commit(last).await?;
    }
    Ok(dispositions)
}

async fn record(tx: &mut Tx, batch: &[Result<Checked, Violation>], now: Timestamp) -> Result<Vec<Disposition>> {
    let events: Vec<&Checked> = batch.iter().filter_map(|checked| checked.as_ref().ok()).collect();
    let distinct = |name: fn(&NewEvent) -> &String| -> Vec<String> {
        events.iter().map(|checked| name(&checked.event)).collect::<BTreeSet<_>>().into_iter().cloned().collect()
    };
    let sources = events::intern(tx, NameKind::Source, &distinct(|event| &event.source)).await?;
    let mut holders = claimed(tx, &sources, &events).await?;
    let (mut dispositions, mut new, mut vouched) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
    for checked in batch {
        dispositions.push(match checked {
            Err(violation) => Disposition::Rejected(violation.clone()),
            Ok(checked) => {
                let source = sources.get(&checked.event.source).copied().unwrap_or_default();
                let (disposition, place) = match holders.entry((source, checked.event.id.as_str())) {
                    Entry::Vacant(free) => {
                        let place = Place::New(new.len());
                        free.insert(Holder::Batch(new.len(), checked));
                        new.push((source, checked));
                        (Disposition::Accepted, place)
                    }
                    Entry::Occupied(taken) => (collide(tx, source, checked, taken.get(), now).await?, taken.get().place()),
                };
                if !checked.attested().is_empty() && disposition != Disposition::Conflict {
                    vouched.push((place, checked));
                }
                disposition
            }
        });
    }
    let ids = if new.is_empty() { Vec::new() } else { append(tx, &new, now).await? };
    attestations::record(tx, &vouched, &ids, now).await?;
    Ok(dispositions)
}

/// What became of one event that was told within a transaction that does more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is recorded, under this id.
    New(EventId),
    /// The same was recorded before, under this id.
    Before(EventId),
    /// Its identity is that of an event with other content; nothing is recorded.
    Otherwise,
}

/// Records one event in an open transaction. What collides with another is not kept aside: the caller refuses the whole.
pub(crate) async fn record_one(tx: &mut Tx, checked: &Checked, now: Timestamp) -> Result<Told> {
    let event = &checked.event;
    let sources = events::intern(tx, NameKind::Source, std::slice::from_ref(&event.source)).await?;
    let source = sources.get(&event.source).copied().unwrap_or_default();
    let Some(claimed) = events::claimed(tx, source, std::slice::from_ref(&event.id)).await?.remove(&event.id) else {
        let ids = append(tx, &[(source, checked)], now).await?;
        return Ok(Told::New(ids.first().copied().unwrap_or(EventId(0))));
    };
    let id = claimed.event;
    Ok(if is_same(tx, checked, &Holder::Recorded(claimed)).await? { Told::Before(id) } else { Told::Otherwise })
}

/// Who holds an identity: a recorded event, or an earlier one of the same batch, by its number among the new ones.
enum Holder<'b> {
    Recorded(Claimed),
    Batch(usize, &'b Checked),
}

impl Holder<'_> {
    fn place(&self) -> Place {
        match self {
            Self::Recorded(claimed) => Place::Before(claimed.event),
            Self::Batch(number, _) => Place::New(*number),
        }
    }
}

type Holders<'b> = HashMap<(i64, &'b str), Holder<'b>>;

async fn claimed<'b>(tx: &mut Tx, sources: &HashMap<String, i64>, events: &[&'b Checked]) -> Result<Holders<'b>> {
    let mut holders = HashMap::with_capacity(events.len());
    for (name, source) in sources {
        let of_source = || events.iter().filter(|checked| checked.event.source == *name);
        let ids: Vec<String> = of_source().map(|checked| checked.event.id.clone()).collect();
        let mut recorded = events::claimed(tx, *source, &ids).await?;
        if recorded.is_empty() {
            continue;
        }
        for checked in of_source() {
            if let Some(claimed) = recorded.remove(&checked.event.id) {
                holders.insert((*source, checked.event.id.as_str()), Holder::Recorded(claimed));
            }
        }
    }
    Ok(holders)
}

/// Whether an event tells what the holder of its identity told. Bytes are compared first, JSON only when they differ.
async fn is_same(tx: &mut Tx, checked: &Checked, holder: &Holder<'_>) -> Result<bool> {
    Ok(match holder {
        Holder::Batch(_, first) => first.content == checked.content || checked.same_content(&first.event),
        Holder::Recorded(claimed) if claimed.content == checked.content => true,
        Holder::Recorded(claimed) => events::content(tx, claimed.event).await?.is_some_and(|first| checked.same_content(&first)),
    })
}

/// The same content is a duplicate; other content is kept aside.
async fn collide(tx: &mut Tx, source: i64, checked: &Checked, holder: &Holder<'_>, now: Timestamp) -> Result<Disposition> {
    if is_same(tx, checked, holder).await? {
        return Ok(Disposition::Duplicate);
    }
    let event = &checked.event;
    let kept = serde_json::json!({
        "type": event.kind, "subject": event.subject, "time": event.occurred_at, "sequence": event.sequence,
        "customer": event.customer, "actor": event.actor, "data": event.data,
    });
    events::insert_conflict(tx, source, &event.id, checked.content, &kept.to_string(), now).await?;
    Ok(Disposition::Conflict)
}

/// Records at least one event whose identity is free; gives back the ids.
async fn append(tx: &mut Tx, new: &[(i64, &Checked)], now: Timestamp) -> Result<Vec<EventId>> {
    let distinct = |names: BTreeSet<&String>| -> Vec<String> { names.into_iter().cloned().collect() };
    let types = distinct(new.iter().map(|(_, checked)| &checked.event.kind).collect());
    let types = events::intern(tx, NameKind::Type, &types).await?;
    let keys = distinct(new.iter().filter_map(|(_, checked)| checked.event.customer.as_ref()).collect());
    customers::see(tx, &keys, now).await?;
    let customers: HashMap<String, CustomerId> = customers::by_keys(tx, &keys).await?;
    let subjects = distinct(new.iter().map(|(_, checked)| &checked.event.subject).collect());
    let interactions = interactions::touch(tx, &subjects, now).await?;
    let rows: Vec<EventRow<'_>> = new
        .iter()
        .filter_map(|(source, checked)| {
            Some(EventRow {
                event: &checked.event,
                content: checked.content,
                source: *source,
                kind: *types.get(&checked.event.kind)?,
                interaction: *interactions.get(&checked.event.subject)?,
                customer: checked.event.customer.as_ref().and_then(|key| customers.get(key).copied()),
            })
        })
        .collect();
    debug_assert_eq!(rows.len(), new.len(), "every name was interned above");
    let ids = events::insert(tx, &rows, now).await?;
    let told = |(id, row): (&EventId, &EventRow<'_>)| (row.event.kind == COST).then(|| (*id, row.interaction, read_cost(&row.event.data)));
    let costs: Vec<_> = ids.iter().zip(&rows).filter_map(told).collect();
    if !costs.is_empty() {
        costs::insert(tx, &costs).await?;
    }
    Ok(ids)
}
