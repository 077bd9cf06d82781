//! Putting the service together from the arguments.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use assay_app::{Assay, Caller};
use assay_domain::{clock::Clock, time::Timestamp};
use assay_runtime::{Engine, Limits};
use assay_store::Store;

use crate::args::Args;

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the ambient clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::from_jiff(jiff::Timestamp::now()).unwrap_or(Timestamp::EPOCH)
    }
}

/// An open installation, and on whose behalf it is used.
pub struct Session {
    /// The service.
    pub assay: Assay,
    /// Whose data, and who.
    pub caller: Caller,
}

/// Opens the installation in a folder, creating it when it is not there.
pub async fn open(data: &Path, threads: Option<usize>) -> Result<Assay> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot create the data folder {}", data.display()))?;
    let file = data.join("assay.db");
    let store = Store::open(&file).await.with_context(|| format!("cannot open {}", file.display()))?;
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    Ok(Assay::new(store, Engine::new(Limits::default())?, Arc::new(SystemClock), threads)?)
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
    /// Opens the installation and finds the tenant.
    pub async fn start(args: &Args) -> Result<Self> {
        check_exists(&args.data)?;
        let assay = open(&args.data, args.threads).await?;
        let tenants = assay.tenants().await?;
        let names = || tenants.iter().map(|tenant| tenant.slug.as_str()).collect::<Vec<_>>().join(", ");
        let tenant = match &args.tenant {
            Some(slug) => tenants
                .iter()
                .find(|tenant| tenant.slug == *slug)
                .with_context(|| format!("there is no tenant {slug:?}; there are: {}", names()))?,
            None => match tenants.as_slice() {
                [only] => only,
                [] => bail!("there is no tenant yet; make one with `assay tenant create NAME`"),
                _ => bail!("there are several tenants; choose one of {} with --tenant", names()),
            },
        };
        let caller = Caller { tenant: tenant.id, actor: args.operator.clone() };
        Ok(Self { assay, caller })
    }

    /// Closes the database.
    pub async fn end(self) {
        self.assay.close().await;
    }
}
