//! What is posted for a month is what the month costs, however the truth about it came in and whenever it was billed.

use std::collections::BTreeMap;

use assay_app::{AgreementRequest, Caller, desk::Desk};
use assay_domain::{
    decimal::Quantity,
    outcome::Meter,
    period::{BillingPeriod, PeriodName},
    time::Duration,
};
use assay_rating::{
    card::RateCard,
    rate::{Coverage, UsageItem, Used, rate},
};
use assay_tests::assay::Installation;
use serde_json::json;

use super::{
    dice::Dice,
    order::arrivals,
    stage::ORDINARY,
    support::{card, drain, dump, ingest},
};

/// Every model, with edges that a month of the desk gets past.
fn hybrid() -> RateCard {
    let tiers = json!([{ "up-to": "2", "price": "0.99" }, { "up-to": "4", "edge": "exclusive", "price": "0.795", "flat-fee": "3" }, { "price": "0.335" }]);
    card(
        "hybrid",
        json!([
            { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
            { "code": "attempts", "label": "Attempts", "model": "unit", "meter": { "attempts-at": "fixed" }, "price": "0.105", "included": "2" },
            { "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": "fixed" }, "tiers": tiers },
            { "code": "first-time", "label": "Resolved at once", "model": "unit", "meter": { "outcome-of": "strict" }, "price": "1.25" },
        ]),
    )
}

/// A tenant whose customers agreed before anything happened.
async fn vendor(installation: &Installation, slug: &str, desk: Desk) -> Caller {
    let caller = installation.tenant(slug).await;
    let from = desk.from.to_string();
    installation.define(&caller, "fixed", &[], ORDINARY, &from).await;
    installation.define(&caller, "strict", &[("retry", "false"), ("max-reassignments", "1")], ORDINARY, &from).await;
    installation.assay.create_rate_card(&caller, &hybrid()).await.expect("a card");
    let mut requests = Vec::new();
    for customer in desk.customers() {
        installation.assay.create_customer(&caller, &customer).await.expect("a customer");
        let definitions = vec![("fixed".into(), None), ("strict".into(), None)];
        requests.push(AgreementRequest {
            customer,
            definitions,
            parties: Default::default(),
            rate_card: "hybrid".into(),
            overrides: Default::default(),
            from: desk.from,
            until: None,
        });
    }
    installation.assay.create_agreements(&caller, &requests).await.expect("agreements");
    caller
}

/// The months of a desk, and one more for what comes late.
fn months(desk: Desk) -> Vec<BillingPeriod> {
    std::iter::successors(Some(BillingPeriod::containing(desk.from)), |month| Some(month.next())).take(desk.months as usize + 1).collect()
}

async fn bill(installation: &Installation, caller: &Caller, month: BillingPeriod) {
    installation.assay.bill(caller, month, |_| {}).await.expect("a bill");
}

/// Bills each month as soon as it is over, while late events still come in.
async fn as_it_goes(installation: &Installation, caller: &Caller, desk: Desk, dice: &mut Dice) {
    let (mut batch, mut billed) = (Vec::new(), months(desk).into_iter().peekable());
    for (arrived, event) in arrivals(desk) {
        while let Some(month) = billed.next_if(|month| month.end() <= arrived) {
            installation.clock.set(arrived);
            bill(installation, caller, month).await;
        }
        batch.push(event);
        if dice.below(20) == 0 {
            installation.clock.set(arrived);
            ingest(installation, caller, std::mem::take(&mut batch)).await;
            if dice.below(2) == 0 {
                drain(installation, caller).await;
            }
        }
    }
    installation.clock.set(desk.until().plus(Duration::days(40)));
    ingest(installation, caller, batch).await;
    for month in billed {
        bill(installation, caller, month).await;
    }
}

#[tokio::test]
async fn billing_as_it_goes_posts_what_billing_at_the_end_does() {
    let desk = Desk { months: 3, customers: 4, ..Desk::new(11, 170) };
    let installation = Installation::new("2026-01-01T00:00:00Z").await;
    let early = vendor(&installation, "early", desk).await;
    as_it_goes(&installation, &early, desk, &mut Dice::new(1)).await;

    installation.clock.set(desk.from);
    let late = vendor(&installation, "late", desk).await;
    installation.clock.set(desk.until().plus(Duration::days(40)));
    let events = arrivals(desk).into_iter().map(|(_, event)| event).collect();
    ingest(&installation, &late, events).await;
    for month in months(desk) {
        bill(&installation, &late, month).await;
    }
    assert_eq!(dump(&installation, &early).await, dump(&installation, &late).await);

    let corrections = "select count(*) from invoice_lines where kind = 'correction' and tenant = ";
    let (of_early, of_late) = (lines(&installation, corrections, &early).await, lines(&installation, corrections, &late).await);
    assert!(of_early > 0 && of_late == 0, "{of_early} corrections on the way, {of_late} at the end");
    for caller in [&early, &late] {
        check_postings(&installation, caller, desk).await;
        check_documents(&installation, caller).await;
    }
}

