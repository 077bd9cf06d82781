//! The bundle of a document: its lines, and everything it takes to compute them anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_domain::{
    id::{AgreementId, CustomerId, DefinitionId, RateCardId},
    period::{BillingPeriod, Period, PeriodName},
    terms::Agreement,
    time::Timestamp,
};
use assay_receipt::{
    bundle::{
        Billed, Bundle, BundledAgreement, BundledInvoice, BundledLine, BundledPeriod, CountedEvent, DocumentKind, LineKind, NamedHead,
        PostedElsewhere,
    },
    chain::ChainHead,
    note::Note,
};
use assay_store::{
    Reader,
    billing::{self, LineRow, RunRow, RunState},
    customers, definitions, rate_cards,
    receipts::{self, CountedRow, InvoiceHead, PostedLineRow, ReceiptFilter},
};
use serde_json::value::RawValue;

use super::{
    bundle::{Chain, stored},
    log::{corrupt, unsigned},
};
use crate::{
    Assay, Caller, InvoiceView,
    error::{AppError, Result},
    rated::Rates,
};

impl Assay {
    /// A document, by number or id, with everything it takes to verify it: the receipts of its customers, and what computes its lines.
    pub async fn invoice_bundle(&self, caller: &Caller, name: &str) -> Result<Bundle> {
        self.invoice_bundle_since(caller, name, &[]).await
    }

    /// The same for somebody who has kept checkpoints of these sizes of the log, and is to see that it has only grown since.
    pub async fn invoice_bundle_since(&self, caller: &Caller, name: &str, kept: &[u64]) -> Result<Bundle> {
        self.write_receipts_or_tell(caller.tenant).await;
        let view = self.invoice(caller, name, None).await?;
        let mut reader = self.store.read(caller.tenant).await?;
        let document = Document::read(&mut reader, &view).await?;
        let told = document.told(&mut reader).await?;
        let mut sizes = kept.to_vec();
        let mut chains = Vec::with_capacity(document.heads.len());
        for head in &document.heads {
            sizes.extend(receipts::sizes_before(&mut reader, view.invoice.id, head.customer).await?.into_iter().map(unsigned));
            sizes.push(unsigned(head.log_size));
            chains.push(document.chain(&mut reader, head, &told).await?);
        }
        let mut bundle = self.bundle(&mut reader, chains, &sizes).await?;
        bundle.invoice = Some(document.bundled(&mut reader, told).await?);
        Ok(bundle)
    }
}

/// A document, and what its run had seen.
struct Document<'v> {
    view: &'v InvoiceView,
    heads: Vec<InvoiceHead>,
    run: RunRow,
    /// The last changes of usage that the run before had seen, and its own.
    usage: (i64, i64),
    /// The months that were billed before.
    billed: BTreeSet<BillingPeriod>,
    rates: Rates,
}

/// A period that a document tells of, under its agreement.
struct Told<'d> {
    agreement: &'d Agreement,
    period: Period,
    bundled: BundledPeriod,
}

impl<'v> Document<'v> {
    async fn read(reader: &mut Reader, view: &'v InvoiceView) -> Result<Self> {
        let invoice = &view.invoice;
        let heads = receipts::of_invoice(reader, invoice.id).await?;
        if heads.is_empty() {
            let problem = format!("{} was issued before there were receipts", invoice.number);
            return Err(AppError::conflict(problem, "export the bundles of later documents"));
        }
        let runs = billing::runs(reader).await?;
        let missing = || corrupt("invoices", "run", invoice.period);
        let run = runs.iter().find(|run| run.period == invoice.period).cloned().ok_or_else(missing)?;
        let before: Vec<&RunRow> = runs.iter().filter(|other| other.id < run.id).collect();
        let usage_after = before.iter().map(|run| seen(run)).max().unwrap_or(0);
        let billed = before.iter().map(|run| run.period).collect();
        let usage = (usage_after, seen(&run));
        Ok(Self { view, heads, run, usage, billed, rates: Rates::read(reader).await? })
    }

