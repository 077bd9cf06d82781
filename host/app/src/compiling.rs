//! Turns at compiling: however much is uploaded, one component is compiled at a time, and no tenant waits for more than one of each
//! other tenant. Loading the rules that judge has turns of its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_domain::id::TenantId;
use tokio::sync::OwnedMutexGuard;

type Turn = Arc<tokio::sync::Mutex<()>>;

/// Who compiles when.
#[derive(Default)]
pub(crate) struct Compiling {
    tenants: Mutex<HashMap<TenantId, Turn>>,
    uploads: Turn,
    loads: Turn,
}

impl Compiling {
    /// Waits for an upload's turn: first among its tenant's, then among those of all tenants, first come, first served.
    pub(crate) async fn upload(&self, tenant: TenantId) -> (OwnedMutexGuard<()>, OwnedMutexGuard<()>) {
        let mine = Arc::clone(self.tenants.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default());
        let mine = mine.lock_owned().await;
        (mine, Arc::clone(&self.uploads).lock_owned().await)
    }

    /// Waits for a turn at loading a rule that is stored.
    pub(crate) async fn load(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.loads).lock_owned().await
    }
}
