//! What holds of every receipt by itself.

use assay_domain::{approval::Parties, decimal::Quantity, id::EventId};

use super::Receipt;

/// Why a receipt is none, whatever it was written from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Numbers begin with 1.
    #[error("number: {0} is no number of a receipt: the first is 1")]
    Number(i64),
    /// The first goes on from nothing, and every other one from the one before.
    #[error("previous: the first receipt of a customer has none, and every other one has")]
    Previous,
    /// It changes nothing.
    #[error("change.quantity: it changes nothing")]
    Nothing,
    /// Evidence is told in one order.
    #[error("judgement.evidence: {0} comes again, or behind a later one")]
    Order(EventId),
    /// Two parties agree by a signature, one without.
    #[error("definition.approval: two parties agree by the customer's signature, and one party without")]
    Approval,
}

impl Receipt {
    /// Refuses what can be no receipt.
    pub fn check(&self) -> Result<(), ReceiptError> {
        if self.number < 1 {
            return Err(ReceiptError::Number(self.number));
        }
        if (self.number == 1) != self.previous.is_none() {
            return Err(ReceiptError::Previous);
        }
        if self.change.quantity == Quantity::ZERO {
            return Err(ReceiptError::Nothing);
        }
        if (self.definition.parties == Parties::Two) != self.definition.approval.is_some() {
            return Err(ReceiptError::Approval);
        }
        let events = self.judgement.evidence.iter().map(|evidence| evidence.event);
        let later = events.clone().skip(1);
        match events.zip(later).find(|(one, next)| one >= next) {
            Some((_, next)) => Err(ReceiptError::Order(next)),
            None => Ok(()),
        }
    }
}
