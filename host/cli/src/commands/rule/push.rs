//! `assay rule push` and `assay rule list`

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::component;
use crate::{
    output::{Output, table},
    session::Session,
};

pub(super) async fn run(rule: &Path, session: &Session) -> Result<Output> {
    let pushed = session.assay.push_rule(&session.caller, &component(rule)?).await?;
    let text = format!("pushed {} ({}), sha256 {}", pushed.manifest.name, pushed.id, pushed.digest);
    Ok(Output::new(json!({ "id": pushed.id, "name": pushed.manifest.name, "digest": pushed.digest }), text))
}

pub(super) async fn list(session: &Session) -> Result<Output> {
    let all = session.assay.rules(&session.caller).await?;
    let json = all.iter().map(|rule| json!({ "id": rule.id, "digest": rule.digest, "manifest": rule.manifest })).collect();
    let rows =
        all.iter().map(|rule| [rule.manifest.name.clone(), rule.manifest.title.clone(), rule.digest.to_string(), rule.id.to_string()]);
    Ok(Output::new(json, table(&["rule", "title", "sha256", "id"], &[], rows)))
}
