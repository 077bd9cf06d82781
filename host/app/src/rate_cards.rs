//! Rate cards.

use assay_domain::{id::RateCardId, violation::Violation};
use assay_rating::card::RateCard;
use assay_store::{
    Page, StoreError, definitions,
    rate_cards::{self, RateCardRow},
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

/// A rate card as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateCardView {
    /// Its id.
    pub id: RateCardId,
    /// The card.
    pub card: RateCard,
}

impl Assay {
    /// Stores an immutable rate card.
    pub async fn create_rate_card(&self, caller: &Caller, card: &RateCard) -> Result<RateCardView> {
        card.check()?;
        let now = self.clock.now();
        let json = serde_json::to_string(card).map_err(|error| Violation::new("card", error.to_string(), "mend the card"))?;
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        for slug in card.definitions() {
            if definitions::by_slug(&mut tx, slug).await?.is_none() {
                return Err(AppError::not_found("definition", slug, "create it before the card that charges for it"));
            }
        }
        let id = rate_cards::insert(&mut tx, &card.name, &json, now).await?;
        let taken =
            || AppError::conflict(format!("the rate card {:?} exists and never changes", card.name), "give the new one another name");
        let view = RateCardView { id: id.ok_or_else(taken)?, card: card.clone() };
        caller.commit(tx, caller.operation("rate-card.create", view.id, None, Some(json), now), &view).await?;
        Ok(view)
    }

    /// The same from JSON text.
    pub async fn create_rate_card_from(&self, caller: &Caller, json: &str) -> Result<RateCardView> {
        let read = serde_json::from_str(json).map_err(|error| {
            // The position is that of the sender's text, so it stays in.
            Violation::new("card", error.to_string(), "send a card as the documentation shows it")
        });
        self.create_rate_card(caller, &read?).await
    }

    /// Every rate card of the tenant.
    pub async fn rate_cards(&self, caller: &Caller) -> Result<Vec<RateCard>> {
        let rows = rate_cards::all(&mut self.store.read(caller.tenant).await?).await?;
        rows.iter().map(parse_card).collect()
    }

    /// Some rate cards of the tenant, oldest first.
    pub async fn rate_cards_page(&self, caller: &Caller, page: Page) -> Result<Vec<RateCardView>> {
        let rows = rate_cards::page(&mut self.store.read(caller.tenant).await?, page).await?;
        rows.iter().map(|row| Ok(RateCardView { id: row.id, card: parse_card(row)? })).collect()
    }

    /// One rate card, by name or id.
    pub async fn rate_card(&self, caller: &Caller, name: &str) -> Result<RateCardView> {
        let all = self.rate_cards_page(caller, Page::ALL).await?;
        let found = all.into_iter().find(|view| view.card.name == name || view.id.to_string() == name);
        found.ok_or_else(|| unknown_card(name))
    }
}

pub(crate) fn parse_card(row: &RateCardRow) -> Result<RateCard> {
    let corrupt = |_| StoreError::Corrupt { table: "rate_cards", column: "card", value: row.name.clone() };
    Ok(serde_json::from_str(&row.card).map_err(corrupt)?)
}

pub(crate) fn unknown_card(name: &str) -> AppError {
    AppError::not_found("rate card", name, "the list of rate cards shows them")
}
