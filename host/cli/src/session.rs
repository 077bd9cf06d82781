//! Putting the service together from the arguments.

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use assay_app::{Assay, Caller, TenantRow, World};
use assay_domain::{clock::Clock, entropy::Entropy, key::Mode, time::Timestamp};
use assay_store::Store;

use crate::{args::Args, sandbox, settings::Settings};

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

/// Opens the installation in a folder, creating it when it is not there.
pub async fn open(data: &Path, threads: Option<NonZeroUsize>) -> Result<Arc<Assay>> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot create the data folder {}", data.display()))?;
    let file = data.join("assay.db");
    let store = Store::open(&file).await.with_context(|| format!("cannot open {}", file.display()))?;
    let world = World { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) };
    let threads = threads.map_or_else(cores, NonZeroUsize::get);
    Ok(Arc::new(Assay::new(store, sandbox::engine_of(data)?, world, threads)?))
}

/// Refuses a folder without an installation, which may be a typing mistake.
pub fn check_exists(data: &Path) -> Result<()> {
    if data.join("assay.db").exists() {
        return Ok(());
    }
    let data = data.display();
    bail!("there is no installation in {data}; make one with `assay tenant create NAME`, or name another folder with --data")
}

impl Session {
    /// Opens the installation and finds the tenant's side.
    pub async fn start(args: &Args, settings: &Settings) -> Result<Self> {
        check_exists(&args.data)?;
        let assay = open(&args.data, settings.threads).await?;
        let sides = assay.tenants().await?;
        let tenant = choose(&sides, settings.tenant.as_deref())?;
        let mode = if args.test { Mode::Test } else { Mode::Live };
        let side = sides.iter().find(|side| side.live == tenant.id && side.mode == mode);
        let side = side.with_context(|| format!("the tenant {:?} has no {mode} side", tenant.slug))?;
        let caller = Caller::new(side.id, args.operator.clone());
        Ok(Self { assay, caller })
    }

    /// Closes the database.
    pub async fn end(self) {
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
