//! What makes a line readable: whose usage, under which prices, for which time, and which invoice it corrects.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_domain::{
    id::{CustomerId, DisputeId},
    money::Amount,
    period::{Calendar, Cycle, Period},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_store::{
    Connection, StoreError,
    billing::{self, InvoiceRow, LineKind, LineRow},
    customers, disputes, invoice_changes, tenants,
};

use super::{Basis, InvoiceView, LineDispute, LineView};
use crate::{error::Result, rated::Rates};

/// What lines are explained with, read once for any number of documents.
pub(super) struct Explainer {
    issuer: String,
    rates: Rates,
    /// Whether there is any dispute; most tenants have none.
    pub(super) has_disputes: bool,
}

impl Explainer {
    pub(super) async fn read(c: &mut impl Connection) -> Result<Self> {
        let tenant = c.tenant();
        let issuer = tenants::by_id(c, tenant).await?.map(|tenant| tenant.title).unwrap_or_default();
        Ok(Self { issuer, rates: Rates::read(c).await?, has_disputes: disputes::any(c).await? })
    }

    /// An issued document.
    pub(super) async fn issued(&self, c: &mut impl Connection, invoice: InvoiceRow) -> Result<InvoiceView> {
        let rows = billing::lines(c, invoice.id).await?;
        self.document(c, invoice, rows).await
    }

    /// A document with these lines.
    pub(super) async fn document(&self, c: &mut impl Connection, invoice: InvoiceRow, rows: Vec<LineRow>) -> Result<InvoiceView> {
        let users: BTreeSet<CustomerId> = rows.iter().map(|line| line.customer).collect();
        let users: Vec<CustomerId> = users.into_iter().collect();
        let keys = customers::keys(c, &users).await?;
        let mut lines = Vec::with_capacity(rows.len());
        // An outcome that several charges count is disputed once.
        let mut disputed: BTreeMap<DisputeId, Amount> = BTreeMap::new();
        for line in rows {
            let original = original(c, &invoice, &line).await?;
            let found = self.disputes(c, &line).await?;
            disputed.extend(found.iter().filter_map(|on_line| Some((on_line.dispute, on_line.disputed?))));
            let disputes = found.into_iter().map(|on_line| LineDispute { id: on_line.dispute, state: on_line.state }).collect();
            lines.push(LineView { disputes, ..self.line(&keys, line, original)? });
        }
        let note = invoice_changes::reason(c, invoice.id).await?;
        let prepaid = Amount::new(invoice_changes::drawn(c, invoice.id).await?, invoice.total.currency());
        let none = Amount::new(0, invoice.total.currency());
        let disputed = disputed.into_values().fold(none, |sum, amount| sum.checked_add(amount).unwrap_or(sum));
        Ok(InvoiceView { invoice, issuer: self.issuer.clone(), note, prepaid, disputed, lines })
    }

    fn line(&self, keys: &HashMap<CustomerId, String>, line: LineRow, original: Option<String>) -> Result<LineView> {
        let card = self.card(&line)?;
        let (agreement, calendar, period) = self.period(&line)?;
        Ok(LineView {
            customer: keys.get(&line.customer).cloned().unwrap_or_default(),
            plan: card.name.clone(),
            basis: Basis::of(card, &line),
            charged: Rates::covered(agreement, &period).unwrap_or((period.start, period.end)),
            span: span(&calendar, &period),
            original,
            line,
            disputes: Vec::new(),
            behind: Vec::new(),
        })
    }

    /// The prices that a line was rated by.
    pub(super) fn card(&self, line: &LineRow) -> Result<&RateCard> {
        let card = self.rates.agreement(line.agreement).and_then(|agreement| self.rates.card(agreement));
        Ok(card.ok_or_else(|| corrupt("agreement", line.agreement.to_string()))?)
    }

    /// The agreement of a line, its calendar, and which of its periods the line bills.
    pub(super) fn period(&self, line: &LineRow) -> Result<(&Agreement, Calendar, Period)> {
        let agreement = self.rates.agreement(line.agreement);
        let found = agreement.and_then(|agreement| {
            let calendar = self.rates.calendar(agreement)?;
            let period = calendar.named(line.period)?;
            Some((agreement, calendar, period))
        });
        Ok(found.ok_or_else(|| corrupt("period", line.period.to_string()))?)
    }
}

fn corrupt(column: &'static str, value: String) -> StoreError {
    StoreError::Corrupt { table: "invoice_lines", column, value }
}

/// A credit note takes back from one invoice; a late charge adds to what an earlier one billed.
async fn original(c: &mut impl Connection, invoice: &InvoiceRow, line: &LineRow) -> Result<Option<String>> {
    match (&invoice.corrects, line.kind) {
        (Some(number), _) => Ok(Some(number.clone())),
        (None, LineKind::Correction) => Ok(invoice_changes::original(c, invoice.id, line).await?),
        (None, LineKind::Charge) => Ok(None),
    }
}

/// A period in words: its month, or its first and its last day, where the customer is.
fn span(calendar: &Calendar, period: &Period) -> String {
    let day = |at: Timestamp| calendar.zone.local(at).date();
    let last = Timestamp::from_micros(period.end.micros() - 1).unwrap_or(period.end);
    match calendar.cycle {
        Cycle::Monthly => day(period.start).strftime("%B %Y").to_string(),
        Cycle::Anniversary => format!("{} to {}", day(period.start).strftime("%-d %B %Y"), day(last).strftime("%-d %B %Y")),
    }
}
