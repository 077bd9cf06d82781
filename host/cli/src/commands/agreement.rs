//! `assay agreement`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use assay_app::{AgreementRequest, AgreementView};
use assay_domain::{approval::Parties, time::Timestamp};
use assay_rating::card::Overrides;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{evaluate, rate_card::read, time_or_date};
use crate::{
    output::{Output, table},
    session::Session,
};

/// Bind customers to definitions and rate cards.
#[derive(Debug, Subcommand)]
pub enum Agreement {
    /// Agree with one customer, or with all of them.
    Create(Create),
    /// List the agreements.
    List,
}

/// What to agree on.
#[derive(Debug, Args)]
pub struct Create {
    /// The customer's key.
    #[arg(long, required_unless_present = "all_customers", conflicts_with = "all_customers")]
    customer: Option<String>,
    /// Every customer to whom an interaction belongs, or who is confirmed.
    #[arg(long)]
    all_customers: bool,
    /// A definition, or a version of the customer's own: resolved-ticket@2. Can be given several times.
    #[arg(long = "definition", required = true)]
    definitions: Vec<String>,
    /// Let nothing judge that the customer has not signed: versions are proposed to it, and the one it approved last judges. Without it the
    /// tenant puts versions in force alone.
    #[arg(long)]
    two_party: bool,
    /// The rate card's name.
    #[arg(long)]
    rate_card: String,
    /// What the customer's prices differ in from the card: a TOML or JSON file.
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,
    /// From when, inclusive: a date or a time, UTC.
    #[arg(long, value_parser = time_or_date)]
    from: Timestamp,
    /// Until when, exclusive.
    #[arg(long, value_parser = time_or_date)]
    until: Option<Timestamp>,
}

pub(crate) async fn run(command: &Agreement, session: &Session) -> Result<Output> {
    match command {
        Agreement::Create(create) => run_create(create, session).await,
        Agreement::List => {
            let all = session.assay.agreements(&session.caller).await?;
            let until = |at: Option<Timestamp>| at.map_or_else(|| "open".to_owned(), |at| at.to_string());
            let rows = all.iter().map(|a| {
                let AgreementView { customer, parties, rate_card, from, id, .. } = a;
                [customer.clone(), rate_card.clone(), parties.to_string(), from.to_string(), until(a.until), id.to_string()]
            });
            let head = ["customer", "rate card", "approval", "from", "until", "id"];
            Ok(Output::new(all.iter().map(as_json).collect(), table(&head, &[], rows)))
        }
    }
}

fn as_json(view: &AgreementView) -> Value {
    let name = |(slug, own): &(String, Option<u32>)| own.map_or_else(|| slug.clone(), |number| format!("{slug}@{number}"));
    let definitions: Vec<String> = view.definitions.iter().map(name).collect();
    json!({ "id": view.id, "customer": view.customer, "definitions": definitions, "approval": view.parties, "rate_card": view.rate_card,
            "overrides": view.overrides, "from": view.from, "until": view.until })
}

async fn run_create(create: &Create, session: &Session) -> Result<Output> {
    let customers = match &create.customer {
        Some(customer) => vec![customer.clone()],
        None => {
            let all = session.assay.customers(&session.caller).await?;
            all.into_iter().filter(|customer| customer.standing.is_owner()).map(|customer| customer.key).collect()
        }
    };
    if customers.is_empty() {
        bail!("there is no customer yet; import events that name some, or use `assay customer create`");
    }
    let definitions = create.definitions.iter().map(|text| definition(text)).collect::<Result<Vec<_>>>()?;
    let overrides = create.overrides.as_ref().map(|file| read(file, "a list of overrides")).transpose()?.unwrap_or_default();
    let request = |customer| AgreementRequest {
        customer,
        definitions: definitions.clone(),
        parties: if create.two_party { Parties::Two } else { Parties::One },
        rate_card: create.rate_card.clone(),
        overrides: Overrides::clone(&overrides),
        from: create.from,
        until: create.until,
    };
    let requests: Vec<_> = customers.into_iter().map(request).collect();
    let created = session.assay.create_agreements(&session.caller, &requests).await?;
    let drained = evaluate::drain(session).await?;
    let text = format!("{} agreements from {} on\n{}", created.len(), create.from, evaluate::in_words(&drained));
    Ok(Output::new(json!({ "agreements": created, "evaluated": evaluate::as_json(&drained) }), text))
}

/// `slug` or `slug@number`.
pub(crate) fn definition(text: &str) -> Result<(String, Option<u32>)> {
    match text.split_once('@') {
        None => Ok((text.to_owned(), None)),
        Some((slug, number)) => {
            let number = number.parse().with_context(|| format!("{text:?} is not a definition's name, or name@number"))?;
            Ok((slug.to_owned(), Some(number)))
        }
    }
}
