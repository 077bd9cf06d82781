//! Evaluations: every judgement that was recorded, faults included.

use assay_domain::{
    canon::Digest,
    id::{EvaluationId, InteractionId, VersionId},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection as _, Tx},
    error::Result,
    sequences,
};

/// One judgement to record.
#[derive(Debug, Clone)]
pub struct NewEvaluation {
    /// What was judged.
    pub interaction: InteractionId,
    /// By which version.
    pub version: VersionId,
    /// The hash of what it was asked about.
    pub input_root: Digest,
    /// The time of asking.
    pub as_of: Timestamp,
    /// The decision's name, `rule-error`, `missing-field`, or `fault`.
    pub conclusion: &'static str,
    /// The reason's code, or the fault's.
    pub reason: Option<String>,
    /// The whole verdict as JSON, or the message of an error or fault.
    pub detail: Option<String>,
    /// Instructions used.
    pub fuel: u64,
}

/// Records judgements; gives back the id of the first, the others follow.
pub async fn insert(tx: &mut Tx, rows: &[NewEvaluation], now: Timestamp) -> Result<EvaluationId> {
    let tenant = tx.tenant();
    let first = sequences::take(tx, "evaluations", rows.len()).await?;
    let rows: Vec<(i64, &NewEvaluation)> = (first..).zip(rows).collect();
    let head =
        "insert into evaluations (id, tenant, interaction, version, input_root, as_of, conclusion, reason, detail, fuel, recorded_at) ";
    bulk::insert(tx, head, "", &rows, |row, (id, new)| {
        row.push_bind(*id).push_bind(tenant.0).push_bind(new.interaction.0).push_bind(new.version.0);
        row.push_bind(new.input_root.as_bytes().to_vec()).push_bind(new.as_of.micros()).push_bind(new.conclusion);
        row.push_bind(new.reason.clone()).push_bind(new.detail.clone());
        row.push_bind(i64::try_from(new.fuel).unwrap_or(i64::MAX)).push_bind(now.micros());
    })
    .await?;
    Ok(EvaluationId(first))
}