async fn lines(installation: &Installation, sql: &str, caller: &Caller) -> i64 {
    super::support::number(installation, &format!("{sql}{}", caller.tenant.0)).await
}

/// Charge, tier and unit price, with quantity and amount; nothing where both are zero.
type Postings = BTreeMap<(String, u32, String), (i64, i64)>;

fn post(postings: &mut Postings, key: (String, u32, String), quantity: Quantity, minor: i64) {
    let sum = postings.entry(key).or_default();
    *sum = (sum.0 + quantity.micros(), sum.1 + minor);
}

/// The lines of every document sum to the price of the usage that stands, rated from nothing.
async fn check_postings(installation: &Installation, caller: &Caller, desk: Desk) {
    let card = hybrid();
    for customer in installation.assay.customers(caller).await.expect("customers") {
        for month in months(desk) {
            let whole = (month.start(), month.end());
            let usage = usage(installation, caller, customer.id.0, month).await;
            let mut expected = Postings::new();
            for line in rate(&card, &Coverage { period: whole, covered: whole, ended: true }, &usage).expect("it can be rated") {
                post(&mut expected, (line.charge, line.tier, line.unit_price.to_string()), line.quantity, line.amount.minor());
            }
            let mut posted = posted(installation, caller, &customer.key, month).await;
            posted.retain(|_, sum| *sum != (0, 0));
            assert_eq!(posted, expected, "{} in {month}", customer.key);
        }
    }
}

async fn usage(installation: &Installation, caller: &Caller, customer: i64, month: BillingPeriod) -> Vec<UsageItem> {
    // Every success of this desk is one unit, so the sum is the number of them.
    let (tenant, from, until) = (caller.tenant.0, month.start().micros(), month.end().micros());
    let sql = format!(
        "select u.meter, d.slug, cast(sum(u.quantity) as bigint) / 1000000 from usage u join definitions d on d.id = u.definition \
         where u.tenant = {tenant} and u.customer = {customer} and u.dated_at >= {from} and u.dated_at < {until} group by 1, 2"
    );
    let item = |row: Vec<String>| {
        let definition = row[1].clone();
        let used = match Meter::from_name(&row[0]).expect("a meter") {
            Meter::Attempt => Used::Attempt { definition },
            Meter::Outcome => Used::Outcome { definition, class: None, quantity: Quantity::ONE, value: None, credit: None },
        };
        UsageItem { used, count: row[2].parse().expect("a number") }
    };
    installation.raw().await.rows(&sql).await.into_iter().map(item).collect()
}

async fn posted(installation: &Installation, caller: &Caller, customer: &str, month: BillingPeriod) -> Postings {
    let mut found = Postings::new();
    for invoice in
        installation.assay.invoices(caller).await.expect("invoices").into_iter().filter(|invoice| invoice.customer_key == customer)
    {
        for view in installation.assay.invoice(caller, &invoice.number, None).await.expect("an invoice").lines {
            let line = view.line;
            if line.period == PeriodName::Month(month) {
                post(&mut found, (line.charge, line.tier, line.unit_price), line.quantity, line.amount.minor());
            }
        }
    }
    found
}

/// Each document adds up, asks for something or gives something back, and a credit note says for what.
async fn check_documents(installation: &Installation, caller: &Caller) {
    for invoice in installation.assay.invoices(caller).await.expect("invoices") {
        let view = installation.assay.invoice(caller, &invoice.number, None).await.expect("an invoice");
        let sum: i64 = view.lines.iter().map(|view| view.line.amount.minor()).sum();
        assert_eq!(invoice.total.minor(), sum, "{}", invoice.number);
        let is_credit = invoice.kind == "credit-note";
        assert_eq!(invoice.total.minor() < 0, is_credit, "{invoice:?}");
        assert_eq!(invoice.corrects.is_some(), is_credit, "{invoice:?}");
        assert_eq!(invoice.number.starts_with("CN-"), is_credit, "{invoice:?}");
    }
}
