//! `assay verify`: the customer's own tool, which needs files alone.

use std::{
    fs,
    io::Read as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use assay_receipt::{bundle::BYTES_MAX, chain::ChainHead, note_key::VerifierKey, signature::PublicKey};
use assay_runtime::Evaluators;
use assay_verify::{Executor, Failure, Kept, Pins, Report, VerifyError};
use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::verify_page;
use crate::{
    args::Args,
    output::{Output, print_error, table},
    progress, sandbox, session,
};

/// The exit code where something does not follow.
const DOES_NOT_FOLLOW: u8 = 1;
/// The exit code where a file cannot be used.
const UNUSABLE: u8 = 2;

/// A customer's own tool: verify receipts or an invoice from the file that the vendor has exported. Every signature, proof and hash is
/// checked, every verdict executed again, every line computed anew. It needs no installation and no network.
///
/// Exit codes: 0 it follows from the facts, 1 it does not, 2 a file cannot be used.
#[derive(Debug, ClapArgs)]
pub struct Verify {
    /// The bundle.
    #[arg(required_unless_present = "page")]
    file: Option<PathBuf>,
    /// The log's key as the agreement states it: name+id+base64. Without it the key of the bundle is believed.
    #[arg(long, value_name = "KEY")]
    log_key: Option<VerifierKey>,
    /// A component that you have otherwise than from the bundle. Can be given several times.
    #[arg(long = "component", value_name = "FILE")]
    components: Vec<PathBuf>,
    /// A checkpoint of the log that you have kept, or a proof of growth up to one. Can be given several times.
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// A key that you approve definitions with, 64 hexadecimal digits: approvals by others are refused. Can be given several times.
    #[arg(long = "approval-key", value_name = "DIGITS")]
    approval_keys: Vec<PublicKey>,
    /// The head of your chain as an earlier invoice named it: number:hash. Can be given several times.
    #[arg(long = "head", value_name = "HEAD", value_parser = head)]
    heads: Vec<ChainHead>,
    /// Instead, write the page that verifies a receipt in a browser, without `assay`.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    page: Option<PathBuf>,
}

fn head(text: &str) -> Result<ChainHead, String> {
    let read =
        text.split_once(':').and_then(|(number, digest)| Some(ChainHead { number: number.parse().ok()?, digest: digest.parse().ok()? }));
    read.ok_or_else(|| format!("{text:?} is no head of a chain: it is the number of a receipt, a colon and 64 hexadecimal digits"))
}

pub(crate) fn run(command: &Verify, args: &Args) -> Result<Output> {
    if let Some(page) = &command.page {
        return verify_page::write(page);
    }
    match verified(command, args) {
        Ok(report) => Ok(shown(&report)),
        Err(Unusable::Input(error)) => {
            let _ = print_error(&error, args.json);
            Ok(Output::silent().with_code(UNUSABLE))
        }
        Err(Unusable::Machine(error)) => Err(error),
    }
}

/// Why nothing was verified.
enum Unusable {
    /// A file that is missing, or is not what it should be.
    Input(anyhow::Error),
    /// It has nothing to do with what was given.
    Machine(anyhow::Error),
}

fn verified(command: &Verify, args: &Args) -> Result<Report, Unusable> {
    let (bytes, pins) = given(command).map_err(Unusable::Input)?;
    let executor = executor(args.threads).map_err(Unusable::Machine)?;
    watched(&bytes, &pins, &executor).map_err(|error| match error {
        VerifyError::Host(_) => Unusable::Machine(error.into()),
        error => Unusable::Input(anyhow::Error::from(error).context(name(command))),
    })
}

/// Verifies with a progress bar.
fn watched(bundle: &[u8], pins: &Pins, executor: &Executor) -> Result<Report, VerifyError> {
    let bar = progress::items("verify", 0);
    let report = assay_verify::verify(bundle, pins, executor, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report
}

/// What comes of verifying a file that was written just now, by whoever knows the log's key.
pub(crate) fn exported(bundle: &[u8], log_key: VerifierKey, threads: Option<NonZeroUsize>) -> Result<Report> {
    let pins = Pins { log_key: Some(log_key), ..Pins::default() };
    Ok(watched(bundle, &pins, &executor(threads)?)?)
}

fn executor(threads: Option<NonZeroUsize>) -> Result<Executor> {
    let engine = sandbox::engine_with(assay_verify::limits())?;
    let threads = threads.map_or_else(session::cores, NonZeroUsize::get);
    let evaluators = Evaluators::start(threads, engine.limits().stack_bytes_max).context("the evaluator threads cannot start")?;
    Ok(Executor { engine, evaluators })
}

/// What the bundle is called.
fn name(command: &Verify) -> String {
    command.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default()
}

/// The files.
fn given(command: &Verify) -> Result<(Vec<u8>, Pins)> {
    let Verify { file, log_key, components, checkpoints, approval_keys, heads, page: _ } = command;
    let bytes = read(file.as_deref().context("name the bundle to verify")?)?;
    let components = components.iter().map(|file| read(file)).collect::<Result<_>>()?;
    let kept = checkpoints.iter().map(|file| kept(file)).collect::<Result<_>>()?;
    let pins = Pins { log_key: log_key.clone(), kept, components, approval_keys: approval_keys.clone(), heads: heads.clone() };
    Ok((bytes, pins))
}

/// A file, but no more of it than any bundle has.
fn read(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", file.display()))?;
    Ok(bytes)
}

fn kept(file: &Path) -> Result<Kept> {
    let text = String::from_utf8(read(file)?).with_context(|| format!("{} is no text", file.display()))?;
    Ok(Kept::read(file.display().to_string(), &text)?)
}

fn shown(report: &Report) -> Output {
    let (sentence, summary) = (report.sentence(), &report.summary);
    let mut text = String::new();
    if report.failed() > 1 {
        let rows = report.failures().iter().map(|failure| [failure.check.to_string(), failure.place.to_string(), failure.problem.clone()]);
        text += &format!("{}\n", table(&["check", "where", "what is wrong"], &[], rows));
    }
    text += &sentence;
    for notice in &summary.notices {
        text += &format!("\nnote: {notice}");
    }
    // A bundle is anybody's, and a terminal obeys some characters.
    text.retain(|letter| letter == '\n' || !letter.is_control());
    let checks: serde_json::Map<String, Value> =
        report.counts().map(|(check, count)| (check.to_string(), json!({ "passed": count.passed, "failed": count.failed }))).collect();
    let failures: Vec<Value> = report.failures().iter().map(as_json).collect();
    let json = json!({ "verified": report.is_verified(), "sentence": sentence, "subject": summary.subject, "log_key": summary.log_key,
                       "is_pinned": summary.is_pinned, "receipts": summary.receipts, "executed": summary.executed,
                       "erased": summary.erased, "lines": summary.lines, "erased_lines": summary.erased_lines, "checks": checks,
                       "failed": report.failed(), "failures": failures, "notices": summary.notices });
    Output::new(json, text).with_code(if report.is_verified() { 0 } else { DOES_NOT_FOLLOW })
}

fn as_json(failure: &Failure) -> Value {
    let Failure { check, place, problem } = failure;
    let (customer, receipt) = place.receipt.clone().unzip();
    json!({ "check": check.name(), "thing": place.thing, "event": place.event, "customer": customer, "receipt": receipt,
            "line": place.line, "problem": problem })
}
