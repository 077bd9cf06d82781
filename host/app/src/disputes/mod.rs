//! Disputes: from a customer's claim to the credit note.
//!
//! A dispute is of one outcome, as far as one customer is billed for it. While it is open its marginal amount is held. Where no document has
//! counted the outcome yet, a change of usage takes it off, so that the next invoice goes out without it; where one has, that invoice shows
//! it as disputed. Executing the judgement again says at once whether it comes out as it was recorded. A decision then binds the outcome for
//! ever, whatever facts come later, unless it is appealed in time: [`Effect`](assay_domain::ruling::Effect) says what it makes of the usage, judging
//! applies it after every verdict, and settlement turns the change into a credit note or a line of the next invoice. Every change that a ruling
//! makes names its dispute and carries the date of what it changes.
//!
//! Orders do not matter. A ruling and a verdict that come one after the other emit what they would have emitted the other way round: each
//! emits the difference between what counted and what counts now, and a verdict that was found beside a ruling is not settled but asked for
//! again.
//!
//! Of an outcome that a document has counted, the disputed amount is what it was worth then: with everything that stood, less without it.
//!
//! To add a category: a variant of [`Category`](assay_domain::dispute::Category). To add a decision: a variant of
//! [`Ruling`](assay_domain::ruling::Ruling) and its [`Effect`](assay_domain::ruling::Effect).

mod apply;
mod decide;
mod due;
mod examine;
mod fixtures;
mod open;
mod place;
mod report;
mod rulings;
mod settings;
mod trial;
mod views;

pub(crate) use self::{fixtures::fixtures_gate, place::Place, rulings::Rulings};
pub use self::{
    fixtures::{Expectation, FixtureEvent, FixtureRequest, FixtureResult, FixtureView, SavedFixture},
    open::DisputeRequest,
    report::{DisputeReport, DisputeTally},
    settings::DisputeTermsView,
    views::{DisputeDetail, DisputeQuery, DisputeView, FindingView, StepView},
};
