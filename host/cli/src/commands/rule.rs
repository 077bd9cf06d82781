//! `assay rule`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use assay_domain::manifest::Manifest;
use assay_runtime::Rule as Admitted;
use clap::Subcommand;
use serde_json::{Value, json};

use super::definition;
use crate::{
    fixtures,
    output::{Output, table},
    sandbox,
    session::Session,
    toolchain::{self, Options},
};

/// Build, check, test and upload rules.
#[derive(Debug, Subcommand)]
pub enum Rule {
    /// Build rule crates into components.
    Build {
        /// Folders with a Cargo.toml.
        #[arg(default_value = ".")]
        folders: Vec<PathBuf>,
    },
    /// Run the checks that an upload runs, and show what the rule declares.
    Check {
        /// A component, or a folder to build.
        rule: PathBuf,
    },
    /// Run a rule's fixtures in the sandbox.
    Test {
        /// A component, or a folder to build.
        #[arg(default_value = ".")]
        rule: PathBuf,
        /// The folder with the fixtures [default: fixtures/ in the rule's folder].
        #[arg(long)]
        fixtures: Option<PathBuf>,
    },
    /// Upload a rule; the same component again is the same rule.
    Push {
        /// A component, or a folder to build.
        rule: PathBuf,
    },
    /// List the uploaded rules.
    List,
}

impl Rule {
    /// Whether it works on an installation, and not on files alone.
    pub(crate) fn needs_session(&self) -> bool {
        matches!(self, Self::Push { .. } | Self::List)
    }
}

pub(crate) fn run_offline(command: &Rule) -> Result<Output> {
    match command {
        Rule::Build { folders } => build(folders),
        Rule::Check { rule } => {
            let admitted = admit(&component(rule)?)?;
            let manifest = admitted.manifest();
            let reads = admitted.default_reads().unwrap_or_default();
            let json = json!({ "digest": admitted.digest(), "contract": admitted.contract(), "manifest": manifest, "reads": reads });
            let read = reads.iter().map(|read| [definition::reading(read)]);
            let read = table(&["it reads, unless parameters say otherwise"], &[], read);
            Ok(Output::new(
                json,
                format!("{}\n{read}\nadmitted: sha256 {}, {}", declared(manifest), admitted.digest(), admitted.contract()),
            ))
        }
        Rule::Test { rule, fixtures } => test(rule, fixtures.as_deref()),
        Rule::Push { .. } | Rule::List => bail!("this command needs an installation"),
    }
}

pub(crate) async fn run(command: &Rule, session: &Session) -> Result<Output> {
    match command {
        Rule::Push { rule } => {
            let pushed = session.assay.push_rule(&session.caller, &component(rule)?).await?;
            let text = format!("pushed {} ({}), sha256 {}", pushed.manifest.name, pushed.id, pushed.digest);
            Ok(Output::new(json!({ "id": pushed.id, "name": pushed.manifest.name, "digest": pushed.digest }), text))
        }
        Rule::List => {
            let all = session.assay.rules(&session.caller).await?;
            let json = all.iter().map(|rule| json!({ "id": rule.id, "digest": rule.digest, "manifest": rule.manifest })).collect();
            let rows = all
                .iter()
                .map(|rule| [rule.manifest.name.clone(), rule.manifest.title.clone(), rule.digest.to_string(), rule.id.to_string()]);
            Ok(Output::new(json, table(&["rule", "title", "sha256", "id"], &[], rows)))
        }
        offline => run_offline(offline),
    }
}

fn build(folders: &[PathBuf]) -> Result<Output> {
    let built = toolchain::build_components(folders, &Options { quiet: false })?;
    let json: Vec<Value> = built.iter().map(|b| json!({ "name": b.name, "path": b.path, "bytes": b.component.len() })).collect();
    let rows = built.iter().map(|b| [b.name.clone(), b.component.len().to_string(), b.path.display().to_string()]);
    Ok(Output::new(json.into(), table(&["rule", "bytes", "component"], &["bytes"], rows)))
}

/// The bytes of a component: a file's, or what a folder builds into.
pub(crate) fn component(rule: &Path) -> Result<Vec<u8>> {
    if rule.is_dir() {
        return Ok(toolchain::build_component(rule, &Options { quiet: true })?.component);
    }
    std::fs::read(rule).with_context(|| format!("cannot read the rule {}", rule.display()))
}

fn admit(bytes: &[u8]) -> Result<Admitted> {
    Ok(sandbox::engine()?.admit(bytes)?)
}

fn test(rule: &Path, folder: Option<&Path>) -> Result<Output> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None if rule.is_dir() => rule.join("fixtures"),
        None => bail!("name the folder with the fixtures: --fixtures FOLDER"),
    };
    let report = fixtures::run(&admit(&component(rule)?)?, &folder)?;
    let rows = report.asks.iter().map(|ask| {
        [ask.file.clone(), ask.title.clone(), if ask.differences.is_empty() { "ok" } else { "FAILED" }.to_owned(), ask.fuel.to_string()]
    });
    let mut text = table(&["fixture", "asked", "", "fuel"], &["fuel"], rows);
    for ask in report.asks.iter().filter(|ask| !ask.differences.is_empty()) {
        text += &format!("\n\n{} ({}):\n  {}", ask.file, ask.title, ask.differences.join("\n  "));
    }
    let failed = report.failed();
    text += &format!("\n{} asked, {failed} failed", report.asks.len());
    let json: Vec<_> = report
        .asks
        .iter()
        .map(|ask| json!({ "file": ask.file, "ask": ask.title, "differences": ask.differences, "fuel": ask.fuel }))
        .collect();
    Ok(Output::new(json!({ "asks": json, "failed": failed }), text).with_code(u8::from(failed > 0)))
}

fn declared(manifest: &Manifest) -> String {
    let parameters = manifest.parameters.iter().map(|p| {
        let default = p.default.as_ref().map_or_else(|| "required".to_owned(), ToString::to_string);
        [p.name.clone(), p.kind.to_string(), default, p.help.clone()]
    });
    let reasons = manifest.reasons.iter().map(|reason| [reason.code.clone(), reason.help.clone()]);
    format!(
        "{} ({})\n{}\none unit: {}\n{}\n{}",
        manifest.title,
        manifest.name,
        manifest.summary,
        manifest.unit,
        table(&["parameter", "kind", "default", ""], &[], parameters),
        table(&["reason", ""], &[], reasons)
    )
}
