//! Reading events: for which side of the tenant, and on whose word besides the key's.

use assay_app::{Submitted, Webhook};
use assay_domain::{attestation::EventSignature, event::NewEvent, key::Mode, time::Timestamp, violation::Violation};

use super::{
    lines::Line,
    wire::{self, Sent},
};

/// The event's id, where one can be read, and the event, or why there is none.
pub type Parsed = (Option<String>, Result<Submitted, Violation>);

/// How events are read that come in together.
#[derive(Clone)]
pub struct Reading {
    /// The side of the tenant that they are for.
    pub mode: Mode,
    /// The webhook that brings them, if one does.
    pub webhook: Option<Webhook>,
}

impl Reading {
    /// Reads one line.
    pub fn line(&self, line: Line<'_>, now: Timestamp) -> Parsed {
        match line.bytes() {
            Ok(json) => self.event(json, now),
            Err(violation) => (None, Err(violation)),
        }
    }

    /// Reads one event.
    pub fn event(&self, json: &[u8], now: Timestamp) -> Parsed {
        match wire::sent(json).and_then(|Sent { event, mode, signature }| Ok((marked(event, mode, self.mode)?, signature))) {
            Ok((event, signature)) => (Some(event.id.clone()), self.submit(event, signature, now)),
            Err(violation) => (wire::id(json), Err(violation)),
        }
    }

    fn submit(&self, event: NewEvent, signature: Option<EventSignature>, now: Timestamp) -> Result<Submitted, Violation> {
        let submitted = Submitted::new(event, signature, now)?;
        match &self.webhook {
            Some(webhook) => webhook.vouch(submitted),
            None => Ok(submitted),
        }
    }
}

/// What an event is marked with must be what it is told for.
pub fn marked(event: NewEvent, marked: Option<Mode>, mode: Mode) -> Result<NewEvent, Violation> {
    match marked {
        Some(marked) if marked != mode => {
            let remedy = format!("send it with a {marked} key, or without the mark");
            Err(Violation::new("mode", format!("it is marked {marked}, and the key is for {mode} data"), remedy))
        }
        _ => Ok(event),
    }
}
