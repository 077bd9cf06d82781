//! Whether the accounts, their balances and the numbers of documents fit each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assay_domain::{
    id::CustomerId,
    money::{Amount, Currency},
};
use assay_store::{
    Connection, customers,
    ledger::Account,
    ledger_audit::{self, Wrong},
};

use crate::error::Result;

/// An account of a customer in a currency by its code.
type Place = (CustomerId, String, Account);
/// Debits and credits, in minor units.
type Sides = (i64, i64);

/// Every balance, against the sums over transfers alone.
pub(super) async fn balances(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let (sums, kept) = (sums(c).await?, kept(c).await?);
    let keys = keys(c).await?;
    let places: BTreeSet<&Place> = sums.keys().chain(kept.keys()).collect();
    let shown = |sides: Option<&Sides>| match sides {
        Some((debits, credits)) => format!("debits {debits}, credits {credits}"),
        None => "nothing".to_owned(),
    };
    let wrong = places.into_iter().filter(|place| sums.get(*place) != kept.get(*place)).map(|place| {
        let (customer, currency, account) = place;
        let what = format!("{} of {} in {currency}", account.name(), name(&keys, *customer));
        Wrong { what, found: shown(kept.get(place)), expected: shown(sums.get(place)) }
    });
    Ok(wrong.collect())
}

async fn sums(c: &mut impl Connection) -> Result<BTreeMap<Place, Sides>> {
    let mut sums: BTreeMap<Place, Sides> = BTreeMap::new();
    for flow in ledger_audit::flows(c).await? {
        let (currency, minor) = (flow.amount.currency().to_string(), flow.amount.minor());
        let (debits, _) = sums.entry((flow.customer, currency.clone(), flow.debit)).or_default();
        *debits = debits.saturating_add(minor);
        let (_, credits) = sums.entry((flow.customer, currency, flow.credit)).or_default();
        *credits = credits.saturating_add(minor);
    }
    Ok(sums)
}

async fn kept(c: &mut impl Connection) -> Result<BTreeMap<Place, Sides>> {
    let rows = ledger_audit::kept(c).await?.into_iter();
    let place = |row: &ledger_audit::Kept| (row.customer, row.debits.currency().to_string(), row.account);
    Ok(rows.map(|row| (place(&row), (row.debits.minor(), row.credits))).collect())
}

async fn keys(c: &mut impl Connection) -> Result<HashMap<CustomerId, String>> {
    Ok(customers::all(c).await?.into_iter().map(|customer| (customer.id, customer.key)).collect())
}

fn name(keys: &HashMap<CustomerId, String>, customer: CustomerId) -> String {
    keys.get(&customer).cloned().unwrap_or_else(|| customer.to_string())
}

/// The money of one customer in one currency, in minor units.
#[derive(Default)]
struct Money {
    currency: Option<Currency>,
    owed: i64,
    revenue: i64,
    tax: i64,
    drawn: i64,
    returned: i64,
    paid: i64,
    paid_back: i64,
    documents: i64,
}

/// What is owed and what was paid of it, against what was earned; and what was earned, against the documents that stand.
pub(super) async fn accounts(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let keys = keys(c).await?;
    let mut wrong = Vec::new();
    for ((customer, currency), money) in money(c).await? {
        let what = |about: &str| format!("{about} of {} in {currency}", name(&keys, customer));
        if money.settled() != money.earned() {
            wrong.push(Wrong { what: what("accounts"), found: money.sum_settled(), expected: money.sum_earned() });
        }
        if money.earned() != money.documents {
            let expected = format!("documents of {}", money.shown(money.documents));
            wrong.push(Wrong { what: what("earnings"), found: money.sum_earned(), expected });
        }
    }
    Ok(wrong)
}

async fn money(c: &mut impl Connection) -> Result<BTreeMap<(CustomerId, String), Money>> {
    let mut found: BTreeMap<(CustomerId, String), Money> = BTreeMap::new();
    for row in ledger_audit::kept(c).await? {
        let balance = row.debits.minor().saturating_sub(row.credits);
        let money = place(&mut found, row.customer, row.debits.currency());
        match row.account {
            Account::Receivable => money.owed = balance,
            Account::Revenue => money.revenue = balance.saturating_neg(),
            Account::Tax => money.tax = balance.saturating_neg(),
            Account::Wallet | Account::Held | Account::External => {}
        }
    }
    for flow in ledger_audit::flows(c).await? {
        let money = place(&mut found, flow.customer, flow.amount.currency());
        match (flow.debit, flow.credit) {
            (Account::Wallet, Account::Receivable) => money.drawn = flow.amount.minor(),
            (Account::Receivable, Account::Wallet) => money.returned = flow.amount.minor(),
            (Account::External, Account::Receivable) => money.paid = flow.amount.minor(),
            (Account::Receivable, Account::External) => money.paid_back = flow.amount.minor(),
            _ => {}
        }
    }
    for (customer, total) in ledger_audit::totals(c).await? {
        place(&mut found, customer, total.currency()).documents = total.minor();
    }
    Ok(found)
}

fn place(found: &mut BTreeMap<(CustomerId, String), Money>, customer: CustomerId, currency: Currency) -> &mut Money {
    let money = found.entry((customer, currency.to_string())).or_default();
    money.currency = Some(currency);
    money
}

impl Money {
    /// What is owed, and what is no longer owed because it was paid.
    fn settled(&self) -> i64 {
        let more = self.owed.saturating_add(self.drawn).saturating_add(self.paid);
        more.saturating_sub(self.returned).saturating_sub(self.paid_back)
    }

    fn earned(&self) -> i64 {
        self.revenue.saturating_add(self.tax)
    }

    fn sum_settled(&self) -> String {
        let [owed, drawn, returned, paid, back] =
            [self.owed, self.drawn, self.returned, self.paid, self.paid_back].map(|minor| self.shown(minor));
        format!("receivable {owed} + drawn {drawn} - returned {returned} + paid {paid} - paid back {back} = {}", self.shown(self.settled()))
    }

    fn sum_earned(&self) -> String {
        format!("revenue {} + tax {} = {}", self.shown(self.revenue), self.shown(self.tax), self.shown(self.earned()))
    }

    fn shown(&self, minor: i64) -> String {
        self.currency.map_or_else(|| minor.to_string(), |currency| Amount::new(minor, currency).decimal())
    }
}

/// Whether the numbers of each series follow each other without a gap, up to the last that was given out.
pub(super) async fn numbers(c: &mut impl Connection) -> Result<Vec<Wrong>> {
    let all = ledger_audit::numbers(c).await?;
    let mut wrong = Vec::new();
    for series in ["INV", "CN"] {
        let mine: Vec<&str> = all.iter().filter(|(of, _)| of == series).map(|(_, number)| number.as_str()).collect();
        let misplaced = mine.iter().zip(1i64..).find(|(number, place)| counted(number) != Some(*place));
        if let Some((number, place)) = misplaced {
            wrong.push(Wrong {
                what: format!("the series {series}"),
                found: (*number).to_owned(),
                expected: format!("{series}-{place:06}"),
            });
        }
        let given = ledger_audit::given_out(c, series).await?;
        if usize::try_from(given) != Ok(mine.len()) {
            let found = format!("{} documents", mine.len());
            wrong.push(Wrong { what: format!("the series {series}"), found, expected: format!("{given} numbers were given out") });
        }
    }
    Ok(wrong)
}

/// Its place in the series, by a document's number.
fn counted(number: &str) -> Option<i64> {
    number.rsplit_once('-')?.1.parse().ok()
}
