//! What the disputes of agreements keep to.

use assay_domain::{dispute::DisputeTerms, id::AgreementId, ruling::DefaultRuling, time::Duration};

use crate::{
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    sql::{query, query_as},
};

/// What was settled for an agreement; `None` where nothing was.
pub async fn terms(c: &mut impl Connection, agreement: AgreementId) -> Result<Option<DisputeTerms>> {
    let tenant = c.tenant();
    let sql = "select open_within, answer_within, appeal_within, default_ruling from dispute_terms where tenant = $1 and agreement = $2";
    let found: Option<(i64, i64, i64, String)> = query_as(sql).bind(tenant.0).bind(agreement.0).fetch_optional(c.sql()).await?;
    let Some((open, answer, appeal, ruling)) = found else { return Ok(None) };
    let length = |column, micros| Duration::from_micros(micros).ok_or_else(|| StoreError::corrupt("dispute_terms", column, micros));
    Ok(Some(DisputeTerms {
        open_within: length("open_within", open)?,
        answer_within: length("answer_within", answer)?,
        appeal_within: length("appeal_within", appeal)?,
        default_ruling: DefaultRuling::from_name(&ruling).ok_or_else(|| StoreError::corrupt("dispute_terms", "default_ruling", ruling))?,
    }))
}

/// Settles it, in place of what was.
pub async fn put_terms(tx: &mut Tx, agreement: AgreementId, terms: &DisputeTerms) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into dispute_terms (agreement, tenant, open_within, answer_within, appeal_within, default_ruling) \
               values ($1, $2, $3, $4, $5, $6) on conflict (/*tenant, */agreement) do update set open_within = excluded.open_within, \
               answer_within = excluded.answer_within, appeal_within = excluded.appeal_within, default_ruling = excluded.default_ruling";
    let statement = query(sql).bind(agreement.0).bind(tenant.0).bind(terms.open_within.micros()).bind(terms.answer_within.micros());
    let statement = statement.bind(terms.appeal_within.micros()).bind(terms.default_ruling.ruling().name());
    statement.execute(tx.sql()).await?;
    Ok(())
}
