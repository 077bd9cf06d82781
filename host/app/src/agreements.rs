//! Agreements: what binds customers to definitions and rate cards.

use std::collections::HashMap;

use assay_domain::{
    approval::Parties,
    id::{AgreementId, CustomerId, RateCardId},
    terms::{AgreedDefinition, Agreement},
    time::Timestamp,
    violation::Violation,
};
use assay_rating::card::Overrides;
use assay_store::{
    Connection, Page, StoreError,
    agreements::{self, NewAgreement},
    customers, definitions, interactions, rate_cards,
};
use serde::{Deserialize, Serialize};

use crate::{
    Assay, Caller,
    customers::unknown_customer,
    definitions::unknown_definition,
    error::{AppError, Result},
    rate_cards::{parse_card, unknown_card},
};

/// What to agree on with a customer.
#[derive(Debug, Clone)]
pub struct AgreementRequest {
    /// The customer's key.
    pub customer: String,
    /// Definitions by slug, each with the number of the customer's own version where it has one.
    pub definitions: Vec<(String, Option<u32>)>,
    /// How many parties it takes to put a version in force for the customer.
    pub parties: Parties,
    /// The rate card by name.
    pub rate_card: String,
    /// What the customer's prices differ in from the card.
    pub overrides: Overrides,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Option<Timestamp>,
}

/// An agreement as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementView {
    /// Its id.
    pub id: AgreementId,
    /// The customer's key.
    pub customer: String,
    /// Definitions by slug, each with the number of the customer's own version where it has one.
    pub definitions: Vec<(String, Option<u32>)>,
    /// How many parties it takes to put a version in force for the customer.
    #[serde(default)]
    pub parties: Parties,
    /// The rate card by name.
    pub rate_card: String,
    /// What the customer's prices differ in from the card.
    #[serde(default, skip_serializing_if = "Overrides::is_empty")]
    pub overrides: Overrides,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Option<Timestamp>,
}

impl Assay {
    /// Agrees with several customers at once; all of it or nothing.
    pub async fn create_agreements(&self, caller: &Caller, requests: &[AgreementRequest]) -> Result<Vec<AgreementId>> {
        let now = self.clock.now();
        let mut tx = self.store.begin(caller.tenant).await?;
        if let Some(answer) = caller.answered(&mut tx).await? {
            return Ok(answer);
        }
        let mut standing = agreements::all(&mut tx).await?;
        let mut created = Vec::with_capacity(requests.len());
        interactions::touch_unjudged(&mut tx, now).await?;
        for request in requests {
            let (new, reaches_back) = resolve(&mut tx, request).await?;
            check_period(request, &new, &standing)?;
            let id = agreements::insert(&mut tx, &new, now).await?;
            customers::confirm(&mut tx, new.customer).await?;
            let from = if reaches_back { Timestamp::MIN } else { new.from };
            interactions::touch_opened(&mut tx, Some(new.customer), from, now).await?;
            let NewAgreement { customer, definitions, parties, rate_card, overrides, from, until } = new;
            standing.push(Agreement { id, customer, definitions, parties, rate_card, overrides, from, until });
            created.push(id);
        }
        let subject = created.iter().map(AgreementId::to_string).collect::<Vec<_>>().join(" ");
        let after = serde_json::json!({ "agreements": created.len() }).to_string();
        caller.commit(tx, caller.operation("agreement.create", subject, None, Some(after), now), &created).await?;
        self.signals.touch(caller.tenant);
        Ok(created)
    }

    /// Agrees with one customer.
    pub async fn create_agreement(&self, caller: &Caller, request: &AgreementRequest) -> Result<AgreementView> {
        let created = self.create_agreements(caller, std::slice::from_ref(request)).await?;
        let id = created.first().copied().unwrap_or(AgreementId(0));
        self.agreement(caller, id).await
    }

    /// Every agreement of the tenant, oldest first.
    pub async fn agreements(&self, caller: &Caller) -> Result<Vec<AgreementView>> {
        self.agreements_page(caller, Page::ALL).await
    }

    /// Some agreements of the tenant, oldest first.
    pub async fn agreements_page(&self, caller: &Caller, page: Page) -> Result<Vec<AgreementView>> {
        let mut reader = self.store.read(caller.tenant).await?;
        let agreements = agreements::page(&mut reader, page).await?;
        let owners: Vec<CustomerId> = agreements.iter().map(|agreement| agreement.customer).collect();
        let keys = customers::keys(&mut reader, &owners).await?;
        let cards: HashMap<RateCardId, String> = rate_cards::all(&mut reader).await?.into_iter().map(|card| (card.id, card.name)).collect();
        let slugs: HashMap<_, _> = definitions::all(&mut reader).await?.into_iter().collect();
        let versions: HashMap<_, _> = definitions::versions(&mut reader).await?.into_iter().map(|v| (v.id, v.number)).collect();
        let agreed = |agreed: &AgreedDefinition| {
            let own = agreed.version.and_then(|version| versions.get(&version).copied());
            (slugs.get(&agreed.definition).cloned().unwrap_or_default(), own)
        };
        let view = |agreement: Agreement| AgreementView {
            id: agreement.id,
            customer: keys.get(&agreement.customer).cloned().unwrap_or_default(),
            definitions: agreement.definitions.iter().map(agreed).collect(),
            parties: agreement.parties,
            rate_card: cards.get(&agreement.rate_card).cloned().unwrap_or_default(),
            overrides: parse_overrides(&agreement).unwrap_or_default(),
            from: agreement.from,
            until: agreement.until,
        };
        Ok(agreements.into_iter().map(view).collect())
    }

