//! How long what is told of interactions is kept, and its erasing when that time is over.
//!
//! Time runs from the arrival of the last fact of an interaction. One for which something waits (a verdict, a time, a fault, a dispute, whose it
//! is) is kept until that is done, so that nobody's bill depends on when somebody looked. What is erased is what
//! [`Assay::erase_interaction`] erases: payloads and the keys of salts; verdicts, bills, receipts and proofs stand.

use std::time::Duration as Wait;

use assay_domain::{
    event::check_name,
    id::InteractionId,
    time::{Duration, Timestamp},
    violation::Violation,
};
use assay_store::{receipts, retention};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{Assay, Caller, error::Result};

/// Interactions that are erased in one transaction.
const SLICE: u32 = 200;
/// How often it is looked whether the time of any is over.
const PULSE: Wait = Wait::from_secs(60 * 60);
/// A hundred years.
const DAYS_MAX: u32 = 36_500;

/// How long what is told of interactions is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionView {
    /// Days after the arrival of an interaction's last fact; `None` is for ever.
    pub days: Option<u32>,
    /// Interactions whose time is over and for which something waits still.
    pub kept_back: u64,
}

/// What was erased because its time was over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionErasure {
    /// Interactions.
    pub interactions: u64,
    /// Events of theirs that had their data still.
    pub payloads: u64,
}

impl Assay {
    /// How long the caller's side of a tenant keeps what is told.
    pub async fn retention(&self, caller: &Caller) -> Result<RetentionView> {
        let mut reader = self.store.read(caller.tenant).await?;
        let days = retention::days(&mut reader).await?;
        let kept_back = match days {
            Some(days) => retention::kept_back(&mut reader, self.kept_since(days)).await?,
            None => 0,
        };
        Ok(RetentionView { days, kept_back })
    }

    /// Says how long, from now on: 1 to 36,500 days, or for ever. What is over by that is erased within the hour, or by
    /// [`Assay::erase_what_is_over`] at once.
    pub async fn set_retention(&self, caller: &Caller, days: Option<u32>) -> Result<RetentionView> {
        if days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
            let remedy = "give 1 to 36500 days, or none to keep everything; one interaction is erased by itself, a tenant's by `retention erase-all`";
            return Err(Violation::new("days", "is no length that something is kept for", remedy).into());
        }
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let before = retention::days(&mut tx).await?;
        retention::put_days(&mut tx, days).await?;
        let kept_back = match days {
            Some(days) => retention::kept_back(&mut tx, self.kept_since(days)).await?,
            None => 0,
        };
        let view = RetentionView { days, kept_back };
        let told = |days: Option<u32>| Some(serde_json::json!({ "days": days }).to_string());
        caller.commit(tx, caller.operation("retention.set", caller.tenant, told(before), told(days), self.now()), &view).await?;
        Ok(view)
    }

    /// Erases the interactions whose time is over.
    pub async fn erase_what_is_over(&self, caller: &Caller) -> Result<RetentionErasure> {
        match retention::days(&mut self.store.read(caller.tenant).await?).await? {
            Some(days) => self.erase_before(caller, self.kept_since(days), "its time is over").await,
            None => Ok(RetentionErasure::default()),
        }
    }

    /// Erases every interaction for which nothing waits, as when a tenant leaves.
    pub async fn erase_everything(&self, caller: &Caller, reason: &str) -> Result<RetentionErasure> {
        check_name("reason", reason)?;
        self.erase_before(caller, self.now().plus(Duration::days(1)), reason).await
    }

    fn kept_since(&self, days: u32) -> Timestamp {
        self.now().plus(Duration::days(u16::try_from(days).unwrap_or(u16::MAX)).negated())
    }

    async fn erase_before(&self, caller: &Caller, before: Timestamp, reason: &str) -> Result<RetentionErasure> {
        // Receipts of what was settled are written while there is something to write them from.
        self.write_receipts(caller.tenant).await?;
        let (mut done, mut after) = (RetentionErasure::default(), InteractionId(0));
        loop {
            self.signals.go_on()?;
            let mut tx = self.store.begin(caller.tenant).await?;
            let over = retention::over(&mut tx, before, after, SLICE).await?;
            let Some(last) = over.last().copied() else { return Ok(done) };
            let now = self.now();
            let mut payloads = 0;
            for interaction in &over {
                payloads += receipts::erase(&mut tx, *interaction, now).await?;
            }
            let ids: Vec<String> = over.iter().map(ToString::to_string).collect();
            let told = serde_json::json!({ "interactions": ids, "payloads": payloads, "reason": reason }).to_string();
            tx.commit(caller.operation("retention.erase", caller.tenant, None, Some(told), now)).await?;
            done.interactions += ids.len() as u64;
            done.payloads += payloads;
            after = last;
        }
    }

    /// Erases what is over while the service runs.
    pub(crate) async fn retain_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.retain_every_side().await {
                self.failed("erasing what is over", &error);
            }
            tokio::select! {
                () = tokio::time::sleep(PULSE) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn retain_every_side(&self) -> Result<()> {
        for tenant in self.every_side().await? {
            match self.erase_what_is_over(&Caller::new(tenant, "worker")).await {
                Ok(done) if done == RetentionErasure::default() => {}
                Ok(done) => tracing::info!(%tenant, interactions = done.interactions, "erased what is over"),
                Err(error) => self.failed("erasing what is over", &error),
            }
        }
        Ok(())
    }
}
