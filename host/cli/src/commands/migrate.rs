//! `assay migrate`

use std::path::Path;

use anyhow::{Context as _, Result};
use assay_domain::clock::Clock as _;
use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::{
    args::Args,
    database::DatabaseUrl,
    output::Output,
    session::{self, SystemClock},
    settings::Settings,
};

/// Bring the schema of a database of PostgreSQL to this version's, and make its first partitions. Whoever does so at the same time waits.
/// A file is brought up to date by whatever opens it.
#[derive(Debug, ClapArgs)]
pub struct Migrate;

pub(crate) async fn run(args: &Args, settings: &Settings) -> Result<Output> {
    match &settings.database {
        Some(url) => of_server(url).await,
        None => of_file(&args.data, &session::place(&args.data, settings)).await,
    }
}

async fn of_server(url: &DatabaseUrl) -> Result<Output> {
    let applied = assay_store::migrate(url.secret(), SystemClock.now()).await;
    let applied = applied.with_context(|| format!("cannot bring {url} up to date"))?;
    let steps: Vec<String> = applied.iter().map(|version| format!("step {version}, {}", name(*version))).collect();
    let text = if steps.is_empty() { "the schema is up to date".to_owned() } else { format!("applied {}", steps.join("; ")) };
    Ok(Output::new(json!({ "applied": applied }), text))
}

fn name(version: i64) -> &'static str {
    let index = usize::try_from(version).ok().and_then(|number| number.checked_sub(1));
    index.and_then(|index| assay_store::MIGRATIONS.get(index)).copied().unwrap_or("of another version")
}

async fn of_file(data: &Path, place: &str) -> Result<Output> {
    session::open_existing_file(data).await?.close().await;
    let text = format!("a file is brought up to date whenever it is opened; that in {place} is");
    Ok(Output::new(json!({ "applied": Value::Null }), text))
}
