//! On whose behalf something is done, and doing it once however often it is asked for.

use assay_domain::{canon::Digest, id::TenantId, operation::Operation, time::Timestamp};
use assay_store::{
    Connection, Tx,
    answers::{self, Answer},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::{AppError, Result};

/// On whose behalf something is done: every use case is scoped to the caller's tenant.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data: one side of a tenant.
    pub tenant: TenantId,
    /// Who, for the audit log: `cli:alice`.
    pub actor: String,
    /// Under which idempotency key, if any.
    pub once: Option<Once>,
}

/// A request that is to be carried out once, however often it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Chosen by the sender.
    pub key: String,
    /// The hash of the whole request: the same key with another request is a mistake.
    pub request: Digest,
}

impl Caller {
    /// Somebody of a tenant.
    pub fn new(tenant: TenantId, actor: impl Into<String>) -> Self {
        Self { tenant, actor: actor.into(), once: None }
    }

    pub(crate) fn operation(
        &self,
        action: &'static str,
        subject: impl ToString,
        before: Option<String>,
        after: Option<String>,
        at: Timestamp,
    ) -> Operation {
        Operation { tenant: Some(self.tenant), actor: self.actor.clone(), action, subject: subject.to_string(), before, after, at }
    }

    /// What was answered under the idempotency key, if the same request came before.
    pub(crate) async fn answered<T: DeserializeOwned>(&self, c: &mut impl Connection) -> Result<Option<T>> {
        let Some(once) = &self.once else {
            return Ok(None);
        };
        let Some(found) = answers::find(c, &once.key).await? else {
            return Ok(None);
        };
        if found.request != once.request {
            return Err(AppError::KeyReused { key: once.key.clone() });
        }
        let unreadable =
            |_| AppError::conflict("what was answered under the idempotency key cannot be read any more", "look whether it was done");
        serde_json::from_str(&found.answer).map(Some).map_err(unreadable)
    }

    /// Commits, remembering the answer in the same transaction.
    pub(crate) async fn commit(&self, mut tx: Tx, operation: Operation, answer: &impl Serialize) -> Result<()> {
        if let Some(once) = &self.once {
            let answer = serde_json::to_string(answer).map_err(|error| AppError::Write(error.into()))?;
            answers::insert(&mut tx, &once.key, &Answer { request: once.request, answer }, operation.at).await?;
        }
        Ok(tx.commit(operation).await?)
    }
}
