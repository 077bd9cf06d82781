//! Approvals: which version holds for which customer from when on, and who has agreed.

use std::collections::HashMap;

use assay_domain::{
    approval::{Approval, Approvals},
    id::{ApprovalId, ApprovalKeyId, CustomerId, ProposalId, VersionId},
};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::Result,
    operations::timestamp,
    sql::{Builder, Row, query_scalar},
};

/// An approval before it has an id.
#[derive(Debug, Clone)]
pub struct NewApproval<'a> {
    /// Of which proposal.
    pub proposal: ProposalId,
    /// Of which version.
    pub version: VersionId,
    /// For whom, from when on, by which key.
    pub approval: Approval,
    /// The key's signature, in hexadecimal digits.
    pub signature: Option<&'a str>,
    /// Who brought it.
    pub actor: &'a str,
}

/// An approval as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// Its id.
    pub id: ApprovalId,
    /// Of which proposal.
    pub proposal: ProposalId,
    /// Of which version.
    pub version: VersionId,
    /// For whom, from when on, by which key.
    pub approval: Approval,
    /// The public key, in hexadecimal digits.
    pub public_key: Option<String>,
    /// Its signature, in hexadecimal digits.
    pub signature: Option<String>,
    /// Who brought it.
    pub actor: String,
}

/// Stores an approval.
pub async fn insert(tx: &mut Tx, new: &NewApproval<'_>) -> Result<ApprovalId> {
    let tenant = tx.tenant();
    let sql = "insert into approvals (tenant, proposal, version, customer, effective_from, key, signature, actor, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    let Approval { customer, from, key, at } = new.approval;
    let query = query_scalar(sql).bind(tenant.0).bind(new.proposal.0).bind(new.version.0).bind(customer.0).bind(from.micros());
    let query = query.bind(key.map(|key| key.0)).bind(new.signature).bind(new.actor).bind(at.micros());
    Ok(ApprovalId(query.fetch_one(tx.sql()).await?))
}

/// Which approvals are meant; what is absent does not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApprovalFilter {
    /// Those of this version.
    pub version: Option<VersionId>,
    /// Those for this customer.
    pub customer: Option<CustomerId>,
}

/// The approvals that a filter lets through, oldest first.
pub async fn find(c: &mut impl Connection, filter: ApprovalFilter) -> Result<Vec<ApprovalRow>> {
    let mut sql = Builder::new(
        "select a.id, a.proposal, a.version, a.customer, a.effective_from, a.key, a.at, k.public_key, a.signature, a.actor \
         from approvals a left join approval_keys k on k.id = a.key where a.tenant = ",
    );
    sql.push_bind(c.tenant().0);
    if let Some(version) = filter.version {
        sql.push(" and a.version = ").push_bind(version.0);
    }
    if let Some(customer) = filter.customer {
        sql.push(" and a.customer = ").push_bind(customer.0);
    }
    sql.push(" order by a.id");
    sql.build().fetch_all(c.sql()).await?.iter().map(approval).collect()
}

/// The approvals of every version.
pub(crate) async fn by_version(c: &mut impl Connection) -> Result<HashMap<VersionId, Approvals>> {
    let mut found: HashMap<VersionId, Approvals> = HashMap::new();
    for row in find(c, ApprovalFilter::default()).await? {
        found.entry(row.version).or_default().add(row.approval);
    }
    Ok(found)
}

fn approval(row: &Row) -> Result<ApprovalRow> {
    let approval = Approval {
        customer: CustomerId(row.try_get(3)?),
        from: timestamp("approvals", "effective_from", row.try_get(4)?)?,
        key: row.try_get::<Option<i64>>(5)?.map(ApprovalKeyId),
        at: timestamp("approvals", "at", row.try_get(6)?)?,
    };
    Ok(ApprovalRow {
        id: ApprovalId(row.try_get(0)?),
        proposal: ProposalId(row.try_get(1)?),
        version: VersionId(row.try_get(2)?),
        approval,
        public_key: row.try_get(7)?,
        signature: row.try_get(8)?,
        actor: row.try_get(9)?,
    })
}
