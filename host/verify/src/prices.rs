//! The agreements of a document: whose usage, by which prices, cut into which periods.

use std::collections::BTreeMap;

use assay_domain::{
    id::AgreementId,
    period::{Calendar, Period},
    time::Timestamp,
};
use assay_rating::{
    card::{Overrides, RateCard},
    rate::Coverage,
};
use assay_receipt::bundle::{BundledAgreement, BundledInvoice, BundledPeriod};

use crate::{
    check::{Check, Place},
    findings::Findings,
};

/// An agreement with its prices, made ready.
pub(crate) struct Priced<'a> {
    pub(crate) told: &'a BundledAgreement,
    /// The card with what is agreed otherwise.
    pub(crate) card: RateCard,
    calendar: Calendar,
}

/// The agreements that could be made ready.
pub(crate) fn agreements<'a>(invoice: &'a BundledInvoice, findings: &mut Findings) -> BTreeMap<AgreementId, Priced<'a>> {
    let priced = invoice.agreements.iter().filter_map(|told| {
        let place = Place::thing(format!("the agreement {}", told.id));
        let priced = findings.take(Check::Price, &place, Priced::new(told, invoice))?;
        Some((told.id, priced))
    });
    priced.collect()
}

impl<'a> Priced<'a> {
    fn new(told: &'a BundledAgreement, invoice: &BundledInvoice) -> Result<Self, String> {
        let list: RateCard = serde_json::from_str(told.card.get()).map_err(|error| format!("its rate card cannot be read: {error}"))?;
        list.check().map_err(|violation| format!("its rate card cannot be billed by: {violation}"))?;
        let overrides = told.overrides.as_ref().map(|overrides| serde_json::from_str::<Overrides>(overrides.get())).transpose();
        let overrides = overrides.map_err(|error| format!("its overrides cannot be read: {error}"))?.unwrap_or_default();
        let card = list.with(&overrides).map_err(|violation| format!("its overrides do not fit its rate card: {violation}"))?;
        if card.currency != invoice.currency {
            return Err(format!("its prices are in {}, and the document is in {}", card.currency, invoice.currency));
        }
        let calendar = Calendar { cycle: card.cycle, zone: card.time_zone.clone(), anchor: told.from };
        Ok(Self { told, card, calendar })
    }

    /// Whether it is in force for a customer at a time.
    pub(crate) fn covers(&self, customer: &str, at: Timestamp) -> bool {
        self.told.customer == customer && self.told.from <= at && self.told.until.is_none_or(|until| at < until)
    }

    /// The period that a time lies in.
    pub(crate) fn containing(&self, at: Timestamp) -> Option<Period> {
        self.calendar.containing(at)
    }

    /// Whether a period is billed by the run of a document, or was to be billed by an earlier one.
    pub(crate) fn is_billed_by(&self, period: &Period, invoice: &BundledInvoice) -> bool {
        self.calendar.month_billing(period) <= invoice.period
    }

    /// A period of a document, and how much of it the agreement covers. One that is billed by its usage has ended.
    pub(crate) fn coverage(&self, told: &BundledPeriod) -> Option<Coverage> {
        let Period { start, end, .. } = self.calendar.named(told.period)?;
        let covered = (start.max(self.told.from), self.told.until.map_or(end, |until| until.min(end)));
        let covered = if covered.0 < covered.1 { covered } else { (start, start) };
        Some(Coverage { period: (start, end), covered, ended: true })
    }
}
