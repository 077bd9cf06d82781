//! `assay tenant`

use anyhow::Result;
use assay_app::Assay;
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
    if matches!(command, Tenant::List) {
        session::check_exists(&args.data)?;
    }
    let assay = session::open(&args.data, settings.threads).await?;
    let output = match command {
        Tenant::Create { name, title } => create(&assay, args, name, title.as_deref().unwrap_or(name)).await,
        Tenant::List => list(&assay).await,
    };
    assay.close().await;
    output
}

async fn create(assay: &Assay, args: &Args, name: &str, title: &str) -> Result<Output> {
    let tenant = assay.onboard_tenant(&args.operator, name, title).await?;
    let id = tenant.live.id;
    let (live, test) = (tenant.live_key.secret.unwrap_or_default(), tenant.test_key.secret.unwrap_or_default());
    let text = format!(
        "created the tenant {name} ({id}) in {}\nthe first keys of its two sides, each an admin's; they are shown this once and stored nowhere:\n\
         live {live}\ntest {test}",
        args.data.display()
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
