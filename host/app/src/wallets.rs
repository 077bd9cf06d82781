//! Wallets: credit that customers have paid ahead, and how it behaves.

use assay_domain::{
    event::check_name,
    id::{CustomerId, LotId, TopUpId},
    money::{Amount, Currency},
    time::Timestamp,
    violation::Violation,
};
use assay_store::{
    Connection, Page, Tx,
    customers::{self, CustomerRow},
    holds,
    ledger::{self, Account, NewTransfer, TransferKind},
    merges,
    wallets::{self, LotKind, LotRow, NewLot, TopUpRow, WalletRow},
};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    error::{AppError, Result},
    ledger::{Mark, expire},
};

/// What the keys of grants begin with, so that no grant is taken for a return.
const GRANT: &str = "grant/";

/// Credit to grant.
#[derive(Debug, Clone)]
pub struct GrantRequest {
    /// The customer's key.
    pub customer: String,
    /// How much; more than zero.
    pub amount: Amount,
    /// Lower ones are drawn first; 100 is ordinary.
    pub priority: i64,
    /// From when it is worth nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Chosen by the sender: the same grant with the same key is made once.
    pub key: String,
    /// For people.
    pub note: String,
}

/// How a wallet is to behave.
#[derive(Debug, Clone)]
pub struct WalletRequest {
    /// The customer's key.
    pub customer: String,
    /// In which currency.
    pub currency: Currency,
    /// Whether it says stop when nothing is left.
    pub hard_stop: bool,
    /// Below how much more is asked for, and how much.
    pub top_up: Option<(Amount, Amount)>,
}

/// Prepaid credit as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotView {
    /// Its id.
    pub id: LotId,
    /// The sender's key of a grant; of a return, what gave it back.
    pub key: String,
    /// `grant`, or `return` of what a reversal gave back.
    pub kind: &'static str,
    /// How much there was at first.
    pub amount: Amount,
    /// What can be drawn from it now.
    pub remaining: Amount,
    /// Lower ones are drawn first.
    pub priority: i64,
    /// From when it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// The grant that a return goes back to.
    pub origin: Option<LotId>,
    /// For people.
    pub note: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// A customer's wallet in one currency, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletView {
    /// The customer's key.
    pub customer: String,
    /// In which currency.
    pub currency: Currency,
    /// What is left of the credit.
    pub balance: Amount,
    /// What is likely to be billed.
    pub held: Amount,
    /// The balance less what is held.
    pub available: Amount,
    /// Whether no more work should be done: nothing is available, and the wallet stops there.
    pub stopped: bool,
    /// Whether it says stop when nothing is left.
    pub hard_stop: bool,
    /// Below how much more is asked for, and how much.
    pub top_up: Option<(Amount, Amount)>,
    /// Its lots, in the order in which they are drawn from.
    pub lots: Vec<LotView>,
}

/// A request for money as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUpView {
    /// Its id.
    pub id: TopUpId,
    /// The customer's key.
    pub customer: String,
    /// What was available.
    pub balance: Amount,
    /// What is asked for.
    pub amount: Amount,
    /// When.
    pub requested_at: Timestamp,
}

impl LotView {
    fn new(row: LotRow, now: Timestamp) -> Self {
        let remaining = Amount::new(row.worth(now), row.lot.amount.currency());
        let LotRow { id, lot, created_at, .. } = row;
        let NewLot { key, kind, amount, priority, expires_at, origin, note, .. } = lot;
        let key = key.strip_prefix(GRANT).map(str::to_owned).unwrap_or(key);
        Self { id, key, kind: kind.name(), amount, remaining, priority, expires_at, origin, note, created_at }
    }
}

impl From<TopUpRow> for TopUpView {
    fn from(row: TopUpRow) -> Self {
        let TopUpRow { id, customer_key, balance, amount, requested_at } = row;
        Self { id, customer: customer_key, balance, amount, requested_at }
    }
}