    /// The periods that it bills, and every other one in which usage of its customers has changed since the run before.
    async fn told(&self, reader: &mut Reader) -> Result<Vec<Told<'_>>> {
        let lines = self.view.lines.iter().map(|line| (line.line.agreement, line.line.period));
        let mut names: BTreeSet<(AgreementId, PeriodName)> = lines.collect();
        for head in &self.heads {
            let filter = ReceiptFilter { customer: Some(head.customer), interaction: None };
            let mut rows = receipts::page(reader, filter, self.usage.0, u32::MAX).await?;
            rows.retain(|row| row.usage <= self.usage.1);
            let changed = stored(rows)?.into_iter().filter_map(|(_, receipt)| self.billed_in(head.customer, receipt.change.dated_at));
            names.extend(changed);
        }
        let mut told = Vec::with_capacity(names.len());
        for (agreement, name) in names {
            told.push(self.told_of(reader, agreement, name).await?);
        }
        Ok(told)
    }

    /// The period that a change of usage counts in, if this run bills it, or an earlier one did.
    fn billed_in(&self, customer: CustomerId, at: Timestamp) -> Option<(AgreementId, PeriodName)> {
        let currency = self.view.invoice.total.currency();
        let is_priced_alike = |agreement: &&Agreement| self.rates.card(agreement).is_some_and(|card| card.currency == currency);
        let agreement = self.rates.of(customer).filter(is_priced_alike).find(|agreement| agreement.covers(at))?;
        let calendar = self.rates.calendar(agreement)?;
        let period = calendar.containing(at)?;
        (calendar.month_billing(&period) <= self.run.period).then_some((agreement.id, period.name))
    }

    async fn told_of(&self, reader: &mut Reader, agreement: AgreementId, name: PeriodName) -> Result<Told<'_>> {
        let missing = || corrupt("invoice_lines", "agreement", agreement);
        let agreement = self.rates.agreement(agreement).ok_or_else(missing)?;
        let calendar = self.rates.calendar(agreement).ok_or_else(missing)?;
        let period = calendar.named(name).ok_or_else(missing)?;
        let (invoice, run) = (&self.view.invoice, self.run.id);
        let posted = receipts::posted(reader, agreement.customer, agreement.id, name).await?;
        let stood = |row: &&PostedLineRow| row.voided_at.is_none_or(|at| at > invoice.issued_at);
        let before = posted.iter().filter(|row| row.run != run && row.document < invoice.id).filter(stood);
        let before: Vec<PostedElsewhere> = before.map(elsewhere).collect();
        let beside = posted.iter().filter(|row| row.run == run && row.document != invoice.id).map(elsewhere).collect();
        let month = calendar.month_billing(&period);
        let is_over = (month == self.run.period || self.billed.contains(&month)) && period.end <= invoice.issued_at;
        let is_posted = posted.iter().any(|row| row.run == run) || !before.is_empty();
        let billed = match (is_posted, is_over) {
            (false, _) => Billed::Never,
            (true, true) => Billed::Arrears,
            (true, false) => Billed::Advance,
        };
        let counted = if billed == Billed::Arrears { self.counted(reader, agreement, &period).await? } else { Vec::new() };
        let bundled = BundledPeriod { agreement: agreement.id, period: name, billed, before, beside, counted };
        Ok(Told { agreement, period, bundled })
    }

    /// The events that a period's prices count by themselves.
    async fn counted(&self, reader: &mut Reader, agreement: &Agreement, period: &Period) -> Result<Vec<CountedEvent>> {
        let (Some(card), Some(covered)) = (self.rates.card(agreement), Rates::covered(agreement, period)) else { return Ok(Vec::new()) };
        let kinds: BTreeSet<&str> = card.event_fields().map(|(kind, _)| kind).collect();
        let mut counted = Vec::new();
        for kind in kinds {
            let filter = Rates::filter(agreement, covered, self.usage.1);
            counted.extend(receipts::counted(reader, filter, kind).await?.into_iter().map(counted_event));
        }
        Ok(counted)
    }

    /// The receipts of a customer since the document before, and those before it that count in what this one bills.
    async fn chain(&self, reader: &mut Reader, head: &InvoiceHead, told: &[Told<'_>]) -> Result<Chain> {
        let customer = head.customer;
        let before = receipts::before(reader, self.view.invoice.id, customer).await?;
        let from = before.and_then(|before| before.head).map(|(number, digest)| ChainHead { number, digest });
        let (after, last) = (from.map_or(0, |from| from.number), head.head.map_or(0, |(number, _)| number));
        let mut earlier = BTreeMap::new();
        let billed = told.iter().filter(|told| told.agreement.customer == customer && told.bundled.billed == Billed::Arrears);
        for covered in billed.filter_map(|told| Rates::covered(told.agreement, &told.period)) {
            let rows = receipts::dated(reader, customer, after, covered).await?;
            earlier.extend(rows.into_iter().map(|row| (row.number, row)));
        }
        let receipts = stored(receipts::chain(reader, customer, after, last).await?)?;
        Ok(Chain { customer, from, receipts, earlier: stored(earlier.into_values().collect())? })
    }

    async fn bundled(&self, reader: &mut Reader, told: Vec<Told<'_>>) -> Result<BundledInvoice> {
        let InvoiceView { invoice, lines, prepaid, .. } = self.view;
        let size = self.heads.iter().map(|head| head.log_size).max().unwrap_or_default();
        let missing = || corrupt("invoice_heads", "log_size", size);
        let checkpoint = receipts::checkpoint_at(reader, size).await?.ok_or_else(missing)?;
        let checkpoint: Note = checkpoint.note.parse().map_err(|error| corrupt("checkpoints", "note", error))?;
        let customers: Vec<CustomerId> = self.heads.iter().map(|head| head.customer).collect();
        let customers = customers::keys(reader, &customers).await?;
        let key = |customer: CustomerId| customers.get(&customer).cloned().unwrap_or_default();
        let named = |head: &InvoiceHead| NamedHead {
            customer: key(head.customer),
            head: head.head.map(|(number, digest)| ChainHead { number, digest }),
        };
        let (total, prepaid) = (invoice.total.minor(), prepaid.minor());
        Ok(BundledInvoice {
            number: invoice.number.clone(),
            kind: if invoice.corrects.is_some() { DocumentKind::CreditNote } else { DocumentKind::Invoice },
            corrects: invoice.corrects.clone(),
            payer: invoice.customer_key.clone(),
            period: invoice.period,
            issued_at: invoice.issued_at,
            currency: invoice.total.currency(),
            total_minor: total,
            prepaid_minor: prepaid,
            due_minor: total.saturating_sub(prepaid),
            usage_after: self.usage.0,
            usage_until: self.usage.1,
            checkpoint,
            heads: self.heads.iter().map(named).collect(),
            lines: lines.iter().map(|line| bundled_line(&line.line)).collect(),
            agreements: agreements(reader, &told, key).await?,
            periods: told.into_iter().map(|told| told.bundled).collect(),
        })
    }
}

