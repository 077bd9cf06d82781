//! Holds: what is likely to be billed, and what is billed and may be given back; one of each per agreement, period and charge, replaced as
//! it changes.
//!
//! What may be billed is what a charge comes to with all that is dated in the period and with what is withheld while it is disputed, more than
//! with what has settled. What may be given back is what it comes to with all of that which is billed, more than without what is disputed
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    id::{AgreementId, CustomerId},
    money::{Amount, Currency},
    operation::Operation,
    period::{Period, PeriodName},
    ruling::Effect,
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::{
    RatingError,
    rate::{RatedLine, UsageItem, rate},
};
use assay_store::{
    Connection, Tx,
    disputes::{self, Contested},
    holds::{self, HoldOf, HoldRow, HoldSide},
    ledger::{self, NewTransfer, TransferKind},
    usage,
};

use super::credit::{Mark, expire};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    rated::Rates,
};

/// Periods of agreements.
pub(crate) type Places = BTreeSet<(AgreementId, PeriodName)>;

/// An open hold as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    /// Which way it may go: `billable` or `returnable`.
    pub side: &'static str,
    /// Who would pay, or be paid back, by key.
    pub customer: String,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// Of which period.
    pub period: PeriodName,
    /// The charge's code in the rate card.
    pub charge: String,
    /// How much.
    pub amount: Amount,
    /// Since when.
    pub since: Timestamp,
}

impl From<HoldRow> for HoldView {
    fn from(row: HoldRow) -> Self {
        let HoldOf { side, agreement, period, charge } = row.of;
        Self { side: side.name(), customer: row.customer_key, agreement, period, charge, amount: row.amount, since: row.at }
    }
}

impl Assay {
    /// Holds what is provisional or disputed by now, in place of what was; gives back every open hold.
    pub async fn hold(&self, caller: &Caller) -> Result<Vec<HoldView>> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if caller.answered::<u64>(&mut tx).await?.is_none() {
            let changed = refresh(&mut tx, None, now).await?;
            if changed > 0 {
                caller.commit(tx, operation(caller, changed, now), &changed).await?;
            }
        }
        self.holds(caller).await
    }

    /// Every open hold of the tenant, oldest first.
    pub async fn holds(&self, caller: &Caller) -> Result<Vec<HoldView>> {
        let rows = holds::open(&mut self.store.read(caller.tenant).await?).await?;
        Ok(rows.into_iter().map(HoldView::from).collect())
    }

    /// Holds what is provisional or disputed by now, within a transaction that does something else too.
    pub(crate) async fn refresh_holds(&self, caller: &Caller, tx: &mut Tx, now: Timestamp) -> Result<()> {
        self.refresh_holds_of(caller, tx, None, now).await
    }

    /// The same for some periods alone, where they are named.
    pub(crate) async fn refresh_holds_of(&self, caller: &Caller, tx: &mut Tx, only: Option<&Places>, now: Timestamp) -> Result<()> {
        let changed = refresh(tx, only, now).await?;
        if changed > 0 {
            tx.log(&operation(caller, changed, now)).await?;
        }
        Ok(())
    }
}

fn operation(caller: &Caller, changed: u64, now: Timestamp) -> Operation {
    let after = serde_json::json!({ "transfers": changed }).to_string();
    caller.operation("ledger.hold", caller.tenant, None, Some(after), now)
}

/// Voids the holds that are not what they should be, and posts those that are missing; gives back how many transfers that takes.
async fn refresh(tx: &mut Tx, only: Option<&Places>, now: Timestamp) -> Result<u64> {
    let Wanted { mut amounts, unrated } = wanted(tx, only, now).await?;
    let is_meant = |of: &HoldOf| only.is_none_or(|places| places.contains(&(of.agreement, of.period)));
    let mut transfers = Vec::new();
    for hold in holds::open(tx).await?.into_iter().filter(|hold| is_meant(&hold.of)) {
        if amounts.get(&hold.of) == Some(&(hold.customer, hold.amount)) {
            amounts.remove(&hold.of);
        } else if !unrated.contains(&(hold.of.agreement, hold.of.period)) {
            transfers.push(released(hold));
        }
    }
    for (of, (customer, amount)) in amounts {
        let key = holds::next_key(tx, &of).await?;
        let hold = NewTransfer::new(key, TransferKind::Pending, customer, of.side.accounts(), amount);
        transfers.push(NewTransfer { agreement: Some(of.agreement), period: Some(of.period), charge: Some(of.charge), ..hold });
    }
    let mut marks = Vec::new();
    for (customer, currency) in wallets(&transfers) {
        marks.push(Mark::read(tx, customer, currency).await?);
        expire(tx, customer, currency, now).await?;
    }
    let changed = ledger::post(tx, &transfers, now).await?;
    for mark in marks {
        Mark::check(mark, tx, now).await?;
    }
    Ok(changed)
}

fn released(hold: HoldRow) -> NewTransfer {
    let accounts = hold.of.side.accounts();
    let void = NewTransfer::new(format!("void/{}", hold.key), TransferKind::Void, hold.customer, accounts, hold.amount).reversed();
    let HoldOf { agreement, period, charge, .. } = hold.of;
    let (agreement, period, charge) = (Some(agreement), Some(period), Some(charge));
    NewTransfer { agreement, period, charge, corrects: Some(hold.id), reason: Some("replaced".to_owned()), ..void }
}

/// Whose wallets transfers are about, each once.
fn wallets(transfers: &[NewTransfer]) -> Vec<(CustomerId, Currency)> {
    let mut found = Vec::new();
    for transfer in transfers {
        let wallet = (transfer.customer, transfer.amount.currency());
        if !found.contains(&wallet) {
            found.push(wallet);
        }
    }
    found
}

