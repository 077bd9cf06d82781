//! An installation in memory whose process can die: the same file is then opened again.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use assay_app::{Assay, Caller, World as Around};
use assay_cli::sandbox::COMPILE;
use assay_domain::{
    id::TenantId,
    time::{Duration, Timestamp},
};
use assay_runtime::{Artefacts, Compiler, Engine, Limits, Setup};
use assay_store::{Opening, Store};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{faults::Injector, rules};
use crate::{
    assay::{CountedEntropy, HandClock, at},
    bin, components,
};

/// When every simulation begins.
pub(super) fn start() -> Timestamp {
    at("2026-01-01T00:00:00Z")
}

/// Where a simulation's futures run: on the thread that drives it.
pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// One service over one file, and everything it is given.
pub(super) struct Site {
    assay: Option<Assay>,
    store: Store,
    pub(super) clock: Arc<HandClock>,
    pub(super) faults: Arc<Injector>,
    pub(super) tenant: TenantId,
    around: Around,
    threads: usize,
    folder: TempDir,
}

impl Site {
    /// A tenant that has every rule, and nothing else.
    pub(super) async fn equipped(threads: usize) -> Self {
        let folder = folder();
        std::fs::write(file(&folder), &equipped().0).expect("room for a database");
        Self::open(folder, threads, equipped().1).await
    }

    /// Nothing at all.
    pub(super) async fn empty(threads: usize) -> Self {
        Self::open(folder(), threads, TenantId(0)).await
    }

    async fn open(folder: TempDir, threads: usize, tenant: TenantId) -> Self {
        let (clock, faults) = (Arc::new(HandClock::default()), Arc::new(Injector::default()));
        clock.set(start());
        let around = Around { clock: clock.clone(), entropy: Arc::new(CountedEntropy::default()) };
        let (store, assay) = service(&file(&folder), &faults, &around, threads).await;
        Self { assay: Some(assay), store, clock, faults, tenant, around, threads, folder }
    }

    /// The service.
    pub(super) fn assay(&self) -> &Assay {
        self.assay.as_ref().expect("a process that lives")
    }

    /// Somebody of the tenant.
    pub(super) fn caller(&self) -> Caller {
        Caller::new(self.tenant, "simulation")
    }

    /// The process is gone with all that it remembered, and another one starts.
    pub(super) async fn restart(&mut self) {
        drop(self.assay.take());
        self.store.close().await;
        self.faults.revive();
        let (store, assay) = service(&self.database(), &self.faults, &self.around, self.threads).await;
        (self.store, self.assay) = (store, Some(assay));
    }

    /// The database file.
    pub(super) fn database(&self) -> PathBuf {
        file(&self.folder)
    }

    /// Leaves nothing behind.
    pub(super) async fn close(mut self) {
        drop(self.assay.take());
        self.store.close().await;
    }
}

async fn service(database: &Path, faults: &Arc<Injector>, around: &Around, threads: usize) -> (Store, Assay) {
    let opening = Opening { is_durable: false, faults: Some(faults.clone()) };
    let store = Store::open_with(database, opening).await.expect("a database");
    let assay = Assay::new(store.clone(), engine().clone(), around.clone(), threads).expect("a service");
    (store, assay)
}

/// In memory where the system has a place for that.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut named = tempfile::Builder::new();
    named.prefix("assay-simulate-");
    let made = if memory.is_dir() { named.tempdir_in(memory) } else { named.tempdir() };
    made.expect("a temporary folder")
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("assay.db")
}

/// Little fuel, so that what never ends ends soon; more time than anything takes, so that only fuel ends it.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let limits = Limits {
            evaluation_fuel_max: 2_000_000,
            instantiation_fuel_max: 2_000_000,
            wall_time_max: Duration::seconds(60),
            instances_max: 16,
            ..Limits::default()
        };
        let compiler = Compiler::Apart { program: bin::path(), arguments: vec![COMPILE.into()] };
        let kept = components::root().join("target").join("tests");
        let artefacts = Artefacts::open(kept, [7; 32]).expect("a folder for compiled rules");
        Engine::start(Setup { limits, compiler, artefacts: Some(artefacts), ..Setup::default() }).expect("an engine")
    })
}

/// The file of a tenant that has every rule, and the tenant. Made once per process, outside of any runtime.
pub(super) fn equipped() -> &'static (Vec<u8>, TenantId) {
    static EQUIPPED: OnceLock<(Vec<u8>, TenantId)> = OnceLock::new();
    EQUIPPED.get_or_init(|| runtime().block_on(equip()))
}

async fn equip() -> (Vec<u8>, TenantId) {
    let mut site = Site::empty(1).await;
    site.tenant = site.assay().create_tenant("simulation", "vendor", "A vendor").await.expect("a tenant");
    let caller = site.caller();
    for (name, component) in rules::components() {
        site.assay().push_rule(&caller, component).await.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    }
    let (database, tenant) = (site.database(), site.tenant);
    drop(site.assay.take());
    site.store.close().await;
    (std::fs::read(database).expect("a database"), tenant)
}
