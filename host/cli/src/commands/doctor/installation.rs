//! What the installation holds: a sound database, rules that still pass, and what is left to do.

use std::path::Path;

use anyhow::Result;
use assay_app::{Assay, AuditReport, Backlog, Caller, SuspensionView, TenantRow, VersionView};
use assay_domain::time::{Duration, Timestamp};

use super::Finding;
use crate::{session, settings::Settings};

/// Who looks; nothing is recorded under that name.
const ACTOR: &str = "doctor";
/// What waits longer than this is not being worked on.
const WAIT_MAX: Duration = Duration::seconds(60);

pub(super) async fn check(data: &Path, settings: &Settings) -> Vec<Finding> {
    let assay = match session::open_existing(data, settings).await {
        Ok(assay) => assay,
        Err(error) => return vec![unopened(&format!("{error:#}"), data, settings)],
    };
    let found = match &settings.database {
        Some(url) => format!("{url} answers, and its schema is current"),
        None => "it opens, and its schema is current".to_owned(),
    };
    let mut findings = vec![Finding::ok("database", found)];
    match look(&assay).await {
        Ok(more) => findings.extend(more),
        Err(error) => findings.push(Finding::failed("database", format!("{error:#}"), "restore a backup if it is damaged")),
    }
    assay.close().await;
    findings
}

/// Why there is nothing to look at.
fn unopened(error: &str, data: &Path, settings: &Settings) -> Finding {
    match &settings.database {
        Some(_) => Finding::failed("database", error, "start the server, mend the address, or do what the message says"),
        None if !session::has_file(data) => Finding::failed("installation", "there is none", error),
        None => Finding::failed("database", error, "restore a backup if it is damaged; if a newer version wrote it, use that one"),
    }
}

async fn look(assay: &Assay) -> Result<Vec<Finding>> {
    let mut findings = soundness(&assay.check_store().await?);
    let sides = assay.tenants().await?;
    findings.push(clock(assay, &sides).await?);
    findings.push(log("the installation", &assay.check_installation_audit().await?));
    for side in &sides {
        findings.push(log(&name(side), &assay.check_audit(&caller(side)).await?));
        findings.push(rules(assay, side).await);
        findings.extend(discrepancies(assay, side).await?);
        findings.extend(suspended(assay, side).await?);
        let backlog = assay.backlog(&caller(side)).await?;
        findings.extend(left_to_do(&name(side), &backlog));
    }
    Ok(findings)
}

fn caller(side: &TenantRow) -> Caller {
    Caller::new(side.id, ACTOR)
}

/// A side of a tenant in words: `vendor, live`.
fn name(side: &TenantRow) -> String {
    format!("{}, {}", side.slug, side.mode)
}

fn soundness(problems: &[String]) -> Vec<Finding> {
    const CHECK: &str = "soundness";
    if problems.is_empty() {
        return vec![Finding::ok(CHECK, "no damage; what is recorded cannot be changed; writes are waited for")];
    }
    let remedy = "stop the service, keep a copy of the database, and restore a backup";
    problems.iter().map(|problem| Finding::failed(CHECK, problem.as_str(), remedy)).collect()
}

/// Time that went backwards dates facts and bills wrongly.
async fn clock(assay: &Assay, sides: &[TenantRow]) -> Result<Finding> {
    let now = assay.now();
    let mut newest = Timestamp::MIN;
    for side in sides {
        let latest = assay.operations(&caller(side), None, 1).await?;
        newest = latest.iter().map(|operation| operation.at).fold(newest, Timestamp::max);
    }
    if newest > now {
        let found = format!("it says {now}, before the newest record of {newest}");
        return Ok(Finding::warning("clock", found, "set the machine's clock: facts and bills are dated by it"));
    }
    Ok(Finding::ok("clock", format!("it says {now}, after everything recorded")))
}

/// Whether the audit log is as it was chained.
fn log(whose: &str, report: &AuditReport) -> Finding {
    let check = format!("log of {whose}");
    match &report.violation {
        None => Finding::ok(check, format!("{} operations, as recorded; {} more wait to be chained", report.head.size, report.waiting)),
        Some(violation) => {
            let remedy = "somebody was at the database: keep a copy of it, see who could, and compare with a backup";
            Finding::failed(check, violation.to_string(), remedy)
        }
    }
}

async fn rules(assay: &Assay, side: &TenantRow) -> Finding {
    let check = format!("rules of {}", name(side));
    match assay.check_rules(&caller(side)).await {
        Ok(0) => Finding::ok(check, "no definition uses any"),
        Ok(versions) => Finding::ok(check, format!("those of {versions} versions pass admission and compile")),
        Err(error) => Finding::failed(check, error.to_string(), "use the version of assay that took the rule in, or push the rule again"),
    }
}

async fn discrepancies(assay: &Assay, side: &TenantRow) -> Result<Option<Finding>> {
    let found = assay.discrepancy_count(&caller(side)).await?;
    let finding = || {
        let text = format!("{found} evaluations do not come out as they were recorded, or their rule breaks a law");
        Finding::failed(format!("audit of {}", name(side)), text, "see `assay audit list`, and report what is listed")
    };
    Ok((found > 0).then(finding))
}

async fn suspended(assay: &Assay, side: &TenantRow) -> Result<Vec<Finding>> {
    let versions = assay.versions(&caller(side)).await?;
    let finding = |version: VersionView| {
        let SuspensionView { since, faults, fault } = version.suspended?;
        let check = format!("{}@{} of {}", version.definition, version.number, name(side));
        let found = format!("suspended since {since} after {faults} faults in a row, the last of them {fault}");
        let remedy = "mend the rule and bring a new version into force; `assay interaction retry --all` lets this one try again";
        Some(Finding::failed(check, found, remedy))
    };
    Ok(versions.into_iter().filter_map(finding).collect())
}

fn left_to_do(side: &str, backlog: &Backlog) -> Vec<Finding> {
    let Backlog { waiting, oldest, unassigned, quarantined, open_runs } = backlog;
    let warning = |what: &str, found: String, remedy: &str| Finding::warning(format!("{what} of {side}"), found, remedy);
    let mut findings = Vec::new();
    if let Some(oldest) = oldest.filter(|oldest| *oldest > WAIT_MAX) {
        let seconds = u32::try_from(oldest.micros() / 1_000_000).unwrap_or(u32::MAX);
        let found = format!("{waiting} interactions wait to be judged, the first for {}", Duration::seconds(seconds));
        findings.push(warning("queue", found, "run `assay serve`, or judge with `assay evaluate`"));
    }
    for period in open_runs {
        findings.push(warning("billing", format!("the run of {period} is not finished"), "run `assay serve`, or go on with `assay bill`"));
    }
    if *quarantined > 0 {
        let found = format!("a fault keeps {quarantined} outcomes from being judged");
        findings.push(warning("outcomes", found, "see `assay interaction list --faulted`"));
    }
    if *unassigned > 0 {
        let found = format!("{unassigned} interactions belong to nobody and are billed to nobody");
        findings.push(warning("interactions", found, "see `assay interaction list --unassigned`, and assign them"));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(format!("work of {side}"), format!("{waiting} interactions wait to be judged; nothing is left undone")));
    }
    findings
}
