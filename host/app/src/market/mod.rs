//! What each of several rules would have billed for the same history: the question "what would each vendor have charged me?".
//!
//! Every recorded interaction is judged under every offer as of now, side by side, with the timing that a version has when nobody says
//! otherwise. Nothing that stands is asked or changed: neither definitions, agreements, rulings nor the ledger. An offer is a rule with its
//! parameters and a price for each class of its successes; what it would have billed is priced as one period by `assay-rating`.

mod offer;
mod report;

use std::{collections::HashMap, sync::Arc};

use self::{offer::Bidder, report::Tallies};
use crate::{Assay, Caller, error::Result, judge::Case, terms::Terms, worker::BATCH};
use assay_domain::{
    id::InteractionId,
    outcome::OutcomeState,
    time::Timestamp,
    timeline::{Fact, Timeline},
};
use assay_store::{
    Page, events,
    interactions::{self, InteractionFilter},
};

pub use self::{
    offer::{MarketOffer, MarketPrice, MarketRequest, MarketRule},
    report::{MarketCharge, MarketPair, MarketReason, MarketReport, MarketSide},
};

/// What one offer makes of an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// It reads nothing of it.
    Unread,
    /// A fault of the rule, by code.
    Faulted(&'static str),
    /// What stands.
    Stands { state: OutcomeState, reason: String, class: Option<String>, micros: i64 },
}

impl Found {
    fn is_billed(&self) -> bool {
        matches!(self, Self::Stands { state: OutcomeState::Final | OutcomeState::Provisional, micros, .. } if *micros > 0)
    }

    /// State and reason, in short.
    fn words(&self) -> String {
        match self {
            Self::Unread => "unread".into(),
            Self::Faulted(code) => format!("faulted {code}"),
            Self::Stands { state, reason, .. } => format!("{state} {reason}"),
        }
    }
}

impl Assay {
    /// Judges the history under every offer. `progress` is told how many interactions are judged.
    pub async fn market(&self, caller: &Caller, request: &MarketRequest, mut progress: impl FnMut(u64)) -> Result<MarketReport> {
        request.check()?;
        let as_of = self.now();
        let mut reader = self.store.read(caller.tenant).await?;
        let terms = self.terms(&mut reader).await?;
        let mut bidders = Vec::with_capacity(request.offers.len());
        for offer in &request.offers {
            bidders.push(self.bidder(caller, &mut reader, offer, request.currency).await?);
        }
        let bidders = Arc::new(bidders);
        let mut tallies = Tallies::new(bidders.len());
        let names = events::names(&mut reader).await?;
        let mut after = InteractionId(0);
        loop {
            self.signals.go_on()?;
            let rows = interactions::page(&mut reader, &InteractionFilter::default(), Page { after: after.0, limit: BATCH }).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            // Of what is erased nothing is left to judge by.
            let rows: Vec<_> = rows.into_iter().filter(|row| row.erased_at.is_none()).collect();
            let ids: Vec<InteractionId> = rows.iter().map(|row| row.id).collect();
            let mut facts: HashMap<InteractionId, Vec<Fact>> = HashMap::with_capacity(rows.len());
            for (interaction, fact) in events::facts(&mut reader, &names, &ids).await? {
                facts.entry(interaction).or_default().push(fact);
            }
            let cases: Vec<Case> = rows
                .into_iter()
                .map(|row| {
                    let timeline = Timeline::new(facts.remove(&row.id).unwrap_or_default(), row.assigned);
                    Case { row, timeline, stood: Vec::new(), metered: Vec::new() }
                })
                .filter(|case| case.timeline.opened_at(as_of).is_some_and(|opened| request.holds(opened)))
                .collect();
            for found in self.hear_bids(&bidders, &terms, cases, as_of).await? {
                tallies.add(&found);
            }
            progress(tallies.seen());
        }
        tallies.report(&bidders, as_of)
    }

    async fn hear_bids(
        &self,
        bidders: &Arc<Vec<Bidder>>,
        terms: &Arc<Terms>,
        cases: Vec<Case>,
        as_of: Timestamp,
    ) -> Result<Vec<Vec<Found>>> {
        let (bidders, terms) = (Arc::clone(bidders), Arc::clone(terms));
        let hear = move |cases: Vec<Case>, is_awaited: &dyn Fn() -> bool| {
            let awaited = cases.into_iter().take_while(|_| is_awaited());
            awaited.map(|case| bidders.iter().map(|bidder| bidder.judge(&case, &terms, as_of)).collect()).collect::<Vec<Vec<Found>>>()
        };
        Ok(self.in_pieces(cases, hear).await?.into_iter().flatten().collect())
    }
}
