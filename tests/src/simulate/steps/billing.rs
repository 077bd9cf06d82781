//! Billing runs, those that die half-way included, and what becomes of their invoices.

use assay_app::AppError;
use assay_domain::{period::BillingPeriod, time::Duration};

use crate::simulate::{
    model::Run,
    world::{ORDINARY, Odds, World, refusal},
};

/// A run commits six times.
const RUN: Odds = Odds { once_in: 2, moments: 6 };

impl World {
    pub(in crate::simulate) fn has_open_run(&self) -> bool {
        self.model.runs.values().any(|run| !run.is_finished)
    }

    /// The months that have ended and can be billed, oldest first; all that is open comes first.
    pub(in crate::simulate) fn unbilled_months(&self) -> Vec<BillingPeriod> {
        let open: Vec<BillingPeriod> = self.model.runs.iter().filter(|(_, run)| !run.is_finished).map(|(month, _)| *month).collect();
        if !open.is_empty() {
            return open;
        }
        let Some(first) = self.model.agreements.iter().map(|agreement| agreement.from).min() else {
            return Vec::new();
        };
        let months = std::iter::successors(Some(BillingPeriod::containing(first)), |month| Some(month.next()));
        // A month ends later by clocks in the west.
        let is_west = self.model.agreements.iter().any(|agreement| agreement.plan.zone.starts_with("America/"));
        let latest = if is_west { Duration::hours(5) } else { Duration::ZERO };
        let ended = months.take_while(|month| month.end().plus(latest) <= self.now);
        ended.filter(|month| !self.model.runs.contains_key(month)).collect()
    }

    /// Mostly the oldest month that is not billed; now and then a later one, or one that is billed already.
    pub(super) async fn bill_some_month(&mut self) -> Result<bool, String> {
        let months = self.unbilled_months();
        let finished: Vec<BillingPeriod> = self.model.runs.iter().filter(|(_, run)| run.is_finished).map(|(month, _)| *month).collect();
        if !finished.is_empty() && !self.has_open_run() && self.random.once_in(8) {
            let month = *self.random.one_of(&finished);
            return self.bill_again(month).await.map(|()| true);
        }
        let Some(first) = months.first() else { return Ok(false) };
        let month = if self.random.once_in(5) { *self.random.one_of(&months) } else { *first };
        self.bill(month, true).await.map(|()| true)
    }

    /// Bills a month to its end; what died half-way may be left so, and goes on with a later step.
    pub(in crate::simulate) async fn bill(&mut self, month: BillingPeriod, may_be_left: bool) -> Result<(), String> {
        self.say(format!("    {month}"));
        loop {
            if may_be_left {
                self.tempt(RUN);
            }
            let caller = self.site.caller();
            let billed = self.site.assay().bill(&caller, month, |_| {}).await;
            match (billed, self.survive().await) {
                (Err(error), None) => return Err(refusal(&error)),
                (Ok(report), strike) if !strike.is_some_and(|strike| strike.is_death()) => {
                    if !report.unrated.is_empty() {
                        return Err(format!("{:?} cannot be rated", report.unrated));
                    }
                    break;
                }
                _ => {
                    // It judged all or nothing: what it came to is judged again, and what it froze is that.
                    self.judge().await?;
                    self.note_run(month).await;
                    if self.random.once_in(3) && self.has_open_run() {
                        self.say("    is left so".into());
                        return Ok(());
                    }
                }
            }
        }
        if self.model.runs.get(&month).is_none_or(|run| run.frozen.is_none()) {
            self.model.judge(self.now);
            let frozen = Some(self.model.used(self.now));
            self.model.runs.insert(month, Run { frozen, is_finished: false });
            self.check_standing().await?;
        }
        self.model.finish(month, self.now);
        self.check_postings().await
    }

    /// What a run that died has come to.
    async fn note_run(&mut self, month: BillingPeriod) {
        let Some(state) = self.found().await.run_state(month).await else { return };
        let used = (state != "draining").then(|| self.model.used(self.now));
        let run = self.model.runs.entry(month).or_insert(Run { frozen: None, is_finished: false });
        run.frozen = run.frozen.take().or(used);
    }

    /// A finished run changes nothing.
    async fn bill_again(&mut self, month: BillingPeriod) -> Result<(), String> {
        self.say(format!("    {month} again"));
        let before = self.found().await.postings().await;
        let report = self.must(ORDINARY, async |assay, caller| assay.bill(caller, month, |_| {}).await).await?;
        if !report.already_finished || self.found().await.postings().await != before {
            return Err(format!("billing {month} again changed something"));
        }
        Ok(())
    }

    pub(super) async fn pay(&mut self) -> Result<bool, String> {
        let Some(number) = self.draw_document().await? else { return Ok(false) };
        self.say(format!("    {number}"));
        let paid = self.attempt(ORDINARY, async |assay, caller| assay.pay_invoice(caller, &number, "a transfer").await).await;
        self.unless_refused(paid.map(drop)).await
    }

    /// Its postings are open again, up to the next run.
    pub(super) async fn void(&mut self) -> Result<bool, String> {
        if self.has_open_run() {
            return Ok(false);
        }
        let Some(number) = self.draw_document().await? else { return Ok(false) };
        self.say(format!("    {number}"));
        let voided = self.attempt(ORDINARY, async |assay, caller| assay.void_invoice(caller, &number, "it was wrong").await).await;
        let is_voided = self.unless_refused(voided.map(drop)).await?;
        self.has_voided |= is_voided;
        Ok(is_voided)
    }

    async fn draw_document(&mut self) -> Result<Option<String>, String> {
        let documents = self.site.assay().invoices(&self.site.caller()).await.map_err(|error| refusal(&error))?;
        if documents.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.random.one_of(&documents).number.clone()))
    }

    /// What is paid, voided or corrected may stand in the way.
    async fn unless_refused(&mut self, done: Result<(), AppError>) -> Result<bool, String> {
        match done {
            Ok(()) => self.check_books().await.map(|()| true),
            Err(AppError::Conflict { .. } | AppError::Invalid(_)) => Ok(false),
            Err(error) => Err(refusal(&error)),
        }
    }
}
