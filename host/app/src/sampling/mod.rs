//! The sampling audit: billed outcomes that chance draws, that people look at, and what that says about all that is billed.
//!
//! A sample is drawn from the outcomes of a month that documents have counted, as they stood up to one change of usage. Its seed is written
//! into the audit log with it, and [`Assay::verify_sample`](crate::Assay::verify_sample) draws it again: the population is put in order of
//! interaction, definition, customer and date, and a Fisher–Yates shuffle that stops after the sample's size takes its numbers from
//! ChaCha8 with the seed as its key.
//!
//! The billing error rate comes with the exact interval of Clopper and Pearson, the amount error with a difference estimate: [`report`] has
//! both methods.

mod draw;
mod interval;
mod judge;
mod report;
mod views;

pub use self::{
    draw::SampleRequest,
    interval::Interval,
    judge::SampleJudgement,
    report::{SampleEstimate, SampleReport},
    views::{SampleDetail, SampleItemView, SampleView},
};
