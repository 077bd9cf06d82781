//! The end: everything is billed, and stands as if nothing had ever gone wrong, however the same facts are told.

use std::collections::BTreeSet;

use assay_app::{Assay, Caller, InteractionQuery, Page};
use assay_domain::event::NewEvent;

use super::{
    checks::compare,
    site::Site,
    world::{Term, World, refusal},
};

/// Longer than any month, so that the corrections of all others come with one more run.
const A_MONTH: i64 = 32 * 24 * 60;

impl World {
    pub(super) async fn end(&mut self) -> Result<(), String> {
        self.say(format!("{} the end", self.now));
        self.judge().await?;
        self.bill_everything().await?;
        self.pass_minutes(A_MONTH);
        self.judge().await?;
        self.bill_everything().await?;
        self.check_laws().await?;
        self.check_list().await?;
        let minutes = self.random.between(1, 200 * 24 * 60);
        self.check_conservation(Some(self.ago(minutes))).await?;
        self.check_undisturbed().await
    }

    async fn bill_everything(&mut self) -> Result<(), String> {
        while let Some(month) = self.unbilled_months().first() {
            self.bill(*month, false).await?;
        }
        Ok(())
    }

    /// What people are shown is what stands.
    async fn check_list(&self) -> Result<(), String> {
        let listed = self.site.assay().interactions(&self.site.caller(), &InteractionQuery::default(), Page::ALL).await;
        let listed = listed.map_err(|error| refusal(&error))?;
        let lines = listed.into_iter().map(|entry| {
            let opened = entry.opened_at.map_or("-".into(), |at| at.micros().to_string());
            format!("{} {} {opened}", entry.subject, entry.customer.unwrap_or_else(|| "-".into()))
        });
        compare("the list of interactions and the facts", &self.model.interactions(self.now), &lines.collect())
    }

    /// The same facts, told in another order to a service that lives through all of it, give the same.
    async fn check_undisturbed(&mut self) -> Result<(), String> {
        let other = Site::equipped(1).await;
        self.tell_otherwise(&other).await?;
        // A fault leaves standing what stood before, so what that rule leads to depends on when it was asked.
        let has_postings = !self.has_voided && !self.model.agreements.iter().any(|bound| bound.plan.slugs().any(|slug| slug == "pings"));
        let expected = dump(&other, has_postings).await?;
        let compared = compare("what an undisturbed run gives and what is there", &expected, &dump(&self.site, has_postings).await?);
        other.close().await;
        compared
    }

    async fn tell_otherwise(&mut self, other: &Site) -> Result<(), String> {
        let (assay, caller) = (other.assay(), other.caller());
        for (at, term) in &self.terms {
            other.clock.set(*at);
            agree(assay, &caller, term).await?;
        }
        other.clock.set(self.now);
        let told = self.model.told.iter().filter(|told| told.replaces.is_none());
        let mut facts: Vec<NewEvent> = told.map(|told| told.event.clone()).collect();
        for last in (1..facts.len()).rev() {
            facts.swap(last, self.random.index(last + 1));
        }
        for batch in facts.chunks(1 + self.random.index(30)) {
            done(assay.ingest(&caller, batch.to_vec()).await)?;
        }
        for told in &self.model.told {
            let Some(name) = &told.replaces else { continue };
            done(assay.supersede(&caller, name, told.event.clone(), "it was wrong").await)?;
        }
        for (from, into) in &self.merges {
            done(assay.merge_customer(&caller, from, into, "one house").await)?;
        }
        for (subject, customer) in &self.model.assigned {
            done(assay.assign_interaction(&caller, subject, customer, "they asked").await)?;
        }
        done(assay.drain(&caller, |_| {}).await)?;
        for month in self.model.runs.keys() {
            done(assay.bill(&caller, *month, |_| {}).await)?;
        }
        Ok(())
    }
}

async fn agree(assay: &Assay, caller: &Caller, term: &Term) -> Result<(), String> {
    match term {
        Term::Customer(key) => done(assay.create_customer(caller, key).await),
        Term::Version(request) => done(assay.create_version(caller, request).await),
        Term::Agreement(card, request) => {
            done(assay.create_rate_card(caller, card).await)?;
            done(assay.create_agreements(caller, std::slice::from_ref(request)).await)
        }
    }
}

fn done<T>(result: Result<T, assay_app::AppError>) -> Result<(), String> {
    result.map(drop).map_err(|error| format!("undisturbed, {}", refusal(&error)))
}

/// The canonical dump, without what depends on when a rule was asked that faults.
async fn dump(site: &Site, has_postings: bool) -> Result<BTreeSet<String>, String> {
    let mut bytes = Vec::new();
    site.assay().dump(&site.caller(), &mut bytes).await.map_err(|error| refusal(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    let is_pure = |line: &&str| !line.contains(" pings") && (has_postings || !line.starts_with("posting "));
    Ok(text.lines().filter(is_pure).map(str::to_owned).collect())
}
