//! Whether a version may pass: what its latest back-test says.

use assay_domain::{
    canon::Digest,
    id::{BacktestId, DefinitionId, VersionId},
};
use assay_store::{Connection, backtests, definitions};

use super::{BacktestReport, request::read};
use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// What the latest back-test with thresholds says of a version's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BacktestGate {
    /// There is none that has ended.
    Missing,
    /// Every threshold was kept.
    Passed(BacktestId),
    /// Not every one was.
    Failed {
        /// In which.
        backtest: BacktestId,
        /// Why, in words.
        reasons: Vec<String>,
    },
}

impl Assay {
    /// Whether the latest back-test of exactly what a version fixes kept its thresholds.
    pub async fn backtest_gate(&self, caller: &Caller, version: VersionId) -> Result<BacktestGate> {
        let mut reader = self.store.read(caller.tenant).await?;
        let versions = definitions::versions(&mut reader).await?;
        let unknown = || AppError::not_found("version", version.to_string(), "the definition shows its versions");
        let version = versions.into_iter().find(|known| known.id == version).ok_or_else(unknown)?;
        gate(&mut reader, version.definition, version.content.hash()).await
    }
}

/// The same of a content under a definition, for whoever decides in a transaction.
pub(crate) async fn gate(c: &mut impl Connection, definition: DefinitionId, hash: Digest) -> Result<BacktestGate> {
    let Some(row) = backtests::latest(c, definition, hash).await? else { return Ok(BacktestGate::Missing) };
    if row.passed == Some(true) {
        return Ok(BacktestGate::Passed(row.id));
    }
    let report: Option<BacktestReport> = backtests::report(c, row.id).await?.map(|text| read("report", &text)).transpose()?;
    Ok(BacktestGate::Failed { backtest: row.id, reasons: report.map(|report| report.reasons()).unwrap_or_default() })
}
