//! An installation in memory, or on a server, whose process can die: the same database is then opened again.

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
    assay::{CountedEntropy, Database, HandClock, at},
    bin, components, postgres,
    raw::Raw,
};

/// When every simulation begins.
pub(super) fn start() -> Timestamp {
    at("2026-01-01T00:00:00Z")
}

/// Where a simulation's futures run: on the thread that drives it.
pub(super) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// One service over one database, and everything it is given.
pub(super) struct Site {
    assay: Option<Assay>,
    store: Store,
    pub(super) clock: Arc<HandClock>,
    pub(super) faults: Arc<Injector>,
    pub(super) tenant: TenantId,
    around: Around,
    threads: usize,
    place: Place,
}

/// Where it is kept.
pub(super) enum Place {
    File(TempDir),
    Server(Database),
}

impl Place {
    /// With nothing in it.
    fn new() -> Self {
        if postgres::is_wanted() { Self::Server(Database(postgres::migrated())) } else { Self::File(folder()) }
    }

    /// With all that another had in it, whose process has ended.
    fn like(other: &Self) -> Self {
        match other {
            Self::File(from) => {
                let to = folder();
                std::fs::copy(file(from), file(&to)).expect("room for a database");
                Self::File(to)
            }
            Self::Server(Database(url)) => Self::Server(Database(postgres::copied(url))),
        }
    }

    async fn open(&self, faults: &Arc<Injector>) -> Store {
        let opening = Opening { is_durable: false, faults: Some(faults.clone()) };
        let opened = match self {
            Self::File(folder) => Store::open_with(&file(folder), opening).await,
            Self::Server(Database(url)) => Store::connect(url, opening).await,
        };
        opened.expect("a database")
    }
}

impl Site {
    /// A tenant that has every rule, and nothing else.
    pub(super) async fn equipped(threads: usize) -> Self {
        let (place, tenant) = equipped();
        Self::open(Place::like(place), threads, *tenant).await
    }

    /// Nothing at all.
    pub(super) async fn empty(threads: usize) -> Self {
        Self::open(Place::new(), threads, TenantId(0)).await
    }

    async fn open(place: Place, threads: usize, tenant: TenantId) -> Self {
        let (clock, faults) = (Arc::new(HandClock::default()), Arc::new(Injector::default()));
        clock.set(start());
        let around = Around { clock: clock.clone(), entropy: Arc::new(CountedEntropy::default()) };
        let (store, assay) = service(&place, &faults, &around, threads).await;
        Self { assay: Some(assay), store, clock, faults, tenant, around, threads, place }
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
        let (store, assay) = service(&self.place, &self.faults, &self.around, self.threads).await;
        (self.store, self.assay) = (store, Some(assay));
    }

    /// A connection of its own to the database.
    pub(super) async fn raw(&self) -> Raw {
        match &self.place {
            Place::File(folder) => Raw::of_file(&file(folder)).await,
            Place::Server(Database(url)) => Raw::of_server(&postgres::superuser(url)).await,
        }
    }

    /// Leaves nothing behind.
    pub(super) async fn close(mut self) {
        drop(self.assay.take());
        self.store.close().await;
    }
}

async fn service(place: &Place, faults: &Arc<Injector>, around: &Around, threads: usize) -> (Store, Assay) {
    let store = place.open(faults).await;
    let assay = Assay::new(store.clone(), engine().clone(), around.clone(), threads).expect("a service");
    // There is one process, and its time does not pass while it waits: what it had in hand when it died is free at once.
    (store, assay.with_lease(Duration::ZERO))
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

/// The database of a tenant that has every rule, and the tenant. Made once per process, outside of any runtime.
pub(super) fn equipped() -> &'static (Place, TenantId) {
    static EQUIPPED: OnceLock<(Place, TenantId)> = OnceLock::new();
    EQUIPPED.get_or_init(|| runtime().block_on(equip()))
}

async fn equip() -> (Place, TenantId) {
    let mut site = Site::empty(1).await;
    site.tenant = site.assay().create_tenant("simulation", "vendor", "A vendor").await.expect("a tenant");
    let caller = site.caller();
    for (name, component) in rules::components() {
        site.assay().push_rule(&caller, component).await.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    }
    drop(site.assay.take());
    site.store.close().await;
    (site.place, site.tenant)
}