impl Assay {
    /// Grants a customer credit, once for each key.
    pub async fn grant(&self, caller: &Caller, request: &GrantRequest) -> Result<LotView> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answered) = caller.answered::<LotId>(&mut tx).await? {
            return lot(&mut tx, answered, now).await;
        }
        let customer = find(&mut tx, &request.customer).await?;
        let new = check_grant(request, customer.id)?;
        if let Some(known) = wallets::lot_by_key(&mut tx, &new.key).await? {
            // A key outlives the expiry of what it granted, so the same request is answered before its times are looked at.
            return if is_same(&known.lot, &new) { Ok(LotView::new(known, now)) } else { Err(taken(&request.key)) };
        }
        check_times(&new, now)?;
        check_payer(&mut tx, &customer).await?;
        let id = grant(&mut tx, &new, now).await?;
        let view = lot(&mut tx, id, now).await?;
        let after = serde_json::json!({ "customer": customer.key, "amount": new.amount.to_string(), "key": request.key });
        let operation = caller.operation("wallet.grant", id, None, Some(after.to_string()), now);
        caller.commit(tx, operation, &id).await?;
        Ok(view)
    }

    /// Says how a customer's wallet behaves.
    pub async fn configure_wallet(&self, caller: &Caller, request: &WalletRequest) -> Result<WalletView> {
        let now = self.clock.now();
        let wanted = check_wallet(request)?;
        let mut tx = self.store.begin(caller.tenant).await?;
        let customer = find(&mut tx, &request.customer).await?;
        let is_answered = caller.answered::<CustomerId>(&mut tx).await?.is_some();
        let before = wallets::wallet(&mut tx, customer.id, request.currency).await?;
        if is_answered || before == Some(wanted) {
            return view(&mut tx, customer, request.currency, now).await;
        }
        wallets::configure(&mut tx, customer.id, request.currency, wanted).await?;
        let (id, shown) = (customer.id, view(&mut tx, customer, request.currency, now).await?);
        let after = Some(as_json(request.currency, wanted));
        let operation = caller.operation("wallet.configure", id, before.map(|wallet| as_json(request.currency, wallet)), after, now);
        caller.commit(tx, operation, &id).await?;
        Ok(shown)
    }

    /// A customer's wallet in a currency, by the customer's key or id.
    pub async fn wallet(&self, caller: &Caller, customer: &str, currency: Currency) -> Result<WalletView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let customer = find(&mut reader, customer).await?;
        view(&mut reader, customer, currency, self.clock.now()).await
    }

    /// Some requests for money, oldest first.
    pub async fn top_ups(&self, caller: &Caller, page: Page) -> Result<Vec<TopUpView>> {
        let rows = wallets::top_ups_page(&mut self.store.read(caller.tenant).await?, page).await?;
        Ok(rows.into_iter().map(TopUpView::from).collect())
    }
}

async fn find(c: &mut impl Connection, name: &str) -> Result<CustomerRow> {
    customers::by_name(c, name).await?.ok_or_else(|| unknown_customer(name))
}

/// Stores a lot and posts it.
async fn grant(tx: &mut Tx, new: &NewLot, now: Timestamp) -> Result<LotId> {
    let (customer, currency) = (new.customer, new.amount.currency());
    let mark = Mark::read(tx, customer, currency).await?;
    expire(tx, customer, currency, now).await?;
    let id = wallets::insert_lot(tx, new, now).await?;
    let accounts = (Account::External, Account::Wallet);
    let transfer = NewTransfer::new(new.key.clone(), TransferKind::Post, customer, accounts, new.amount);
    ledger::post(tx, &[NewTransfer { lot: Some(id), ..transfer }], now).await?;
    Mark::check(mark, tx, now).await?;
    Ok(id)
}

async fn lot(c: &mut impl Connection, id: LotId, now: Timestamp) -> Result<LotView> {
    let missing = || AppError::not_found("lot", id.to_string(), "the customer's wallet shows its lots");
    Ok(LotView::new(wallets::lot_by_id(c, id).await?.ok_or_else(missing)?, now))
}

