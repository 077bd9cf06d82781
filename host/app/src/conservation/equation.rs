//! Two sides that must be equal, and the money of a currency that they are about.

use std::fmt::Display;

use assay_domain::money::{Amount, Currency};
use assay_store::{
    conservation::{Documents, Flow},
    ledger::Account,
};

/// Two things that must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equation {
    /// What they are.
    pub name: String,
    /// What one comes to.
    pub left: String,
    /// What the other comes to.
    pub right: String,
    /// Whether they are equal.
    pub holds: bool,
}

impl Equation {
    pub(super) fn new<T: Display + PartialEq>(name: impl Into<String>, left: T, right: T) -> Self {
        Self { name: name.into(), holds: left == right, left: left.to_string(), right: right.to_string() }
    }
}

/// The money of a currency, in minor units.
pub(super) struct Money {
    currency: Currency,
    /// By the totals of documents.
    invoices: i64,
    credit_notes: i64,
    voided: i64,
    /// By the lines of documents that stand: of periods that are billed, and of those of which only advances are.
    pub(super) posted: i64,
    pub(super) advances: i64,
    /// What billed periods cost by the usage that is known, and by the usage that their documents counted.
    pub(super) cost: i64,
    pub(super) counted: i64,
    pub(super) due: i64,
    pub(super) unbilled: i64,
    pub(super) held: i64,
    pub(super) disputed: i64,
    /// By transfers.
    earned: i64,
    receivable: i64,
    drawn: i64,
    paid: i64,
}

/// The money of a currency at the time of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyView {
    /// Invoices, voided ones included.
    pub invoices: Amount,
    /// Credit notes: what they give back.
    pub credit_notes: Amount,
    /// What was voided.
    pub voided: Amount,
    /// What is posted: invoices less credit notes and what was voided.
    pub posted: Amount,
    /// Of that, what is due in advance of periods that are not billed yet.
    pub advances: Amount,
    /// What billed periods cost by the usage that is known.
    pub cost: Amount,
    /// What is still to be posted for them; negative is to be given back.
    pub due: Amount,
    /// Prepaid credit that paid documents, less what came back.
    pub drawn: Amount,
    /// Payments, less what was paid back.
    pub paid: Amount,
    /// What customers owe.
    pub receivable: Amount,
    /// What periods that are not billed yet cost by what has settled, less what is posted for them in advance.
    pub unbilled: Amount,
    /// What is held for what may be billed: what is provisional, and what is withheld while it is disputed.
    pub held: Amount,
    /// What is billed and disputed, so that it may be given back.
    pub disputed: Amount,
}

/// Whether a movement from one account (the second) to another (the first) adds to a sum.
type Place = fn(Account, Account) -> bool;

impl Money {
    pub(super) fn new(currency: Currency) -> Self {
        let (invoices, credit_notes, voided, posted, advances, cost, counted, due) = Default::default();
        let (unbilled, held, disputed, earned, receivable, drawn, paid) = Default::default();
        Self {
            currency,
            invoices,
            credit_notes,
            voided,
            posted,
            advances,
            cost,
            counted,
            due,
            unbilled,
            held,
            disputed,
            earned,
            receivable,
            drawn,
            paid,
        }
    }

    pub(super) fn add_documents(&mut self, documents: &Documents) {
        self.invoices = documents.invoices.minor();
        self.credit_notes = documents.credit_notes.minor();
        self.voided = documents.voided.minor();
    }

    pub(super) fn add_flow(&mut self, flow: &Flow) {
        let minor = flow.amount.minor();
        let places: [(&mut i64, Place); 4] = [
            (&mut self.receivable, |to, _| to == Account::Receivable),
            (&mut self.earned, |_, from| matches!(from, Account::Revenue | Account::Tax)),
            (&mut self.drawn, |to, from| to == Account::Wallet && from == Account::Receivable),
            (&mut self.paid, |to, from| to == Account::External && from == Account::Receivable),
        ];
        for (sum, is_more) in places {
            if is_more(flow.debit, flow.credit) {
                *sum = sum.saturating_add(minor);
            }
            // The same the other way round takes back.
            if is_more(flow.credit, flow.debit) {
                *sum = sum.saturating_sub(minor);
            }
        }
    }

    /// What documents come to by their totals.
    fn total(&self) -> i64 {
        self.invoices.saturating_add(self.credit_notes).saturating_sub(self.voided)
    }

    pub(super) fn equations(&self) -> Vec<Equation> {
        let lines = self.posted.saturating_add(self.advances);
        let equation = |name: &str, left: i64, right: i64| {
            Equation::new(format!("{name} ({})", self.currency), self.amount(left).decimal(), self.amount(right).decimal())
        };
        vec![
            equation("invoices - credit notes - voided = lines that stand", self.total(), lines),
            equation("cost of billed periods = posted for them + still to be posted", self.cost, self.posted.saturating_add(self.due)),
            equation("cost of what documents counted = posted for billed periods", self.counted, self.posted),
            equation("revenue + tax = posted", self.earned, self.total()),
            equation(
                "receivable = posted - wallet draws - payments",
                self.receivable,
                self.total().saturating_sub(self.drawn).saturating_sub(self.paid),
            ),
        ]
    }

    fn amount(&self, minor: i64) -> Amount {
        Amount::new(minor, self.currency)
    }
}

impl From<&Money> for MoneyView {
    fn from(money: &Money) -> Self {
        Self {
            invoices: money.amount(money.invoices),
            credit_notes: money.amount(money.credit_notes.saturating_neg()),
            voided: money.amount(money.voided),
            posted: money.amount(money.total()),
            advances: money.amount(money.advances),
            cost: money.amount(money.cost),
            due: money.amount(money.due),
            drawn: money.amount(money.drawn),
            paid: money.amount(money.paid),
            receivable: money.amount(money.receivable),
            unbilled: money.amount(money.unbilled),
            held: money.amount(money.held),
            disputed: money.amount(money.disputed),
        }
    }
}
