//! What the database holds, read past every use case.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::raw::Raw;
use assay_domain::{
    id::AgreementId,
    period::{BillingPeriod, PeriodName},
};

/// Amounts by agreement and period, and by charge.
pub(super) type Postings = BTreeMap<(AgreementId, PeriodName), BTreeMap<String, i64>>;

/// Whose every interaction is and when it opened; those that wait to be judged say so.
pub(super) const INTERACTIONS: &str = "select i.subject || ' ' || coalesce(c.key, '-') || ' ' || coalesce(cast(i.opened_at as text), '-') \
    || case when i.dirty_since is null then '' else ' waits' end from interactions i left join customers c on c.id = i.customer";

/// How everything stands; of a fault its code, which ends at `{colon}`.
pub(super) const OUTCOMES: &str = "select i.subject || ' ' || d.slug || '@' || v.number || ' ' || coalesce(o.state, '-') || ' ' \
    || coalesce(o.reason, '-') || ' ' || o.quantity || ' class ' || coalesce(o.class, '-') || ' value ' || coalesce(o.value, '-') \
    || ' credit ' || coalesce(o.credit, '-') || ' at ' || coalesce(cast(o.succeeded_at as text), '-') || ' billed ' || coalesce(cast(o.billed_at as text), '-') \
    || ' attempted ' || coalesce(cast(o.attempted_at as text), '-') || ' of ' || coalesce(c.key, '-') || ' events ' || o.events || '+' || o.late_events \
    || ' fault ' || coalesce(substr(o.fault, 1, {colon} - 1), '-') \
    from outcomes o join interactions i on i.id = o.interaction join definitions d on d.id = o.definition \
    join versions v on v.id = o.version left join customers c on c.id = o.customer";

/// What outcomes and attempts add to bills, net of what was withdrawn.
pub(super) const USAGE: &str = "select c.key || ' ' || d.slug || ' ' || u.meter || ' ' || i.subject || ' ' || u.dated_at || ' ' \
    || coalesce(u.class, '-') || ' ' || coalesce(u.value, '-') || ' ' || coalesce(u.credit, '-') || ' ' || sum(u.quantity) \
    from usage u join customers c on c.id = u.customer join definitions d on d.id = u.definition \
    join interactions i on i.id = u.interaction \
    group by c.key, d.slug, u.meter, i.subject, u.dated_at, u.class, u.value, u.credit having sum(u.quantity) <> 0";

const POSTINGS: &str = "select agreement, period, charge, sum(amount) from invoice_lines l where not exists \
    (select 1 from invoice_changes x where x.invoice = l.invoice and x.kind = 'voided') group by 1, 2, 3 having sum(amount) <> 0";

/// What must never be found, and how to look for it.
pub(super) const LAWS: [(&str, &str); 5] = [
    (
        "documents whose lines are not their total",
        "select count(*) from invoices i where i.total <> \
        (select coalesce(sum(amount), 0) from invoice_lines l where l.invoice = i.id)",
    ),
    ("invoices that ask for less than nothing", "select count(*) from invoices where kind = 'invoice' and total < 0"),
    ("credit notes that give nothing back", "select count(*) from invoices where kind = 'credit-note' and total >= 0"),
    (
        "invoices credited beyond what they billed",
        "select count(*) from invoices i where i.kind = 'invoice' and i.total + \
        (select coalesce(sum(c.total), 0) from invoices c where c.corrects = i.id) < 0",
    ),
    (
        "numbers of invoices that are missing",
        "select count(*) from invoices where kind = 'invoice' and number <> 'INV-' || \
        substr(cast(1000000 + (select count(*) from invoices o where o.kind = 'invoice' and o.id <= invoices.id) as text), 2)",
    ),
];

/// A connection of its own.
pub(super) struct Found(Raw);

impl World {
    pub(super) async fn found(&self) -> Found {
        Found(self.site.raw().await)
    }
}

impl Found {
    /// The lines of a query.
    pub(super) async fn lines(&mut self, sql: &'static str) -> BTreeSet<String> {
        let colon = if matches!(self.0, Raw::Sqlite(_)) { "instr(o.fault, ':')" } else { "strpos(o.fault, ':')" };
        self.0.texts(&sql.replace("{colon}", colon)).await.into_iter().collect()
    }

    /// The number that a query finds.
    pub(super) async fn count(&mut self, sql: &'static str) -> i64 {
        self.0.number(sql).await
    }

    /// The sums of all lines of documents that stand.
    pub(super) async fn postings(&mut self) -> Postings {
        let mut postings = Postings::new();
        for row in self.0.rows(POSTINGS).await {
            let [agreement, period, charge, amount]: [String; 4] = row.try_into().expect("four columns");
            let agreement = AgreementId(agreement.parse().expect("a number"));
            let period = period.parse().expect("a period");
            postings.entry((agreement, period)).or_default().insert(charge, amount.parse().expect("an amount"));
        }
        postings
    }

    /// How far the run of a month has come; `None` if there is none.
    pub(super) async fn run_state(&mut self, month: BillingPeriod) -> Option<String> {
        self.0.texts(&format!("select state from billing_runs where period = '{month}'")).await.pop()
    }
}
