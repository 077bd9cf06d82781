//! What people have ruled over verdicts: of each outcome, as far as one customer is billed for it, the last step of the latest dispute.

use assay_domain::{
    decimal::Quantity,
    id::{CustomerId, DefinitionId, DisputeId, InteractionId, VersionId},
    outcome::{Meter, Usage},
    ruling::Effect,
};

use super::steps::{effect, share};
use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::{parsed, timestamp},
    sql::{Row, query},
};

/// What people have ruled over one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulingRow {
    /// About which interaction.
    pub interaction: InteractionId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// As far as this customer is billed for it.
    pub customer: CustomerId,
    /// What that makes of its usage.
    pub effect: Effect,
    /// Whether a dispute about it waits for an answer.
    pub is_open: bool,
}

/// The last step `s` of the latest dispute `d` about each outcome and customer.
pub(crate) const RULED: &str = "select d.interaction, d.definition, d.customer, s.effect, s.share, \
    case when s.state in ('open', 'appealed') then 1 else 0 end from disputes d join dispute_steps s on s.dispute = d.id \
    and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) \
    where not exists (select 1 from disputes o where o.interaction = d.interaction and o.definition = d.definition \
    and o.customer = d.customer and o.id > d.id) and ";

pub(crate) fn ruling(row: &Row) -> Result<RulingRow> {
    Ok(RulingRow {
        interaction: InteractionId(row.try_get(0)?),
        definition: DefinitionId(row.try_get(1)?),
        customer: CustomerId(row.try_get(2)?),
        effect: effect(row.try_get(3)?, share(row.try_get(4)?)?)?,
        is_open: row.try_get(5)?,
    })
}

/// What people have ruled over the outcomes of the interactions from one to another, both included.
pub async fn rulings(c: &mut impl Connection, (first, last): (InteractionId, InteractionId)) -> Result<Vec<RulingRow>> {
    // Most tenants have none, and are asked again and again.
    if !super::any(c).await? {
        return Ok(Vec::new());
    }
    let tenant = c.tenant();
    let sql = format!("{RULED} +d.tenant = $1 and d.interaction >= $2 and d.interaction <= $3");
    let rows = query(sql).bind(tenant.0).bind(first.0).bind(last.0).fetch_all(c.sql()).await?;
    rows.iter().map(ruling).collect()
}

/// An outcome that an open dispute is about, and what its verdict earns now.
#[derive(Debug, Clone)]
pub struct Contested {
    /// Which dispute.
    pub dispute: DisputeId,
    /// Under which definition.
    pub definition: DefinitionId,
    /// What the dispute makes of it meanwhile.
    pub effect: Effect,
    /// What the verdict earns.
    pub usage: Usage,
}

/// Every outcome that an open dispute is about, as far as it earns anything of the customer that disputes it.
pub async fn contested(c: &mut impl Connection) -> Result<Vec<Contested>> {
    let tenant = c.tenant();
    let sql = "select d.id, d.definition, d.customer, s.effect, s.share, o.version, o.quantity, o.billed_at, o.class, o.value, o.credit \
               from disputes d join dispute_steps s on s.dispute = d.id \
               and not exists (select 1 from dispute_steps l where l.dispute = s.dispute and l.id > s.id) \
               join outcomes o on o.interaction = d.interaction and o.definition = d.definition and o.customer = d.customer \
               where d.tenant = $1 and s.state in ('open', 'appealed') and o.billed_at is not null and o.quantity > 0 order by d.id";
    query(sql).bind(tenant.0).fetch_all(c.sql()).await?.iter().map(contest).collect()
}

fn contest(row: &Row) -> Result<Contested> {
    let usage = Usage {
        meter: Meter::Outcome,
        customer: CustomerId(row.try_get(2)?),
        version: VersionId(row.try_get(5)?),
        quantity: Quantity::from_micros(row.try_get(6)?),
        dated_at: timestamp("outcomes", "billed_at", row.try_get(7)?)?,
        class: row.try_get(8)?,
        value: parsed("outcomes", "value", row.try_get(9)?)?,
        credit: parsed("outcomes", "credit", row.try_get(10)?)?,
    };
    let effect = effect(row.try_get(3)?, share(row.try_get(4)?)?)?;
    Ok(Contested { dispute: DisputeId(row.try_get(0)?), definition: DefinitionId(row.try_get(1)?), effect, usage })
}

/// What is being judged of an interaction right now is not settled but judged again: a ruling that it does not know has come between.
pub async fn unsettle(tx: &mut Tx, interaction: InteractionId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "update interactions set revision = revision + 1, leased_until = null where tenant = $1 and id = $2";
    query(sql).bind(tenant.0).bind(interaction.0).execute(tx.sql()).await?;
    Ok(())
}