async fn view(c: &mut impl Connection, customer: CustomerRow, currency: Currency, now: Timestamp) -> Result<WalletView> {
    let behaviour = wallets::wallet(c, customer.id, currency).await?.unwrap_or(WalletRow { hard_stop: false, top_up: None });
    let lots = wallets::lots(c, customer.id, currency).await?;
    let balance = lots.iter().map(|lot| lot.worth(now)).fold(0i64, i64::saturating_add);
    let held = holds::held(c, customer.id, currency).await?;
    let available = balance.saturating_sub(held);
    let amount = |minor| Amount::new(minor, currency);
    Ok(WalletView {
        customer: customer.key,
        currency,
        balance: amount(balance),
        held: amount(held),
        available: amount(available),
        stopped: behaviour.hard_stop && available <= 0,
        hard_stop: behaviour.hard_stop,
        top_up: behaviour.top_up.map(|(below, more)| (amount(below), amount(more))),
        lots: lots.into_iter().map(|lot| LotView::new(lot, now)).collect(),
    })
}

fn check_grant(request: &GrantRequest, customer: CustomerId) -> Result<NewLot, Violation> {
    check_name("key", &request.key)?;
    if !request.note.is_empty() {
        check_name("note", &request.note)?;
    }
    if request.amount.minor() <= 0 {
        return Err(Violation::new("amount", format!("{} is nothing to grant", request.amount), "grant more than zero"));
    }
    let GrantRequest { amount, priority, expires_at, ref note, .. } = *request;
    let (key, note) = (format!("{GRANT}{}", request.key), note.clone());
    Ok(NewLot { key, kind: LotKind::Grant, customer, amount, priority, expires_at, origin: None, note })
}

fn check_times(new: &NewLot, now: Timestamp) -> Result<(), Violation> {
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(Violation::new("expires_at", "it is not in the future", "give a later time, or none"));
    }
    Ok(())
}

/// A wallet pays the bills of its own customer, so credit for one whose bill goes elsewhere would never be drawn.
async fn check_payer(c: &mut impl Connection, customer: &CustomerRow) -> Result<()> {
    let Some(payer) = merges::payers(c).await?.remove(&customer.id) else { return Ok(()) };
    let payer = customers::keys(c, &[payer]).await?.remove(&payer).unwrap_or_else(|| payer.to_string());
    Err(AppError::conflict(format!("the bill of {:?} goes to {payer:?}", customer.key), format!("grant it to {payer:?}")))
}

fn is_same(one: &NewLot, other: &NewLot) -> bool {
    let content = |lot: &NewLot| (lot.customer, lot.amount, lot.priority, lot.expires_at, lot.note.clone());
    content(one) == content(other)
}

fn taken(key: &str) -> AppError {
    AppError::conflict(format!("the key {key:?} was used for another grant"), "use a new key for each grant")
}

fn check_wallet(request: &WalletRequest) -> Result<WalletRow, Violation> {
    let mut top_up = None;
    if let Some((below, amount)) = request.top_up {
        if [below, amount].iter().any(|amount| amount.currency() != request.currency) {
            let problem = format!("the wallet is in {}", request.currency);
            return Err(Violation::new("top_up", problem, "give both amounts in the wallet's currency"));
        }
        if amount.minor() <= 0 || below.minor() < 0 {
            return Err(Violation::new("top_up", "it asks for nothing", "give a mark of zero or more, and an amount of more than zero"));
        }
        top_up = Some((below.minor(), amount.minor()));
    }
    Ok(WalletRow { hard_stop: request.hard_stop, top_up })
}

fn as_json(currency: Currency, wallet: WalletRow) -> String {
    let top_up = wallet.top_up.map(|(below, amount)| [below, amount].map(|minor| Amount::new(minor, currency).to_string()));
    serde_json::json!({ "currency": currency, "hard_stop": wallet.hard_stop, "top_up": top_up }).to_string()
}
