//! `assay approve`: the customer's own tool, which needs files alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use assay_domain::{
    approval::{SignedApproval, Succession},
    difference::Described,
    entropy::Entropy as _,
    key::Mode,
    proposal::ProposalDocument,
};
use assay_receipt::signature::{PublicKey, SecretKey};
use assay_runtime::ConfigureError;
use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;

use super::definition::differences_in_words;
use crate::{args::Args, output::Output, sandbox, session::SystemEntropy};

/// A customer's own tool: look at what a vendor proposes, and sign it. It needs no installation and no network.
#[derive(Debug, Subcommand)]
pub enum Approve {
    /// Make a key; the vendor registers the public one that is printed. Whoever has the file can approve in your name.
    Keygen {
        /// Where to put it; nothing may be there.
        file: PathBuf,
    },
    /// Show what a proposal would change.
    Show(Look),
    /// Sign a proposal.
    Sign(Sign),
    /// Sign that another key takes the place of yours; name the vendor with --tenant.
    Succeed {
        /// What the vendor calls you.
        customer: String,
        /// The key file of the old key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The new public key, 64 hexadecimal digits.
        #[arg(long, value_name = "DIGITS")]
        new: String,
    },
}

/// What to look at.
#[derive(Debug, ClapArgs)]
pub struct Look {
    /// The file that the vendor has exported.
    proposal: PathBuf,
    /// The rule's component, to check against it what the file says of names and reasons.
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
}

/// What to sign, and with what.
#[derive(Debug, ClapArgs)]
pub struct Sign {
    #[command(flatten)]
    look: Look,
    /// The key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where to put the signed approval, which goes to the vendor.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

pub(crate) fn run(command: &Approve, args: &Args) -> Result<Output> {
    match command {
        Approve::Keygen { file } => keygen(file),
        Approve::Show(look) => Ok(shown(&read(look)?, look)),
        Approve::Sign(Sign { look, key, to }) => sign(look, key, to),
        Approve::Succeed { customer, key, new } => {
            let tenant = args.tenant.as_deref().context("name the vendor, as it names itself, with --tenant")?;
            let mode = if args.test { Mode::Test } else { Mode::Live };
            succeed((tenant, mode, customer), &secret(key)?, new)
        }
    }
}

fn succeed((tenant, mode, customer): (&str, Mode, &str), secret: &SecretKey, new: &str) -> Result<Output> {
    let new: Option<PublicKey> = new.trim().parse().ok();
    let new = new.context("the new key is no ed25519 public key: give the 64 hexadecimal digits that `assay approve keygen` prints")?;
    let (old, new) = (secret.public().to_string(), new.to_string());
    let signature = secret.sign(&Succession { tenant, mode, customer, old: &old, new: &new }.message()).to_string();
    Ok(Output::new(json!({ "old": old, "public_key": new, "signature": signature }), signature))
}

const HEAD: &str = "assay approval key 1, secret";

fn keygen(file: &Path) -> Result<Output> {
    let secret = SecretKey::from_seed(SystemEntropy.secret());
    write_private(file, &format!("{HEAD}\n{}\n", secret.to_hex())).with_context(|| format!("cannot make {}", file.display()))?;
    let public = secret.public().to_string();
    let text = format!("the key is in {}: keep it to yourself\nthe public key, for the vendor to register:\n{public}", file.display());
    Ok(Output::new(json!({ "public_key": public, "path": file }), text))
}

/// A new file that nobody else reads.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use io::Write as _;
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn secret(file: &Path) -> Result<SecretKey> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read the key {}", file.display()))?;
    let digits = text.strip_prefix(HEAD).map(str::trim).and_then(|digits| digits.parse().ok());
    digits.with_context(|| format!("{} is no key that `assay approve keygen` made", file.display()))
}

/// The document, with all that it says of itself checked.
fn read(look: &Look) -> Result<ProposalDocument> {
    let file = look.proposal.display();
    let text = fs::read_to_string(&look.proposal).with_context(|| format!("cannot read the proposal {file}"))?;
    let document: ProposalDocument = serde_json::from_str(&text).with_context(|| format!("{file} is no proposal"))?;
    document.check().with_context(|| format!("the proposal {file} is not what it says it is"))?;
    if let Some(component) = &look.component {
        check_component(&document.proposed, component)?;
    }
    Ok(document)
}

/// Names and reasons are the rule's own, so the component says whether they are true.
fn check_component(proposed: &Described, file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read the component {}", file.display()))?;
    let rule = sandbox::engine()?.admit(&bytes)?;
    let Described { content, parameters, reasons, .. } = proposed;
    if rule.digest() != content.component {
        bail!("{} is not the component of the proposal: it is {}, and that is {}", file.display(), rule.digest(), content.component);
    }
    let manifest = rule.manifest();
    if !manifest.parameters.iter().map(|parameter| &parameter.name).eq(parameters) || manifest.reasons != *reasons {
        bail!("the proposal names parameters or reasons otherwise than the component does: do not sign it");
    }
    match rule.configure(&content.parameters) {
        Ok(reads) if reads == content.reads => Ok(()),
        Ok(_) => bail!("the component reads other events with these parameters than the proposal says: do not sign it"),
        Err(ConfigureError::Refused(message)) => bail!("the component refuses the parameters of the proposal: {message}"),
        Err(ConfigureError::Fault(fault)) => bail!("the component cannot be set up with the parameters of the proposal: {fault}"),
    }
}

fn shown(document: &ProposalDocument, look: &Look) -> Output {
    let ProposalDocument { tenant, mode, customer, definition, from, proposed, in_force, .. } = document;
    let differences = document.differences();
    let stands = match in_force {
        Some(before) => format!("in the place of {definition}@{}, hash {}", before.number, before.hash),
        None => "where nothing is in force yet".to_owned(),
    };
    let checked = match look.component {
        Some(_) => "names, reasons and what is read are those of the component",
        None => "names and reasons are as the vendor tells them; --component FILE checks them",
    };
    let text = format!(
        "{tenant} ({mode}) proposes {definition}@{} to {customer}, for what opens from {from} on,\n{stands}\n{}\n{checked}\nhash {}",
        proposed.number,
        differences_in_words(&differences),
        proposed.hash
    );
    let json = json!({ "tenant": tenant, "mode": mode, "customer": customer, "definition": definition, "version": proposed.number,
                       "hash": proposed.hash, "from": from, "in_force": in_force.as_ref().map(|before| before.hash),
                       "is_component_checked": look.component.is_some(), "differences": differences });
    Output::new(json, text)
}

fn sign(look: &Look, key: &Path, to: &Path) -> Result<Output> {
    let document = read(look)?;
    let secret = secret(key)?;
    let signature = secret.sign(&document.consent().message()).to_string();
    let approval = SignedApproval {
        definition: document.definition.clone(),
        version: document.proposed.number,
        customer: document.customer.clone(),
        hash: document.proposed.hash,
        from: document.from,
        key: secret.public().to_string(),
        signature,
    };
    let text = serde_json::to_string_pretty(&approval)? + "\n";
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))?;
    let told = format!("signed with {}; send {} to the vendor", approval.key, to.display());
    Ok(shown(&document, look).and("approval", json!(approval), &told))
}