    /// One agreement.
    pub async fn agreement(&self, caller: &Caller, id: AgreementId) -> Result<AgreementView> {
        let unknown = || AppError::not_found("agreement", id.to_string(), "the list of agreements shows them");
        let found = self.agreements_page(caller, Page::at(id.0)).await?;
        found.into_iter().find(|view| view.id == id).ok_or_else(unknown)
    }
}

/// What a customer's prices differ in from the card.
pub(crate) fn parse_overrides(agreement: &Agreement) -> Result<Overrides> {
    let Some(json) = &agreement.overrides else { return Ok(Overrides::default()) };
    let corrupt = |_| StoreError::Corrupt { table: "agreements", column: "overrides", value: agreement.id.to_string() };
    Ok(serde_json::from_str(json).map_err(corrupt)?)
}

/// The agreement with every name looked up, and whether its prices depend on what happened in interactions that opened before it: an
/// event counts by its own date, and a success by the date of its billing.
async fn resolve(c: &mut impl Connection, request: &AgreementRequest) -> Result<(NewAgreement, bool)> {
    let customer = customers::by_key(c, &request.customer).await?.ok_or_else(|| unknown_customer(&request.customer))?;
    let cards = rate_cards::all(c).await?;
    let card = cards.iter().find(|card| card.name == request.rate_card);
    let card = card.ok_or_else(|| unknown_card(&request.rate_card))?;
    let rate_card = card.id;
    let versions = definitions::versions(c).await?;
    let mut agreed = Vec::new();
    for (slug, number) in &request.definitions {
        let definition = definitions::by_slug(c, slug).await?.ok_or_else(|| unknown_definition(slug))?;
        let own = number.map(|number| {
            let own = versions.iter().find(|version| version.definition == definition && version.number == number);
            own.map(|version| version.id)
                .ok_or_else(|| AppError::not_found("version", format!("{slug}@{number}"), "the definition shows its versions"))
        });
        if request.parties == Parties::Two && number.is_some() {
            let problem = format!("{slug} is named with a version, which the customer of an agreement of two parties signs for itself");
            return Err(Violation::new("definition", problem, "name the definition alone, and propose the version to the customer").into());
        }
        if agreed.iter().any(|other: &AgreedDefinition| other.definition == definition) {
            return Err(Violation::new("definition", format!("{slug} is named twice"), "name it once").into());
        }
        agreed.push(AgreedDefinition { definition, version: own.transpose()? });
    }
    if agreed.is_empty() {
        return Err(Violation::new("definition", "the agreement names none", "name at least one definition").into());
    }
    let parsed = parse_card(card)?.with(&request.overrides)?;
    let overrides = (!request.overrides.is_empty()).then(|| serde_json::to_string(&request.overrides)).transpose();
    let overrides = overrides.map_err(|error| Violation::new("overrides", error.to_string(), "mend the overrides"))?;
    if let Some(missing) = parsed.definitions().find(|slug| !request.definitions.iter().any(|(agreed, _)| agreed == slug)) {
        let problem = format!("the rate card charges for {missing}, which the agreement does not name");
        return Err(Violation::new("definition", problem, format!("name {missing} too")).into());
    }
    let reaches_back = parsed.event_fields().next().is_some() || parsed.has_percentage();
    let AgreementRequest { parties, from, until, .. } = *request;
    Ok((NewAgreement { customer, definitions: agreed, parties, rate_card, overrides, from, until }, reaches_back))
}

/// One agreement at a time per customer.
fn check_period(request: &AgreementRequest, new: &NewAgreement, standing: &[Agreement]) -> Result<()> {
    if new.until.is_some_and(|until| until <= new.from) {
        return Err(Violation::new("until", format!("it is not after {}", new.from), "give a later time, or none").into());
    }
    if let Some(other) = standing.iter().find(|other| other.customer == new.customer && other.overlaps(new.from, new.until)) {
        let problem = format!("{:?} has the agreement {} in that time", request.customer, other.id);
        return Err(AppError::conflict(problem, "let the new one start when the old one ends"));
    }
    Ok(())
}
