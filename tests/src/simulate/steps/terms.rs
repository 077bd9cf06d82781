//! What is agreed: new versions of definitions, and customers with their cards.

use assay_app::AgreementRequest;
use assay_domain::time::Timestamp;
use assay_rating::card::Overrides;

use crate::simulate::{
    model::{Bound, DEFINITIONS, plan::Plan},
    world::{ORDINARY, Term, World},
};

const HOUR: i64 = 3_600_000_000;

impl World {
    /// The next version of some definition, in force from now or later on.
    pub(super) async fn define_next(&mut self) -> Result<(), String> {
        let slug = self.random.one_of(&DEFINITIONS).0;
        let days = if self.random.once_in(2) { self.random.between(0, 10) } else { 0 };
        self.define(slug, self.ago(-days * 24 * 60)).await
    }

    /// A customer agrees on definitions and on prices, from a time in the past or in the future, for some time or for ever.
    pub(in crate::simulate) async fn agree(&mut self) -> Result<bool, String> {
        let customer = *self.random.one_of(&self.customers);
        let (from, until) = self.draw_span();
        let overlaps = |bound: &Bound| {
            bound.customer == customer && bound.until.is_none_or(|end| from < end) && until.is_none_or(|end| bound.from < end)
        };
        if self.has_open_run() || self.model.merged.contains_key(customer) || self.model.agreements.iter().any(overlaps) {
            return Ok(false);
        }
        let (list, plan, overrides) = self.draw_prices();
        let definitions = self.draw_definitions(&plan);
        let request = AgreementRequest {
            customer: customer.into(),
            definitions: definitions.iter().map(|(slug, own)| ((*slug).into(), *own)).collect(),
            parties: Default::default(),
            rate_card: list.name.clone(),
            overrides,
            from,
            until,
        };
        self.say(format!("    {customer} {definitions:?} from {from} until {until:?}: {plan:?}"));
        let card = list.card();
        self.must(ORDINARY, async |assay, caller| assay.create_rate_card(caller, &card).await).await?;
        let agreed = std::slice::from_ref(&request);
        let created = self.must(ORDINARY, async |assay, caller| assay.create_agreements(caller, agreed).await).await?;
        let id = *created.first().ok_or("an agreement without an id")?;
        self.model.agreements.push(Bound { id, customer: customer.into(), definitions, plan, from, until });
        self.terms.push((self.now, Term::Agreement(Box::new(card), request)));
        Ok(true)
    }

    /// Whole hours.
    fn draw_span(&mut self) -> (Timestamp, Option<Timestamp>) {
        let days = self.random.between(-60, 15);
        let hour = self.now.micros() / HOUR * HOUR;
        let at = |hours: i64| Timestamp::from_micros(hour + hours * HOUR).expect("a time in range");
        let from = days * 24 + self.random.between(0, 23);
        let until = self.random.once_in(2).then(|| at(from + self.random.between(20 * 24, 100 * 24)));
        (at(from), until)
    }

    /// A card as it is listed, as it was agreed on, and what that differs in.
    fn draw_prices(&mut self) -> (Plan, Plan, Overrides) {
        let name = format!("plan-{}", self.number());
        let list = Plan::draw(&mut self.random, name);
        if !self.random.once_in(4) {
            return (list.clone(), list, Overrides::default());
        }
        let plan = list.with_another_first_price(&mut self.random);
        let overrides = plan.first_charge_as_override();
        (list, plan, overrides)
    }

    /// What the card counts must be agreed on; the rest may be.
    fn draw_definitions(&mut self, plan: &Plan) -> Vec<(&'static str, Option<u32>)> {
        let counted: Vec<&str> = plan.slugs().collect();
        let mut agreed: Vec<&'static str> = Vec::new();
        for (slug, _) in DEFINITIONS {
            if counted.contains(&slug) || !self.random.once_in(4) {
                agreed.push(slug);
            }
        }
        if agreed.is_empty() {
            agreed.push("tickets");
        }
        agreed.into_iter().map(|slug| (slug, self.draw_own_version(slug))).collect()
    }

    fn draw_own_version(&mut self, slug: &str) -> Option<u32> {
        let numbers: Vec<u32> = self.model.versions.iter().filter(|version| version.slug == slug).map(|version| version.number).collect();
        self.random.once_in(6).then(|| *self.random.one_of(&numbers))
    }
}
