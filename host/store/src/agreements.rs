//! Agreements.

use assay_domain::{
    approval::Parties,
    id::{AgreementId, CustomerId, RateCardId},
    terms::{AgreedDefinition, Agreement},
    time::Timestamp,
};

use crate::{
    connection::{Connection, Database as _, Tx},
    definitions::{json, parse},
    error::Result,
    operations::{optional_timestamp, parsed, timestamp},
    page::{Page, paged},
    sql::query_scalar,
};

/// An agreement before it has an id.
#[derive(Debug, Clone)]
pub struct NewAgreement {
    /// Who.
    pub customer: CustomerId,
    /// Which definitions judge the customer's interactions.
    pub definitions: Vec<AgreedDefinition>,
    /// How many parties it takes to put a version in force for the customer.
    pub parties: Parties,
    /// What they cost.
    pub rate_card: RateCardId,
    /// What the customer's prices differ in from the card, as JSON.
    pub overrides: Option<String>,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Option<Timestamp>,
}

/// Stores an agreement.
pub async fn insert(tx: &mut Tx, new: &NewAgreement, now: Timestamp) -> Result<AgreementId> {
    let tenant = tx.tenant();
    let sql = "insert into agreements (tenant, customer, rate_card, definitions, active_from, active_until, created_at, \
               overrides, approval) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id";
    let query = query_scalar(sql).bind(tenant.0).bind(new.customer.0).bind(new.rate_card.0).bind(json(&new.definitions)?);
    let query = query.bind(new.from.micros()).bind(new.until.map(Timestamp::micros)).bind(now.micros()).bind(&new.overrides);
    let query = query.bind(new.parties.name());
    Ok(AgreementId(query.fetch_one(tx.sql()).await?))
}

/// Every agreement of a tenant, oldest first.
pub async fn all(c: &mut impl Connection) -> Result<Vec<Agreement>> {
    page(c, Page::ALL).await
}

/// Some agreements of a tenant, oldest first.
pub async fn page(c: &mut impl Connection, page: Page) -> Result<Vec<Agreement>> {
    let tenant = c.tenant();
    let sql =
        "select id, customer, definitions, rate_card, active_from, active_until, overrides, approval from agreements where tenant = $1";
    let rows = paged(c, sql, "id", tenant, page).await?;
    rows.iter()
        .map(|row| {
            Ok(Agreement {
                id: AgreementId(row.try_get(0)?),
                customer: CustomerId(row.try_get(1)?),
                definitions: parse("definitions", row.try_get(2)?)?,
                rate_card: RateCardId(row.try_get(3)?),
                from: timestamp("agreements", "active_from", row.try_get(4)?)?,
                until: optional_timestamp("agreements", "active_until", row.try_get(5)?)?,
                overrides: row.try_get(6)?,
                // An agreement from before there was a choice.
                parties: parsed("agreements", "approval", row.try_get(7)?)?.unwrap_or_default(),
            })
        })
        .collect()
}