/// The holds there should be.
#[derive(Default)]
struct Wanted {
    amounts: BTreeMap<HoldOf, (CustomerId, Amount)>,
    /// Periods whose price cannot be computed exactly; what is held for them stays.
    unrated: Places,
}

async fn wanted(c: &mut impl Connection, only: Option<&Places>, now: Timestamp) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let (provisional, contested) = (holds::provisional(c, now).await?, disputes::contested(c).await?);
    if provisional.is_empty() && contested.is_empty() {
        return Ok(wanted);
    }
    let (rates, last) = (Rates::read(c).await?, usage::latest(c).await?);
    let disputed = contested.iter().map(|contested| (contested.usage.customer, contested.usage.dated_at));
    let mut periods = periods(&rates, provisional.into_iter().chain(disputed));
    periods.retain(|place, _| only.is_none_or(|places| places.contains(place)));
    for ((id, name), period) in periods {
        let Some(agreement) = rates.agreement(id) else { continue };
        let uncertain = Uncertain { rates: &rates, agreement, period: &period, last, now };
        match uncertain.charges(c, &contested).await {
            Err(AppError::Rating { .. }) => {
                wanted.unrated.insert((id, name));
            }
            found => {
                let of = |side, charge| HoldOf { side, agreement: id, period: name, charge };
                let customer = rates.payer(agreement.customer);
                wanted.amounts.extend(found?.into_iter().map(|(side, charge, amount)| (of(side, charge), (customer, amount))));
            }
        }
    }
    Ok(wanted)
}

/// The periods of agreements that usage is dated in.
fn periods(rates: &Rates, usage: impl Iterator<Item = (CustomerId, Timestamp)>) -> BTreeMap<(AgreementId, PeriodName), Period> {
    let mut found = BTreeMap::new();
    for (customer, dated_at) in usage {
        for agreement in rates.of(customer).filter(|agreement| agreement.covers(dated_at)) {
            if let Some(period) = rates.calendar(agreement).and_then(|calendar| calendar.containing(dated_at)) {
                found.insert((agreement.id, period.name), period);
            }
        }
    }
    found
}

/// A period of which something is provisional or disputed.
struct Uncertain<'a> {
    rates: &'a Rates,
    agreement: &'a Agreement,
    period: &'a Period,
    /// The number of the last change of usage.
    last: i64,
    now: Timestamp,
}

impl Uncertain<'_> {
    /// What each charge may come to more, and what it may come to less.
    async fn charges(&self, c: &mut impl Connection, contested: &[Contested]) -> Result<Vec<(HoldSide, String, Amount)>> {
        let Self { rates, agreement, period, last, now } = *self;
        let all = rates.rated(c, agreement, period, last, period.end <= now).await?;
        let settled = rates.rated(c, &self.ends_now(), period, last, false).await?.usage;
        let (mut with, mut without) = (all.usage.clone(), all.usage.clone());
        for contested in contested.iter().filter(|contested| self.holds(contested)) {
            let verdict = vec![contested.usage.clone()];
            match contested.effect {
                Effect::Withheld => with.push(rates.outcome(contested.definition, &contested.usage)),
                effect => effect.apply(verdict).iter().for_each(|usage| take_off(&mut without, rates.outcome(contested.definition, usage))),
            }
        }
        let price = |usage: &[UsageItem]| rate(&all.card, &all.coverage, usage);
        let error = |source: RatingError| Rates::error(agreement.customer, period, source);
        let (with, settled, without) = (price(&with).map_err(error)?, price(&settled).map_err(error)?, price(&without).map_err(error)?);
        let more = difference(&with, &settled).into_iter().map(|(charge, minor)| (HoldSide::Billable, charge, minor));
        let less = difference(&all.lines, &without).into_iter().map(|(charge, minor)| (HoldSide::Returnable, charge, minor));
        Ok(more.chain(less).map(|(side, charge, minor)| (side, charge, Amount::new(minor, all.card.currency))).collect())
    }

    fn holds(&self, contested: &Contested) -> bool {
        let dated_at = contested.usage.dated_at;
        contested.usage.customer == self.agreement.customer && self.agreement.covers(dated_at) && self.period.holds(dated_at)
    }

    /// What has settled is the usage of an agreement that ends now; the time that is covered stays, as fees follow from it.
    fn ends_now(&self) -> Agreement {
        let now = Timestamp::from_micros(self.now.micros().saturating_add(1)).unwrap_or(self.now);
        Agreement { until: Some(self.agreement.until.map_or(now, |until| until.min(now))), ..self.agreement.clone() }
    }
}

fn take_off(usage: &mut Vec<UsageItem>, item: UsageItem) {
    match usage.iter_mut().find(|one| one.used == item.used) {
        Some(one) => one.count = one.count.saturating_sub(1),
        None => usage.push(UsageItem { count: -1, ..item }),
    }
}

/// What each charge comes to more on one side than on the other, where it is more.
fn difference(more: &[RatedLine], less: &[RatedLine]) -> Vec<(String, i64)> {
    let more = more.iter().map(|line| (line, line.amount.minor()));
    let less = less.iter().map(|line| (line, line.amount.minor().saturating_neg()));
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (line, minor) in more.chain(less) {
        let sum = sums.entry(&line.charge).or_default();
        *sum = sum.saturating_add(minor);
    }
    sums.into_iter().filter(|(_, minor)| *minor > 0).map(|(charge, minor)| (charge.to_owned(), minor)).collect()
}
