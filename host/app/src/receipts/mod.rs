//! Receipts: what customers are told of every change of what they are billed, in a form that they can execute again, and the log that nobody
//! can rewrite unseen.
//!
//! Nothing is written at settlement. A sequencer follows ([`sequence`]); what it writes is all that is ever said of a change, whatever is
//! erased later. A document names the newest receipts of its customers and the checkpoint that it is issued under.

mod bundle;
mod erase;
mod invoice;
mod log;
mod sequence;
mod views;
mod write;

use assay_domain::id::ReceiptId;

use crate::error::AppError;

pub(crate) use self::sequence::name_heads;
pub use self::{
    erase::Erasure,
    views::{LogView, ReceiptQuery, ReceiptView},
};

/// There is no such receipt.
pub(crate) fn unknown_receipt(id: ReceiptId) -> AppError {
    AppError::not_found("receipt", id.to_string(), "the list of receipts shows them; a new one is written within seconds")
}
