//! The chained audit log: a sequencer adds the links that operations are written without, and a walk along them finds what was done to the
//! log behind everybody's back.

use std::time::Duration as Wait;

use assay_domain::{
    audit::{AuditHead, AuditViolation, Chain},
    id::TenantId,
};
use assay_store::{
    audit_chain::{self, Logged},
    tenants,
};
use tokio::sync::watch;

use crate::{Assay, Caller, error::Result};

/// How long after everything was chained it is looked again. Who chains keeps out for a moment whoever else writes for the tenant.
const CHAIN_PULSE: Wait = Wait::from_secs(5);
/// Operations that are chained in one transaction.
const BATCH: u32 = 512;
/// Links that are read at once.
const PAGE: u32 = 1_024;

/// What became of an audit log since it was chained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// How far everything is as it was chained: to the end, unless something is wrong.
    pub head: AuditHead,
    /// Operations that are recorded and have no link yet.
    pub waiting: i64,
    /// The head that was kept elsewhere and compared.
    pub kept: Option<AuditHead>,
    /// What is wrong first.
    pub violation: Option<AuditViolation>,
}

impl AuditReport {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.violation.is_none()
    }
}

impl Assay {
    /// Chains what is recorded by now in the audit logs of the caller's tenant, both sides of it, and of the installation.
    pub async fn chain(&self, caller: &Caller) -> Result<()> {
        let all = tenants::all(&mut self.store.read_installation().await?).await?;
        let live = all.iter().find(|side| side.id == caller.tenant).map(|side| side.live);
        let sides: Vec<TenantId> = all.iter().filter(|side| Some(side.live) == live).map(|side| side.id).collect();
        for side in sides {
            self.extend_chain(Some(side)).await?;
        }
        self.extend_chain(None).await
    }

    /// The head of the caller's audit log, with everything chained that is recorded by now. Kept elsewhere, it shows later whether the log
    /// still begins so.
    pub async fn audit_head(&self, caller: &Caller) -> Result<AuditHead> {
        self.extend_chain(Some(caller.tenant)).await?;
        Ok(audit_chain::head(&mut self.store.read(caller.tenant).await?).await?)
    }

    /// The same of the installation's own audit log.
    pub async fn installation_audit_head(&self) -> Result<AuditHead> {
        self.extend_chain(None).await?;
        Ok(audit_chain::head(&mut self.store.read_installation().await?).await?)
    }

    /// Whether the caller's audit log is as it was chained, and begins as when a head was kept; what has no link by now gets one first.
    /// `progress` is told how many operations were looked at, and of how many.
    pub async fn verify_audit(&self, caller: &Caller, kept: Option<AuditHead>, progress: impl FnMut(u64, u64)) -> Result<AuditReport> {
        self.chain_or_tell(Some(caller.tenant)).await;
        walk(&mut self.store.read(caller.tenant).await?, kept, progress).await
    }

    /// The same of the installation's own audit log.
    pub async fn verify_installation_audit(&self, kept: Option<AuditHead>, progress: impl FnMut(u64, u64)) -> Result<AuditReport> {
        self.chain_or_tell(None).await;
        walk(&mut self.store.read_installation().await?, kept, progress).await
    }

    /// Whether the caller's audit log is as it was chained. It only reads.
    pub async fn check_audit(&self, caller: &Caller) -> Result<AuditReport> {
        walk(&mut self.store.read(caller.tenant).await?, None, |_, _| {}).await
    }

    /// The same of the installation's own audit log.
    pub async fn check_installation_audit(&self) -> Result<AuditReport> {
        walk(&mut self.store.read_installation().await?, None, |_, _| {}).await
    }

    async fn extend_chain(&self, whose: Option<TenantId>) -> Result<()> {
        while audit_chain::extend(&self.store, whose, BATCH).await? == BATCH {}
        Ok(())
    }

    /// Chains an audit log on the way to something else, which goes on if that fails: what is left is chained later, and what stands in the
    /// way is found by whoever verifies.
    pub(crate) async fn chain_or_tell(&self, whose: Option<TenantId>) {
        if let Err(error) = self.extend_chain(whose).await {
            self.failed("chaining the audit log", &error);
        }
    }

    /// Chains every audit log.
    pub(crate) async fn chain_all(&self) {
        match self.every_side().await {
            Ok(sides) => {
                for whose in sides.into_iter().map(Some).chain([None]) {
                    self.chain_or_tell(whose).await;
                }
            }
            Err(error) => self.failed("chaining the audit log", &error),
        }
    }

    /// Chains every audit log again and again until it is told to stop.
    pub(crate) async fn chain_on(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.chain_all().await;
            tokio::select! {
                () = tokio::time::sleep(CHAIN_PULSE) => {}
                // Whoever would tell it to stop has gone.
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// Follows a chain as far as it leads. Links are read before the operations that they are about, which are there as long as they are.
async fn walk(c: &mut impl Logged, kept: Option<AuditHead>, mut progress: impl FnMut(u64, u64)) -> Result<AuditReport> {
    let total = u64::try_from(audit_chain::length(c).await?).unwrap_or_default();
    let mut chain = Chain::new(kept);
    let violation = loop {
        let links = audit_chain::links(c, chain.next_place(), PAGE).await?;
        let log = audit_chain::log(c, chain.last_number(), PAGE + 1).await?;
        match chain.follow(&links, &log) {
            Ok(0) => break chain.wrong(&links, &log),
            Ok(_) => progress(u64::try_from(chain.head().size).unwrap_or_default(), total),
            Err(violation) => break Some(violation),
        }
    };
    Ok(AuditReport { head: chain.head(), waiting: audit_chain::waiting(c).await?, kept, violation })
}
