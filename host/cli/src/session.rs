//! Putting the service together from the arguments.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use assay_app::{Assay, Caller, TenantRow, World};
use assay_domain::{
    clock::Clock,
    entropy::Entropy,
    key::Mode,
    time::{Duration, Timestamp},
};
use assay_store::{Opening, Store, tenants};

use crate::{args::Args, database::DatabaseUrl, sandbox, settings::Settings};

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the ambient clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::from_jiff(jiff::Timestamp::now()).unwrap_or(Timestamp::EPOCH)
    }
}

/// The randomness of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        if let Err(error) = getrandom::fill(&mut bytes) {
            // A secret that can be guessed opens everything, so there is none, and nobody to hand it to.
            eprintln!("error: the operating system gives no random bytes ({error}), and no secret can be made without them");
            std::process::abort();
        }
        bytes
    }
}

/// An open installation, and on whose behalf it is used.
pub struct Session {
    /// The service.
    pub assay: Arc<Assay>,
    /// Whose data, and who.
    pub caller: Caller,
}

/// How many cores there are.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Where the installation is, for people: its folder, or its database on a server.
pub fn place(data: &Path, settings: &Settings) -> String {
    settings.database.as_ref().map_or_else(|| data.display().to_string(), ToString::to_string)
}

/// The flag that names that place; a password is the reader's to add.
pub fn flag(data: &Path, settings: &Settings) -> String {
    settings.database.as_ref().map_or_else(|| format!("--data {}", data.display()), |url| format!("--database {url}"))
}

/// Opens the installation, and makes the folder and the file where they are not there; what is on a server must have its schema.
pub async fn open(data: &Path, settings: &Settings) -> Result<Arc<Assay>> {
    let store = match &settings.database {
        Some(url) => connect(url).await?,
        None => open_file(data).await?,
    };
    assemble(store, data, settings)
}

/// Opens the installation that is there; refuses a place without one, which may be a typing mistake.
pub async fn open_existing(data: &Path, settings: &Settings) -> Result<Arc<Assay>> {
    let store = match &settings.database {
        Some(url) => connect_existing(url).await?,
        None => open_existing_file(data).await?,
    };
    assemble(store, data, settings)
}

fn assemble(store: Store, data: &Path, settings: &Settings) -> Result<Arc<Assay>> {
    let world = World { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) };
    let threads = settings.threads.map_or_else(cores, NonZeroUsize::get);
    let assay = Assay::new(store, sandbox::engine_of(data)?, world, threads)?;
    Ok(Arc::new(match settings.lease {
        Some(seconds) => assay.with_lease(Duration::seconds(seconds.get())),
        None => assay,
    }))
}

fn file(data: &Path) -> PathBuf {
    data.join("assay.db")
}

/// Whether a folder has an installation of its own.
pub fn has_file(data: &Path) -> bool {
    file(data).exists()
}

async fn open_file(data: &Path) -> Result<Store> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot create the data folder {}", data.display()))?;
    let file = file(data);
    Store::open(&file).await.with_context(|| format!("cannot open {}", file.display()))
}

/// Opens the file of a folder; refuses a folder without one.
pub async fn open_existing_file(data: &Path) -> Result<Store> {
    if has_file(data) {
        return open_file(data).await;
    }
    let data = data.display();
    bail!("there is no installation in {data}; make one with `assay tenant create NAME`, or name another folder with --data")
}

/// Connects to a database, whatever is in it.
pub async fn connect(url: &DatabaseUrl) -> Result<Store> {
    Store::connect(url.secret(), Opening::default()).await.with_context(|| format!("cannot open {url}"))
}

async fn connect_existing(url: &DatabaseUrl) -> Result<Store> {
    let store = connect(url).await?;
    if !tenants::all(&mut store.read_installation().await?).await?.is_empty() {
        return Ok(store);
    }
    store.close().await;
    bail!("there is no installation in {url}; make one with `assay tenant create NAME`, or name another database with --database")
}

impl Session {
    /// Opens the installation and finds the tenant's side.
    pub async fn start(args: &Args, settings: &Settings) -> Result<Self> {
        let assay = open_existing(&args.data, settings).await?;
        let sides = assay.tenants().await?;
        let tenant = choose(&sides, settings.tenant.as_deref())?;
        let mode = if args.test { Mode::Test } else { Mode::Live };
        let side = sides.iter().find(|side| side.live == tenant.id && side.mode == mode);
        let side = side.with_context(|| format!("the tenant {:?} has no {mode} side", tenant.slug))?;
        let caller = Caller::new(side.id, args.operator.clone());
        Ok(Self { assay, caller })
    }

    /// Chains what was recorded and closes the database. What is not chained now is by whoever comes next; `assay audit verify` says what
    /// stands in the way.
    pub async fn end(self) {
        drop(self.assay.chain(&self.caller).await);
        self.assay.close().await;
    }
}

/// The live side of the tenant that is meant: the one that is named, or the only one.
fn choose<'s>(sides: &'s [TenantRow], named: Option<&str>) -> Result<&'s TenantRow> {
    let live: Vec<&TenantRow> = sides.iter().filter(|side| side.mode == Mode::Live).collect();
    let names = || live.iter().map(|tenant| tenant.slug.as_str()).collect::<Vec<_>>().join(", ");
    match (named, live.as_slice()) {
        (Some(slug), all) => {
            let found = all.iter().copied().find(|tenant| tenant.slug == slug);
            found.with_context(|| format!("there is no tenant {slug:?}; there are: {}", names()))
        }
        (None, [only]) => Ok(only),
        (None, []) => bail!("there is no tenant yet; make one with `assay tenant create NAME`"),
        (None, _) => bail!("there are several tenants; choose one of {} with --tenant", names()),
    }
}
