//! Whether what is posted is what the usage that stands costs, and what was given back had been billed.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::{id::AgreementId, money::Amount, period::PeriodName};
use assay_rating::rate::{Coverage, RatedLine, rate_advance};
use assay_store::{
    Connection,
    ledger_audit::{self, LastPosting, Wrong},
};

use crate::{
    error::{AppError, Result},
    rated::Rates,
};

/// Amounts by charge and currency.
type Sums = BTreeMap<(String, String), Amount>;

/// What is posted of each period, against its price by the usage that counted at its last posting.
pub(super) async fn postings(c: &mut impl Connection, rates: &Rates) -> Result<Vec<Wrong>> {
    let mut posted: BTreeMap<(AgreementId, PeriodName), Sums> = BTreeMap::new();
    for sum in ledger_audit::posted(c).await? {
        let charge = (sum.charge, sum.amount.currency().to_string());
        posted.entry((sum.agreement, sum.period)).or_default().insert(charge, sum.amount);
    }
    let last = ledger_audit::last_postings(c).await?.into_iter();
    let mut last: BTreeMap<_, LastPosting> = last.map(|last| ((last.agreement, last.period), last)).collect();
    let mut wrong = Vec::new();
    for ((agreement, period), posted) in posted {
        let place = format!("{period} under {agreement}");
        let due = match last.remove(&(agreement, period)) {
            // What was voided waits for the next run.
            Some(last) if last.is_open => continue,
            Some(last) => due(c, rates, &last).await,
            None => Ok(Sums::new()),
        };
        match due {
            Err(AppError::Rating { source, .. }) => {
                wrong.push(Wrong { what: place, found: format!("it cannot be rated: {source}"), expected: "a price".to_owned() });
            }
            due => wrong.extend(differences(&place, &posted, &due?)),
        }
    }
    Ok(wrong)
}

/// What a period costs by the usage that counted at its last posting.
async fn due(c: &mut impl Connection, rates: &Rates, last: &LastPosting) -> Result<Sums> {
    let agreement = rates.agreement(last.agreement);
    let found = agreement.and_then(|agreement| Some((agreement, rates.card(agreement)?, rates.calendar(agreement)?)));
    let Some((agreement, card, calendar)) = found else { return Ok(Sums::new()) };
    let Some(period) = calendar.named(last.period) else { return Ok(Sums::new()) };
    // The run of an earlier month bills only what is due in advance.
    if last.is_correction || last.month >= calendar.month_billing(&period) {
        return Ok(sums(rates.rated(c, agreement, &period, last.usage_until, true).await?.lines));
    }
    let covered = Rates::covered(agreement, &period).unwrap_or((period.start, period.start));
    let coverage = Coverage { period: (period.start, period.end), covered, ended: false };
    let lines = rate_advance(card, &coverage).map_err(|source| Rates::error(agreement.customer, &period, source))?;
    Ok(sums(lines))
}

fn sums(lines: Vec<RatedLine>) -> Sums {
    let mut sums = Sums::new();
    for line in lines {
        let currency = line.amount.currency();
        let sum = sums.entry((line.charge, currency.to_string())).or_insert(Amount::new(0, currency));
        *sum = Amount::new(sum.minor().saturating_add(line.amount.minor()), currency);
    }
    sums
}

fn differences(place: &str, posted: &Sums, due: &Sums) -> Vec<Wrong> {
    let charges: BTreeSet<&(String, String)> = posted.keys().chain(due.keys()).collect();
    let mut wrong = Vec::new();
    for charge in charges {
        let (found, expected) = (posted.get(charge), due.get(charge));
        if found.map_or(0, |amount| amount.minor()) != expected.map_or(0, |amount| amount.minor()) {
            let shown = |amount: Option<&Amount>| amount.map_or_else(|| "nothing".to_owned(), Amount::to_string);
            wrong.push(Wrong { what: format!("{} of {place}", charge.0), found: shown(found), expected: shown(expected) });
        }
    }
    wrong
}

/// Credit notes that give back more than their invoice billed: of a charge, or of all charges where they depend on each other.
pub(super) async fn credit_notes(c: &mut impl Connection, rates: &Rates) -> Result<Vec<Wrong>> {
    let mut groups: BTreeMap<(String, AgreementId, PeriodName, String), (i64, i64)> = BTreeMap::new();
    for row in ledger_audit::given_back(c).await? {
        let charge = if is_joint(rates, row.agreement) { "all charges".to_owned() } else { row.charge };
        let (billed, given) = groups.entry((row.invoice, row.agreement, row.period, charge)).or_default();
        (*billed, *given) = (billed.saturating_add(row.billed), given.saturating_add(row.given));
    }
    let too_much = groups.into_iter().filter(|(_, (billed, given))| *given < 0 && billed.saturating_add(*given) < 0);
    let wrong = |((invoice, agreement, period, charge), (billed, given)): ((String, AgreementId, PeriodName, String), (i64, i64))| Wrong {
        what: format!("{charge} of {period} under {agreement} on {invoice}"),
        found: format!("{} minor units given back", given.saturating_neg()),
        expected: format!("at most the {billed} billed"),
    };
    Ok(too_much.map(wrong).collect())
}

fn is_joint(rates: &Rates, agreement: AgreementId) -> bool {
    let card = rates.agreement(agreement).and_then(|agreement| rates.card(agreement));
    card.is_some_and(|card| card.commitment.is_some() || card.cap.is_some())
}