/// The last change of usage that a run has seen.
fn seen(run: &RunRow) -> i64 {
    match run.state {
        RunState::Draining => 0,
        RunState::Issuing { usage_until } | RunState::Finished { usage_until } => usage_until,
    }
}

/// The agreements of periods, each once, with their prices.
async fn agreements(reader: &mut Reader, told: &[Told<'_>], key: impl Fn(CustomerId) -> String) -> Result<Vec<BundledAgreement>> {
    let cards: HashMap<RateCardId, String> = rate_cards::all(reader).await?.into_iter().map(|row| (row.id, row.card)).collect();
    let slugs: HashMap<DefinitionId, String> = definitions::all(reader).await?.into_iter().collect();
    let each: BTreeMap<AgreementId, &Agreement> = told.iter().map(|told| (told.agreement.id, told.agreement)).collect();
    let agreement = |agreement: &Agreement| {
        let missing = || corrupt("agreements", "rate_card", agreement.id);
        let card = cards.get(&agreement.rate_card).cloned().ok_or_else(missing)?;
        Ok(BundledAgreement {
            id: agreement.id,
            customer: key(agreement.customer),
            parties: agreement.parties,
            from: agreement.from,
            until: agreement.until,
            definitions: agreement.definitions.iter().filter_map(|agreed| slugs.get(&agreed.definition).cloned()).collect(),
            card: raw("rate_cards", card)?,
            overrides: agreement.overrides.clone().map(|overrides| raw("agreements", overrides)).transpose()?,
        })
    };
    each.into_values().map(agreement).collect()
}

fn raw(table: &'static str, json: String) -> Result<Box<RawValue>> {
    RawValue::from_string(json).map_err(|error| corrupt(table, "json", error))
}

fn bundled_line(line: &LineRow) -> BundledLine {
    BundledLine {
        position: line.position,
        kind: match line.kind {
            billing::LineKind::Charge => LineKind::Charge,
            billing::LineKind::Correction => LineKind::Correction,
        },
        agreement: line.agreement,
        period: line.period,
        charge: line.charge.clone(),
        tier: line.tier,
        label: line.label.clone(),
        unit_price: line.unit_price.clone(),
        quantity: line.quantity,
        amount_minor: line.amount.minor(),
    }
}

fn elsewhere(row: &PostedLineRow) -> PostedElsewhere {
    PostedElsewhere {
        document: row.number.clone(),
        charge: row.charge.clone(),
        tier: row.tier,
        label: row.label.clone(),
        unit_price: row.unit_price.clone(),
        quantity: row.quantity,
        amount_minor: row.amount_minor,
    }
}

fn counted_event(row: CountedRow) -> CountedEvent {
    let CountedRow { event, source, source_id, kind, dated_at, data } = row;
    CountedEvent { id: event, source, source_id, kind, time: dated_at, data }
}
