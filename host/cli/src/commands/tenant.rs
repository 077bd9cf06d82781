//! `assay tenant`

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use crate::{
    args::Args,
    output::{Output, table},
    session,
};

/// Onboard tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Create a tenant, and the installation where there is none yet.
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

pub(crate) async fn run(command: &Tenant, args: &Args) -> Result<Output> {
    if matches!(command, Tenant::List) {
        session::check_exists(&args.data)?;
    }
    let assay = session::open(&args.data, args.threads).await?;
    let output = match command {
        Tenant::Create { name, title } => {
            let id = assay.create_tenant(&args.operator, name, title.as_deref().unwrap_or(name)).await?;
            Output::new(json!({ "id": id, "name": name }), format!("created the tenant {name} ({id}) in {}", args.data.display()))
        }
        Tenant::List => {
            let all = assay.tenants().await?;
            let json = all.iter().map(|tenant| json!({ "id": tenant.id, "name": tenant.slug, "title": tenant.title })).collect();
            Output::new(
                json,
                table(&["tenant", "title", "id"], &[], all.iter().map(|t| [t.slug.clone(), t.title.clone(), t.id.to_string()])),
            )
        }
    };
    assay.close().await;
    Ok(output)
}
