//! What a rule costs: instructions, memory and time, how they grow with the events, and how many events it takes to reach a limit.
//!
//! Timelines are grown from a fixture, by repeating it, and made up from what the rule declares to read: the costliest of many shapes
//! that no honest sender may ever tell, but that somebody could.
//!
//! To add a way to be costly: a field of [`Shape`](worst::Shape), and its values in `worst::shapes`.

mod growth;
mod limit;
mod measure;
mod worst;

use assay_domain::{projection::InputEvent, time::Timestamp};

pub(crate) use self::{
    growth::{Base, base},
    limit::{Reached, reached},
    measure::{Cost, measure},
    worst::worst,
};

/// A question with its timeline, as a rule is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) opened_at: Timestamp,
    pub(crate) events: Vec<InputEvent>,
    pub(crate) as_of: Timestamp,
}
