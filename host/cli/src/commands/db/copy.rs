//! `assay db copy`

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, bail};
use assay_store::{
    Store,
    copy::{self, Copied},
    tenants,
};
use serde_json::{Value, json};

use super::compare::{Compared, Pair};
use crate::{
    args::Args,
    database::DatabaseUrl,
    output::{Output, table},
    progress, session,
    settings::Settings,
};

pub(super) async fn run(to: &DatabaseUrl, args: &Args, settings: &Settings) -> Result<Output> {
    to.check().context("--to")?;
    let from = session::open_existing_file(&args.data).await?;
    let target = session::connect(to).await?;
    refuse_used(&target, to).await?;
    let copied = copy_all(&from, &target, to).await?;
    // What is compared is planned for what came, not for what was empty.
    target.learn().await?;
    let pair = Pair::new(from, target, &args.data, settings)?;
    let compared = pair.compare().await;
    pair.close().await;
    let compared = compared.context("everything is copied, and could not be compared")?;
    Ok(shown(&args.data, to, &copied, &compared))
}

/// Rows that are there would be mixed with those that come.
async fn refuse_used(target: &Store, to: &DatabaseUrl) -> Result<()> {
    let sides = tenants::all(&mut target.read_installation().await?).await?;
    if let Some(side) = sides.first() {
        bail!("{to} is not empty: it holds the tenant {:?}; name a database that is migrated and was never used", side.slug);
    }
    Ok(())
}

async fn copy_all(from: &Store, target: &Store, to: &DatabaseUrl) -> Result<Copied> {
    let bar = progress::rows("copy");
    let copied = copy::copy(from, target, |table, rows| {
        bar.set_message(table.to_owned());
        bar.set_position(rows);
    });
    let copied = copied.await;
    bar.finish_and_clear();
    copied.with_context(|| format!("nothing was copied to {to}, which must be migrated and never used"))
}

fn shown(data: &Path, to: &DatabaseUrl, copied: &Copied, compared: &[Compared]) -> Output {
    let rows: u64 = copied.tables.iter().map(|(_, rows)| rows).sum();
    let difference = compared.iter().find_map(Compared::difference);
    let told = match &difference {
        None => "both are equal".to_owned(),
        Some(difference) => format!("they differ, so do not use the copy: {difference}"),
    };
    let text = format!(
        "copied {rows} rows of {} tables from {} to {to}\n{}\n{told}",
        copied.tables.len(),
        data.display(),
        table(&["of", "compared", "count", "result"], &["count"], compared.iter().map(Compared::row))
    );
    let tables: BTreeMap<&str, u64> = copied.tables.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
    let compared: Vec<Value> = compared.iter().map(Compared::as_json).collect();
    let json = json!({ "rows": rows, "tables": tables, "compared": compared, "difference": difference });
    Output::new(json, text).with_code(u8::from(difference.is_some()))
}
