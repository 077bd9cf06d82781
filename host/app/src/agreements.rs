//! Rate cards, and the agreements that bind customers to them.

use assay_domain::{
    id::{AgreementId, CustomerId, RateCardId, TenantId},
    terms::{AgreedDefinition, Agreement},
    time::Timestamp,
    violation::Violation,
};
use assay_rating::card::RateCard;
use assay_store::{
    Connection, StoreError,
    agreements::{self, NewAgreement},
    customers, definitions, interactions,
    rate_cards::{self, RateCardRow},
};

use crate::{
    Assay, Caller,
    error::{AppError, Result},
    tenants::unknown_customer,
};

/// What to agree on with a customer.
#[derive(Debug, Clone)]
pub struct AgreementRequest {
    /// The customer's key.
    pub customer: String,
    /// Definitions by slug, each with the number of the customer's own version where it has one.
    pub definitions: Vec<(String, Option<u32>)>,
    /// The rate card by name.
    pub rate_card: String,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Option<Timestamp>,
}

impl Assay {
    /// Stores an immutable rate card.
    pub async fn create_rate_card(&self, caller: &Caller, card: &RateCard) -> Result<RateCardId> {
        card.check()?;
        let now = self.clock.now();
        let json = serde_json::to_string(card).map_err(|error| Violation::new("card", error.to_string(), "mend the card"))?;
        let mut tx = self.store.begin().await?;
        for slug in card.definitions() {
            if definitions::by_slug(&mut tx, caller.tenant, slug).await?.is_none() {
                return Err(AppError::not_found("definition", slug, "create it before the card that charges for it"));
            }
        }
        let id = rate_cards::insert(&mut tx, caller.tenant, &card.name, &json, now).await?;
        let taken =
            || AppError::conflict(format!("the rate card {:?} exists and never changes", card.name), "give the new one another name");
        let id = id.ok_or_else(taken)?;
        tx.commit(caller.operation("rate-card.create", id, None, Some(json), now)).await?;
        Ok(id)
    }

    /// Every rate card of the tenant.
    pub async fn rate_cards(&self, caller: &Caller) -> Result<Vec<RateCard>> {
        let rows = rate_cards::all(&mut self.store.read().await?, caller.tenant).await?;
        rows.iter().map(parse_card).collect()
    }

    /// Agrees with several customers at once; all of it or nothing.
    pub async fn create_agreements(&self, caller: &Caller, requests: &[AgreementRequest]) -> Result<Vec<AgreementId>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut standing = agreements::all(&mut tx, caller.tenant).await?;
        let mut created = Vec::with_capacity(requests.len());
        for request in requests {
            let new = resolve(&mut tx, caller.tenant, request).await?;
            check_period(request, &new, &standing)?;
            let id = agreements::insert(&mut tx, caller.tenant, &new, now).await?;
            customers::confirm(&mut tx, caller.tenant, new.customer).await?;
            interactions::touch_opened(&mut tx, caller.tenant, Some(new.customer), new.from).await?;
            let NewAgreement { customer, definitions, rate_card, from, until } = new;
            standing.push(Agreement { id, customer, definitions, rate_card, from, until });
            created.push(id);
        }
        let subject = created.iter().map(AgreementId::to_string).collect::<Vec<_>>().join(" ");
        let after = serde_json::json!({ "agreements": created.len() }).to_string();
        tx.commit(caller.operation("agreement.create", subject, None, Some(after), now)).await?;
        Ok(created)
    }

    /// Every agreement of the tenant, with the customer's key and the card's name.
    pub async fn agreements(&self, caller: &Caller) -> Result<Vec<(Agreement, String, String)>> {
        let mut reader = self.store.read().await?;
        let customers = customers::all(&mut reader, caller.tenant).await?;
        let cards = rate_cards::all(&mut reader, caller.tenant).await?;
        let key =
            |id: CustomerId| customers.iter().find(|customer| customer.id == id).map(|customer| customer.key.clone()).unwrap_or_default();
        let card = |id: RateCardId| cards.iter().find(|card| card.id == id).map(|card| card.name.clone()).unwrap_or_default();
        let all = agreements::all(&mut reader, caller.tenant).await?;
        Ok(all
            .into_iter()
            .map(|agreement| (key(agreement.customer), card(agreement.rate_card), agreement))
            .map(|(k, c, a)| (a, k, c))
            .collect())
    }
}

pub(crate) fn parse_card(row: &RateCardRow) -> Result<RateCard> {
    let corrupt = |_| StoreError::Corrupt { table: "rate_cards", column: "card", value: row.name.clone() };
    Ok(serde_json::from_str(&row.card).map_err(corrupt)?)
}

async fn resolve(c: &mut impl Connection, tenant: TenantId, request: &AgreementRequest) -> Result<NewAgreement> {
    let customer = customers::by_key(c, tenant, &request.customer).await?.ok_or_else(|| unknown_customer(&request.customer))?;
    let cards = rate_cards::all(c, tenant).await?;
    let card = cards.iter().find(|card| card.name == request.rate_card);
    let unknown = || AppError::not_found("rate card", &request.rate_card, "`assay rate-card list` shows them");
    let card = card.ok_or_else(unknown)?;
    let rate_card = card.id;
    let versions = definitions::versions(c, tenant).await?;
    let mut agreed = Vec::new();
    for (slug, number) in &request.definitions {
        let unknown = || AppError::not_found("definition", slug, "`assay definition list` shows them");
        let definition = definitions::by_slug(c, tenant, slug).await?.ok_or_else(unknown)?;
        let own = number.map(|number| {
            let own = versions.iter().find(|version| version.definition == definition && version.number == number);
            own.map(|version| version.id)
                .ok_or_else(|| AppError::not_found("version", format!("{slug}@{number}"), "`assay definition show` lists them"))
        });
        if agreed.iter().any(|other: &AgreedDefinition| other.definition == definition) {
            return Err(Violation::new("definition", format!("{slug} is named twice"), "name it once").into());
        }
        agreed.push(AgreedDefinition { definition, version: own.transpose()? });
    }
    if agreed.is_empty() {
        return Err(Violation::new("definition", "the agreement names none", "name at least one definition").into());
    }
    let parsed = parse_card(card)?;
    if let Some(missing) = parsed.definitions().find(|slug| !request.definitions.iter().any(|(agreed, _)| agreed == slug)) {
        let problem = format!("the rate card charges for {missing}, which the agreement does not name");
        return Err(Violation::new("definition", problem, format!("add --definition {missing}")).into());
    }
    Ok(NewAgreement { customer, definitions: agreed, rate_card, from: request.from, until: request.until })
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
