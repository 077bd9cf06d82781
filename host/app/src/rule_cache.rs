//! Stored rules, made ready on an engine and kept for as long as the process lives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use assay_domain::canon::Digest;
use assay_runtime::{Engine, Origin, Rule};
use assay_store::{Connection, StoreError, rules};

use crate::{
    compiling::Compiling,
    error::{AppError, Result},
};

/// An engine, and the rules that were made ready on it.
pub(crate) struct RuleCache {
    pub(crate) engine: Engine,
    kept: Mutex<HashMap<Digest, Rule>>,
}

impl RuleCache {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, kept: Mutex::default() }
    }

    /// Compiling takes long, so it keeps no thread from answering requests; the turn is held until it is over, whoever has given up
    /// waiting for it, and is given back with the rule.
    pub(crate) async fn admit<T: Send + 'static>(&self, bytes: Vec<u8>, turn: T) -> Result<(Rule, T)> {
        let engine = self.engine.clone();
        let (admitted, turn) = tokio::task::spawn_blocking(move || (engine.admit(&bytes), turn))
            .await
            .map_err(|error| AppError::Evaluators(std::io::Error::other(error)))?;
        Ok((admitted?, turn))
    }

    /// A stored rule, admitted once.
    pub(crate) async fn rule(&self, c: &mut impl Connection, digest: Digest, compiling: &Compiling) -> Result<Rule> {
        if let Some(rule) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&digest) {
            return Ok(rule.clone());
        }
        let missing = || StoreError::Corrupt { table: "components", column: "digest", value: digest.to_string() };
        let bytes = rules::component(c, digest).await?.ok_or_else(missing)?;
        let (rule, _turn) = self.admit(bytes, compiling.load().await).await?;
        if rule.origin() == Origin::Replaced {
            tracing::error!(component = %digest, "infra.cache-integrity: compiled code was not ours or did not fit, and was replaced");
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, rule.clone());
        Ok(rule)
    }
}
