//! What a sample says about everything that is billed.
//!
//! **The billing error rate** is the share of the outcomes that were looked at and found wrong; its interval is the exact one of Clopper and
//! Pearson with a confidence of 95 %.
//!
//! **The amount error** is a difference estimate. The error of an outcome is what it was worth, times the part of its quantity that should not
//! be there, rounded to a minor unit; it is negative where there should be more, and nothing for what is right. The error of all that is
//! billed is the mean error times the size of the population. Its interval takes the mean to be distributed normally: 1.96 standard errors to
//! each side, lessened by the square root of the share of the population that was not looked at. With few errors in a small sample it
//! says little, and the rate with its exact interval is what counts.

use std::collections::BTreeMap;

use assay_domain::{
    id::SampleId,
    money::{Amount, Currency},
};
use assay_store::samples::ItemRow;

use super::{
    interval::Interval,
    views::{SampleView, find},
};
use crate::{Assay, Caller, error::Result};

/// The standard errors within which 95 % of what is distributed normally lies, to each side.
const STANDARD_ERRORS: f64 = 1.959_963_984_540_054;

/// What a sample says.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleReport {
    /// Which sample.
    pub sample: SampleView,
    /// How many outcomes were looked at; what the sample says holds once it is all of them.
    pub judged: u64,
    /// Of these, those that were wrongly billed.
    pub wrong: u64,
    /// Their share; `None` while nothing was looked at.
    pub rate: Option<f64>,
    /// Between what bounds the share among all that is billed lies.
    pub interval: Option<Interval>,
    /// What that comes to, by the currency's code.
    pub amounts: BTreeMap<String, SampleEstimate>,
}

/// The amount error in one currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleEstimate {
    /// What the outcomes that were looked at were worth.
    pub billed: Amount,
    /// What of that was wrong: more than there should be, less what was missing.
    pub wrong: Amount,
    /// The error of all that is billed, rounded to a minor unit.
    pub total: Amount,
    /// Between what bounds it lies, in minor units; `None` while fewer than two were looked at.
    pub interval: Option<Interval>,
}

impl Assay {
    /// What a sample says about everything that is billed, by what people have said of its outcomes so far.
    pub async fn sample_report(&self, caller: &Caller, id: SampleId) -> Result<SampleReport> {
        let mut reader = self.store.read(caller.tenant).await?;
        let row = find(&mut reader, id).await?;
        let items = assay_store::samples::items(&mut reader, id).await?;
        let sample = SampleView::read(&mut reader, row).await?;
        let judged: Vec<&ItemRow> = items.iter().filter(|row| row.judgement.is_some()).collect();
        let wrong = judged.iter().filter(|row| row.judgement.as_ref().is_some_and(|said| !said.is_right)).count() as u64;
        let count = judged.len() as u64;
        Ok(SampleReport {
            judged: count,
            wrong,
            rate: (count > 0).then(|| wrong as f64 / count as f64),
            interval: Interval::of_proportion(wrong, count),
            amounts: amounts(&judged, sample.population),
            sample,
        })
    }
}

fn amounts(judged: &[&ItemRow], population: u64) -> BTreeMap<String, SampleEstimate> {
    let mut currencies: BTreeMap<String, Currency> = BTreeMap::new();
    for amount in judged.iter().filter_map(|row| row.item.amount) {
        currencies.insert(amount.currency().to_string(), amount.currency());
    }
    currencies.into_iter().map(|(code, currency)| (code, estimate(judged, population, currency))).collect()
}

fn estimate(judged: &[&ItemRow], population: u64, currency: Currency) -> SampleEstimate {
    let worth = |row: &ItemRow| row.item.amount.filter(|amount| amount.currency() == currency).map_or(0, Amount::minor);
    let errors: Vec<i64> = judged.iter().map(|row| error(row, worth(row))).collect();
    let billed = judged.iter().fold(0i64, |sum, row| sum.saturating_add(worth(row)));
    let wrong = errors.iter().fold(0i64, |sum, error| sum.saturating_add(*error));
    let (n, all) = (errors.len() as f64, population as f64);
    let mean = wrong as f64 / n;
    let total = mean * all;
    let squares: f64 = errors.iter().map(|error| (*error as f64 - mean).powi(2)).sum();
    let reach = STANDARD_ERRORS * all * (squares / (n - 1.0) / n * (1.0 - n / all).max(0.0)).sqrt();
    let interval = (errors.len() > 1).then_some(Interval { low: total - reach, high: total + reach });
    let amount = |minor| Amount::new(minor, currency);
    SampleEstimate { billed: amount(billed), wrong: amount(wrong), total: amount(total.round() as i64), interval }
}

/// What of the worth of an outcome is wrong, in minor units: in proportion to its quantity.
fn error(row: &ItemRow, worth: i64) -> i64 {
    let should_be = row.judgement.as_ref().map_or(row.item.quantity, |said| said.should_be);
    let billed = i128::from(row.item.quantity.micros());
    let wrong = billed - i128::from(should_be.micros());
    if billed <= 0 {
        return 0;
    }
    // Half a unit is rounded up.
    let minor = (2 * i128::from(worth) * wrong + billed).div_euclid(2 * billed);
    i64::try_from(minor).unwrap_or_default()
}
