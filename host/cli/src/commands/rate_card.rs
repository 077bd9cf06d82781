//! `assay rate-card`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use assay_rating::card::RateCard as Card;
use clap::Subcommand;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{
    output::{Output, table},
    session::Session,
};

/// Write down prices.
#[derive(Debug, Subcommand)]
pub enum RateCard {
    /// Store a rate card from a TOML or JSON file; a card never changes.
    Create {
        /// The file.
        file: PathBuf,
    },
    /// List the rate cards.
    List,
    /// Show one as TOML.
    Show {
        /// Its name.
        name: String,
    },
}

pub(crate) async fn run(command: &RateCard, session: &Session) -> Result<Output> {
    match command {
        RateCard::Create { file } => {
            let card: Card = read(file, "a rate card")?;
            let id = session.assay.create_rate_card(&session.caller, &card).await?.id;
            let text = format!("stored the rate card {} ({id}) with {} charges in {}", card.name, card.charges.len(), card.currency);
            Ok(Output::new(json!({ "id": id, "name": card.name }), text))
        }
        RateCard::List => {
            let all = session.assay.rate_cards(&session.caller).await?;
            let charges = |card: &Card| card.charges.iter().map(|charge| charge.label.clone()).collect::<Vec<_>>().join(", ");
            let rows = all.iter().map(|card| [card.name.clone(), card.currency.to_string(), charges(card)]);
            Ok(Output::new(serde_json::to_value(&all)?, table(&["rate card", "currency", "charges"], &[], rows)))
        }
        RateCard::Show { name } => {
            let all = session.assay.rate_cards(&session.caller).await?;
            let card = all.iter().find(|card| card.name == *name);
            let card = card.with_context(|| format!("there is no rate card {name:?}; `assay rate-card list` shows them"))?;
            Ok(Output::new(serde_json::to_value(card)?, toml::to_string(card)?))
        }
    }
}

/// Reads TOML, or JSON from a file that ends in `.json`.
pub(crate) fn read<T: DeserializeOwned>(file: &Path, what: &str) -> Result<T> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let parsed = if file.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).map_err(anyhow::Error::from)
    } else {
        toml::from_str(&text).map_err(anyhow::Error::from)
    };
    parsed.with_context(|| format!("{} is not {what}", file.display()))
}
