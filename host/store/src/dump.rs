//! What a canonical dump is made of: rows as text, without ids and recorded times.

use crate::{
    connection::Connection,
    error::Result,
    sql::{Sql, query_scalar},
};

/// A part of the dump.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    name: &'static str,
    sql: &'static str,
}

impl Section {
    /// What its lines start with.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Every part.
pub const SECTIONS: [Section; 9] = [
    Section {
        name: "event",
        sql: "select s.name || ' ' || e.source_id || ' ' || i.subject || ' ' || hex(e.content) from events e \
              join names s on s.id = e.source join interactions i on i.id = e.interaction where e.tenant = $1",
    },
    Section {
        name: "supersession",
        sql: "select s.name || ' ' || e.source_id || ' ' || t.name || ' ' || f.source_id || ' ' || x.reason from supersessions x \
              join events e on e.id = x.event join names s on s.id = e.source \
              join events f on f.id = x.successor join names t on t.id = f.source where x.tenant = $1",
    },
    Section {
        name: "merge",
        sql: "select u.key || ' ' || p.key || ' ' || m.reason from merges m join customers u on u.id = m.customer \
              join customers p on p.id = m.payer where m.tenant = $1",
    },
    Section {
        name: "interaction",
        sql: "select i.subject || ' ' || coalesce(u.key, '-') || ' ' || coalesce(cast(i.opened_at as text), '-') || ' ' || \
              case when i.dirty_since is null then 0 else 1 end from interactions i \
              left join customers u on u.id = i.customer where i.tenant = $1",
    },
    Section {
        name: "outcome",
        sql: "select i.subject || ' ' || d.slug || '@' || v.number || ' ' || coalesce(o.state, '-') || ' ' || coalesce(o.reason, '-') || ' ' \
              || o.quantity || ' ' || coalesce(cast(o.succeeded_at as text), '-') || ' ' || coalesce(cast(o.billed_at as text), '-') || ' ' || coalesce(o.class, '-') || ' ' \
              || hex(o.input_root) || ' ' || o.events || '+' || o.late_events || ' ' || coalesce(o.fault, '-') || ' ' \
              || coalesce((select {evidence}), '-') \
              from outcomes o join interactions i on i.id = o.interaction join definitions d on d.id = o.definition \
              join versions v on v.id = o.version where o.tenant = $1",
    },
    Section {
        name: "usage",
        sql: "select u.key || ' ' || d.slug || ' ' || g.meter || ' ' || i.subject || ' ' || g.dated_at || ' ' || coalesce(g.class, '-') || ' ' \
              || g.quantity || ' ' || coalesce(g.value, '-') || ' ' || coalesce(g.credit, '-') from (select customer, definition, meter, \
              interaction, dated_at, class, value, credit, sum(quantity) as quantity from usage \
              where tenant = $1 group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(quantity) <> 0) g join customers u on u.id = g.customer \
              join definitions d on d.id = g.definition join interactions i on i.id = g.interaction",
    },
    Section {
        name: "metered",
        sql: "select u.key || ' ' || n.name || ' ' || s.name || ' ' || e.source_id || ' ' || g.dated_at || ' ' || g.count from (select customer, event, \
              dated_at, sum(sign) as count from metered where tenant = $1 group by 1, 2, 3 having sum(sign) <> 0) g \
              join customers u on u.id = g.customer join events e on e.id = g.event join names n on n.id = e.type join names s on s.id = e.source",
    },
    Section {
        name: "posting",
        sql: "select u.key || ' ' || l.period || ' ' || l.charge || ' ' || l.tier || ' ' || l.unit_price || ' ' || sum(l.quantity) || ' ' \
              || sum(l.amount) from invoice_lines l join customers u on u.id = l.customer where l.tenant = $1 \
              and not exists (select 1 from invoice_changes x where x.invoice = l.invoice and x.kind = 'voided') group by u.key, l.period, l.charge, l.tier, l.unit_price having sum(l.quantity) <> 0 or sum(l.amount) <> 0",
    },
    Section { name: "run", sql: "select period || ' ' || state from billing_runs where tenant = $1" },
];

/// The rows of one section, in no particular order.
pub async fn rows(c: &mut impl Connection, section: Section) -> Result<Vec<String>> {
    let tenant = c.tenant();
    let evidence = match c.sql() {
        Sql::Sqlite(_) => "group_concat(e.source_id) from json_each(o.evidence) j join events e on e.id = j.value",
        Sql::Postgres(_) => {
            "string_agg(e.source_id, ',' order by j.place) from json_array_elements_text(o.evidence::json) with ordinality j (value, place) \
             join events e on e.id = j.value::bigint"
        }
    };
    query_scalar(section.sql.replace("{evidence}", evidence)).bind(tenant.0).fetch_all(c.sql()).await
}
