//! Proposals: versions offered to customers, and what became of them.

use std::collections::HashMap;

use assay_domain::{
    id::{CustomerId, ProposalId, VersionId},
    proposal::{Answer, Proposal},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    page::{Page, paged},
    sql::{Builder, Row, query, query_scalar},
};

/// A proposal as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// What is offered, to whom, and what they said.
    pub proposal: Proposal,
    /// Who made it.
    pub actor: String,
    /// Who took it back, and why.
    pub withdrawn: Option<Said>,
    /// Who brought each answer, and why if it is no.
    pub answers: Vec<(CustomerId, Answer, Said)>,
}

/// Something that a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Why; nothing for an approval.
    pub reason: Option<String>,
    /// Who said so.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Stores a proposal.
pub async fn insert(
    tx: &mut Tx,
    version: VersionId,
    customer: Option<CustomerId>,
    from: Timestamp,
    actor: &str,
    now: Timestamp,
) -> Result<ProposalId> {
    let tenant = tx.tenant();
    let sql = "insert into proposals (tenant, version, customer, effective_from, actor, created_at) values ($1, $2, $3, $4, $5, $6) \
               returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(version.0).bind(customer.map(|customer| customer.0)).bind(from.micros());
    Ok(ProposalId(query.bind(actor).bind(now.micros()).fetch_one(tx.sql()).await?))
}

/// Records that a proposal was taken back.
pub async fn withdraw(tx: &mut Tx, proposal: ProposalId, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into withdrawals (proposal, tenant, reason, actor, at) values ($1, $2, $3, $4, $5)";
    query(sql).bind(proposal.0).bind(tenant.0).bind(reason).bind(actor).bind(now.micros()).execute(tx.sql()).await?;
    Ok(())
}

/// Records that a customer does not want it.
pub async fn reject(tx: &mut Tx, proposal: ProposalId, customer: CustomerId, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into rejections (proposal, customer, tenant, reason, actor, at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(proposal.0).bind(customer.0).bind(tenant.0).bind(reason).bind(actor).bind(now.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// Some proposals of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<ProposalRow>> {
    let tenant = c.tenant();
    let sql = "select p.id, p.version, p.customer, p.effective_from, p.actor, p.created_at, w.reason, w.actor, w.at \
               from proposals p left join withdrawals w on w.proposal = p.id where p.tenant = $1";
    let rows = paged(c, sql, "p.id", tenant, page).await?;
    let mut rows = rows.iter().map(proposal).collect::<Result<Vec<_>>>()?;
    let ids: Vec<i64> = rows.iter().map(|row| row.proposal.id.0).collect();
    let mut answers = answers(c, &ids).await?;
    for row in &mut rows {
        row.answers = answers.remove(&row.proposal.id).unwrap_or_default();
        row.proposal.answers = row.answers.iter().map(|(customer, answer, _)| (*customer, *answer)).collect();
    }
    Ok(rows)
}

type Answers = HashMap<ProposalId, Vec<(CustomerId, Answer, Said)>>;

/// What was said to given proposals.
async fn answers(c: &mut impl Connection, ids: &[i64]) -> Result<Answers> {
    let mut found = Answers::new();
    for chunk in bulk::lists(c, ids) {
        for (table, reason, answer) in [("approvals", "null", Answer::Approved), ("rejections", "reason", Answer::Rejected)] {
            let mut sql = Builder::new(&format!("select proposal, customer, actor, at, {reason} from {table} where tenant = "));
            sql.push_bind(c.tenant().0).push(" and proposal");
            sql.push_in(chunk).push(" order by proposal, customer");
            for row in sql.build().fetch_all(c.sql()).await? {
                let said = Said { reason: row.try_get(4)?, actor: row.try_get(2)?, at: timestamp(table, "at", row.try_get(3)?)? };
                found.entry(ProposalId(row.try_get(0)?)).or_default().push((CustomerId(row.try_get(1)?), answer, said));
            }
        }
    }
    Ok(found)
}

fn proposal(row: &Row) -> Result<ProposalRow> {
    let withdrawn = match (row.try_get::<Option<String>>(7)?, row.try_get::<Option<i64>>(8)?) {
        (Some(actor), Some(at)) => Some(Said { reason: row.try_get(6)?, actor, at: timestamp("withdrawals", "at", at)? }),
        _ => None,
    };
    let proposal = Proposal {
        id: ProposalId(row.try_get(0)?),
        version: VersionId(row.try_get(1)?),
        customer: row.try_get::<Option<i64>>(2)?.map(CustomerId),
        from: timestamp("proposals", "effective_from", row.try_get(3)?)?,
        at: timestamp("proposals", "created_at", row.try_get(5)?)?,
        withdrawn_at: withdrawn.as_ref().map(|withdrawn| withdrawn.at),
        answers: Vec::new(),
    };
    Ok(ProposalRow { proposal, actor: row.try_get(4)?, withdrawn, answers: Vec::new() })
}
