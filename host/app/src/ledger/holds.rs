//! Holds: what is likely to be billed of periods that go on, one per agreement, period and charge, replaced as it changes.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{
    id::{AgreementId, CustomerId},
    money::{Amount, Currency},
    operation::Operation,
    period::{Period, PeriodName},
    terms::Agreement,
    time::Timestamp,
};
use assay_rating::rate::rate;
use assay_store::{
    Connection, Tx,
    holds::{self, HoldOf, HoldRow},
    ledger::{self, Account, NewTransfer, TransferKind},
    usage,
};

use super::credit::{Mark, expire};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
    rated::Rates,
};

/// Where what is held lies, and where it is taken from.
const HELD: (Account, Account) = (Account::Receivable, Account::Held);

/// An open hold as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    /// Who would pay, by key.
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
        let HoldOf { agreement, period, charge } = row.of;
        Self { customer: row.customer_key, agreement, period, charge, amount: row.amount, since: row.at }
    }
}

impl Assay {
    /// Holds what is provisional by now, in place of what was; gives back every open hold.
    pub async fn hold(&self, caller: &Caller) -> Result<Vec<HoldView>> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if caller.answered::<u64>(&mut tx).await?.is_none() {
            let changed = refresh(&mut tx, now).await?;
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

    /// Holds what is provisional by now, within a transaction that does something else too.
    pub(crate) async fn refresh_holds(&self, caller: &Caller, tx: &mut Tx, now: Timestamp) -> Result<()> {
        let changed = refresh(tx, now).await?;
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
async fn refresh(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let Wanted { mut amounts, unrated } = wanted(tx, now).await?;
    let mut transfers = Vec::new();
    for hold in holds::open(tx).await? {
        if amounts.get(&hold.of) == Some(&(hold.customer, hold.amount)) {
            amounts.remove(&hold.of);
        } else if !unrated.contains(&(hold.of.agreement, hold.of.period)) {
            transfers.push(released(hold));
        }
    }
    for (of, (customer, amount)) in amounts {
        let key = holds::next_key(tx, &of).await?;
        let hold = NewTransfer::new(key, TransferKind::Pending, customer, HELD, amount);
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
    let void = NewTransfer::new(format!("void/{}", hold.key), TransferKind::Void, hold.customer, HELD, hold.amount).reversed();
    let HoldOf { agreement, period, charge } = hold.of;
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
    unrated: BTreeSet<(AgreementId, PeriodName)>,
}

async fn wanted(c: &mut impl Connection, now: Timestamp) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    let provisional = holds::provisional(c, now).await?;
    if provisional.is_empty() {
        return Ok(wanted);
    }
    let (rates, last) = (Rates::read(c).await?, usage::latest(c).await?);
    for ((id, name), period) in periods(&rates, &provisional) {
        let Some(agreement) = rates.agreement(id) else { continue };
        match charges(c, &rates, agreement, &period, last, now).await {
            Err(AppError::Rating { .. }) => {
                wanted.unrated.insert((id, name));
            }
            found => {
                let of = |charge| HoldOf { agreement: id, period: name, charge };
                let customer = rates.payer(agreement.customer);
                wanted.amounts.extend(found?.into_iter().map(|(charge, amount)| (of(charge), (customer, amount))));
            }
        }
    }
    Ok(wanted)
}

/// The periods of agreements that usage is dated in.
fn periods(rates: &Rates, usage: &[(CustomerId, Timestamp)]) -> BTreeMap<(AgreementId, PeriodName), Period> {
    let mut found = BTreeMap::new();
    for (customer, dated_at) in usage {
        for agreement in rates.of(*customer).filter(|agreement| agreement.covers(*dated_at)) {
            if let Some(period) = rates.calendar(agreement).and_then(|calendar| calendar.containing(*dated_at)) {
                found.insert((agreement.id, period.name), period);
            }
        }
    }
    found
}

/// What each charge of a period comes to with all that is dated in it, more than with what has settled by now.
async fn charges(
    c: &mut impl Connection,
    rates: &Rates,
    agreement: &Agreement,
    period: &Period,
    last: i64,
    now: Timestamp,
) -> Result<Vec<(String, Amount)>> {
    let all = rates.rated(c, agreement, period, last, false).await?;
    // What has settled is the usage of an agreement that ends now; the time that is covered stays, as fees follow from it.
    let until = Timestamp::from_micros(now.micros().saturating_add(1)).unwrap_or(now);
    let ends_now = Agreement { until: Some(until), ..agreement.clone() };
    let settled = rates.rated(c, &ends_now, period, last, false).await?;
    let settled = rate(&all.card, &all.coverage, &settled.usage).map_err(|source| Rates::error(agreement.customer, period, source))?;
    let more = all.lines.iter().map(|line| (line, line.amount.minor()));
    let less = settled.iter().map(|line| (line, line.amount.minor().saturating_neg()));
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (line, minor) in more.chain(less) {
        let sum = sums.entry(&line.charge).or_default();
        *sum = sum.saturating_add(minor);
    }
    let positive = sums.into_iter().filter(|(_, minor)| *minor > 0);
    Ok(positive.map(|(charge, minor)| (charge.to_owned(), Amount::new(minor, all.card.currency))).collect())
}
