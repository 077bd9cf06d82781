//! `assay db`

mod compare;
mod copy;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use serde_json::json;

use crate::{args::Args, database::DatabaseUrl, output::Output, session, settings::Settings};

/// Look after the database.
#[derive(Debug, Subcommand)]
pub enum Db {
    /// Make the partitions of a database of PostgreSQL for this month and those to come, as far as they are missing. Once a month is
    /// often enough.
    Maintain {
        /// How many months ahead.
        #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=120))]
        ahead: u32,
    },
    /// Copy the file of the data folder into a database of PostgreSQL that is migrated and was never used, then compare the two. Ends with
    /// 1 when anything differs. Stop what works on the file before.
    Copy {
        /// The database: postgres://user:password@host:5432/name.
        #[arg(long, value_name = "URL")]
        to: DatabaseUrl,
    },
    /// Write the file of the data folder into a new file, as it is at this moment; whoever works on it goes on.
    Backup {
        /// The new file.
        file: PathBuf,
    },
}

pub(crate) async fn run(command: &Db, args: &Args, settings: &Settings) -> Result<Output> {
    match command {
        Db::Maintain { ahead } => maintain(*ahead, args, settings).await,
        Db::Copy { to } => copy::run(to, args, settings).await,
        Db::Backup { file } => backup(file, args, settings).await,
    }
}

async fn maintain(ahead: u32, args: &Args, settings: &Settings) -> Result<Output> {
    if settings.database.is_none() {
        return Ok(Output::new(json!({ "made": [] }), "a file has no partitions, so there is nothing to make"));
    }
    let assay = session::open(&args.data, settings).await?;
    let made = assay.maintain(ahead).await;
    assay.close().await;
    let made = made?;
    let text = match made.len() {
        0 => format!("no partition is missing, {ahead} months ahead"),
        count => format!("{}\nmade {count} partitions", made.join("\n")),
    };
    Ok(Output::new(json!({ "made": made }), text))
}

async fn backup(to: &Path, args: &Args, settings: &Settings) -> Result<Output> {
    let shown = to.display();
    if let Some(url) = &settings.database {
        bail!(
            "{url} is on a server, whose own program saves it: pg_dump --format=custom --file={shown} --dbname={url}, as a superuser or a \
             role with bypassrls, as others see no tenant's rows"
        );
    }
    if to.exists() {
        bail!("{shown} is there already; name a file that is not, or remove it");
    }
    let store = session::open_existing_file(&args.data).await?;
    let saved = store.backup(to).await;
    store.close().await;
    saved.with_context(|| format!("cannot write {shown}"))?;
    let bytes = bytes_on_disk(to).with_context(|| format!("cannot be sure that {shown} is on disk"))?;
    let text = format!("the installation in {} is saved in {shown}, {bytes} bytes", args.data.display());
    Ok(Output::new(json!({ "file": shown.to_string(), "bytes": bytes }), text))
}

/// The size of a file, once all of it is on disk.
fn bytes_on_disk(path: &Path) -> io::Result<u64> {
    let file = File::options().write(true).open(path)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}
