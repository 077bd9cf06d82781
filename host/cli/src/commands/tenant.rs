//! `assay tenant`

use anyhow::Result;
use assay_app::{Assay, Caller};
use assay_domain::key::Mode;
use clap::Subcommand;
use serde_json::json;

use crate::{
    args::Args,
    output::{Output, table},
    session,
    settings::Settings,
};

/// Onboard tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Create a tenant with its first keys, and the installation where there is none yet.
    Create {
        /// Its short name: a-z, 0-9 and -.
        name: String,
        /// Its name for people.
        #[arg(long)]
        title: Option<String>,
    },
    /// List the tenants.
    List,
}

pub(crate) async fn run(command: &Tenant, args: &Args, settings: &Settings) -> Result<Output> {
    let assay = match command {
        Tenant::Create { .. } => session::open(&args.data, settings).await?,
        Tenant::List => session::open_existing(&args.data, settings).await?,
    };
    let place = session::place(&args.data, settings);
    let output = match command {
        Tenant::Create { name, title } => create(&assay, &args.operator, name, title.as_deref().unwrap_or(name), &place).await,
        Tenant::List => list(&assay).await,
    };
    assay.close().await;
    output
}

async fn create(assay: &Assay, operator: &str, name: &str, title: &str, place: &str) -> Result<Output> {
    let tenant = assay.onboard_tenant(operator, name, title).await?;
    let id = tenant.live.id;
    // What is not chained now is by whoever comes next.
    drop(assay.chain(&Caller::new(id, operator)).await);
    let (live, test) = (tenant.live_key.secret.unwrap_or_default(), tenant.test_key.secret.unwrap_or_default());
    let text = format!(
        "created the tenant {name} ({id}) in {place}\nthe first keys of its two sides, each an admin's; they are shown this once and stored nowhere:\n\
         live {live}\ntest {test}"
    );
    Ok(Output::new(json!({ "id": id, "name": name, "keys": { "live": live, "test": test } }), text))
}

async fn list(assay: &Assay) -> Result<Output> {
    let mut all = assay.tenants().await?;
    all.retain(|side| side.mode == Mode::Live);
    let json = all.iter().map(|tenant| json!({ "id": tenant.id, "name": tenant.slug, "title": tenant.title })).collect();
    let rows = all.iter().map(|tenant| [tenant.slug.clone(), tenant.title.clone(), tenant.id.to_string()]);
    Ok(Output::new(json, table(&["tenant", "title", "id"], &[], rows)))
}
