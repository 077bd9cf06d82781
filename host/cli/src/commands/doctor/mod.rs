//! `assay doctor`

mod installation;
mod machine;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::{
    args::Args,
    output::{Output, table},
    settings::{self, Settings},
};

/// Check the settings, the machine and the installation; what is found wrong comes with what to do. Nothing is changed, but that
/// the schema of a file is brought up to date as by any other command.
#[derive(Debug, ClapArgs)]
pub struct Doctor;

/// What one check found.
pub(crate) struct Finding {
    check: String,
    found: String,
    result: Verdict,
    /// What to do; empty when all is well.
    remedy: String,
}

/// What is thought of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warning,
    Failed,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Finding {
    fn ok(check: impl Into<String>, found: impl Into<String>) -> Self {
        Self { check: check.into(), found: found.into(), result: Verdict::Ok, remedy: String::new() }
    }

    fn warning(check: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { result: Verdict::Warning, remedy: remedy.into(), ..Self::ok(check, found) }
    }

    fn failed(check: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { result: Verdict::Failed, remedy: remedy.into(), ..Self::ok(check, found) }
    }
}

pub(crate) async fn run(args: &Args) -> Output {
    let (settings, finding) = check_settings(args);
    let mut findings = vec![finding];
    findings.extend(machine::check(&args.data, &settings));
    findings.extend(installation::check(&args.data, &settings).await);
    shown(&findings)
}

/// What is wrong with the settings leaves those that nobody set for the checks that follow, but for the database, if it was named by
/// another way than the file.
fn check_settings(args: &Args) -> (Settings, Finding) {
    let file = settings::file(args).map_or_else(|| "there is no file".to_owned(), |file| format!("{} was read", file.display()));
    match Settings::read(args) {
        Ok(settings) => (settings, Finding::ok("settings", format!("{file}; everything that is set is known"))),
        Err(error) => {
            let remedy = "set what the message names; the checks below go on with the standard settings";
            let database = args.database.clone().filter(|url| url.check().is_ok());
            (Settings { database, ..Settings::default() }, Finding::failed("settings", format!("{error:#}"), remedy))
        }
    }
}

fn shown(findings: &[Finding]) -> Output {
    let count = |result| findings.iter().filter(|finding| finding.result == result).count();
    let (warnings, failed) = (count(Verdict::Warning), count(Verdict::Failed));
    let rows = findings.iter().map(|f| [f.check.clone(), f.found.clone(), f.result.name().to_owned(), f.remedy.clone()]);
    let text = format!(
        "{}\n{} checks, {warnings} warnings, {failed} failed",
        table(&["check", "finding", "result", "remedy"], &[], rows),
        findings.len()
    );
    let checks: Vec<Value> = findings.iter().map(as_json).collect();
    Output::new(json!({ "checks": checks, "warnings": warnings, "failed": failed }), text).with_code(u8::from(failed > 0))
}

fn as_json(finding: &Finding) -> Value {
    let remedy = Some(&finding.remedy).filter(|remedy| !remedy.is_empty());
    json!({ "check": finding.check, "finding": finding.found, "result": finding.result.name(), "remedy": remedy })
}
