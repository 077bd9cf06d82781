//! Recording who vouches for events, in the transaction that records the events.

use assay_domain::{event::Disposition, id::EventId, time::Timestamp, violation::Violation};
use assay_store::{Tx, attestations};

use crate::{Checked, error::Result};

/// Where an event is recorded: before, or in this batch as the one with a number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Before(EventId),
    New(usize),
}

/// Records who vouches for events, those that were recorded before included: what tells the same is vouched for alike. `ids` are those of
/// the new ones.
pub(crate) async fn record(tx: &mut Tx, vouched: &[(Place, &Checked)], ids: &[EventId], now: Timestamp) -> Result<()> {
    if vouched.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(vouched.len());
    for (place, checked) in vouched {
        let event = match place {
            Place::Before(event) => Some(*event),
            Place::New(number) => ids.get(*number).copied(),
        };
        if let Some(event) = event {
            rows.extend(checked.attested().iter().map(|by| (event, by)));
        }
    }
    Ok(attestations::insert(tx, &rows, now).await?)
}

/// For how many recorded events somebody vouches, as one more member of an object; nothing where nobody does.
pub(crate) fn counted(told: &[Result<Checked, Violation>], became: &[Disposition]) -> String {
    let is_recorded = |disposition: &Disposition| matches!(disposition, Disposition::Accepted | Disposition::Duplicate);
    let is_attested = |told: &Result<Checked, Violation>| told.as_ref().is_ok_and(|checked| !checked.attested().is_empty());
    match told.iter().zip(became).filter(|(told, became)| is_attested(told) && is_recorded(became)).count() {
        0 => String::new(),
        count => format!(r#","attested":{count}"#),
    }
}
