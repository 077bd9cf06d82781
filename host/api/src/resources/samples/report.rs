use assay_app::{Interval, SampleEstimate, SampleReport};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::{Problem, ProblemBody},
    resources::invoices::AmountBody,
    state::Api,
    who::Who,
};

/// What a sample says about everything that is billed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SampleReport)]
pub struct SampleReportBody {
    /// The id of the sample.
    #[schema(example = "smp_0000000000001")]
    pub sample: String,
    /// Whether drawing it again gives the same outcomes in the same order.
    pub reproduces: bool,
    /// From among how many outcomes it was drawn.
    #[schema(example = 990)]
    pub population: u64,
    /// How many were drawn.
    #[schema(example = 50)]
    pub size: u64,
    /// How many were looked at; what follows holds once it is all of them.
    #[schema(example = 50)]
    pub judged: u64,
    /// Of these, those that were wrongly billed.
    #[schema(example = 1)]
    pub wrong: u64,
    /// Their share, as a decimal; null while nothing was looked at.
    #[schema(example = "0.020000")]
    pub rate: Option<String>,
    /// Between what bounds the share among all that is billed lies, with a confidence of 95 %, after Clopper and Pearson.
    pub interval: Option<IntervalBody>,
    /// The amount error, by currency: a difference estimate.
    pub amounts: Vec<SampleEstimateBody>,
}

/// Bounds, as decimals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interval)]
pub struct IntervalBody {
    /// The lower bound.
    #[schema(example = "0.000506")]
    pub low: String,
    /// The upper bound.
    #[schema(example = "0.106470")]
    pub high: String,
}

/// The amount error in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SampleEstimate)]
pub struct SampleEstimateBody {
    /// What the outcomes that were looked at were worth.
    pub billed: AmountBody,
    /// What of that was wrong: more than there should be, less what was missing.
    pub wrong: AmountBody,
    /// The error of all that is billed: the mean error times the population.
    pub total: AmountBody,
    /// Between what bounds it lies, in minor units, if errors are distributed normally; null while fewer than two were looked at.
    pub interval: Option<IntervalBody>,
}

impl SampleReportBody {
    fn new(report: SampleReport, reproduces: bool) -> Self {
        Self {
            sample: report.sample.id.to_string(),
            reproduces,
            population: report.sample.population,
            size: report.sample.size,
            judged: report.judged,
            wrong: report.wrong,
            rate: report.rate.map(|rate| format!("{rate:.6}")),
            interval: report.interval.map(|interval| IntervalBody::new(interval, 6)),
            amounts: report.amounts.into_values().map(SampleEstimateBody::from).collect(),
        }
    }
}

impl IntervalBody {
    fn new(Interval { low, high }: Interval, decimals: usize) -> Self {
        Self { low: format!("{low:.decimals$}"), high: format!("{high:.decimals$}") }
    }
}

impl From<SampleEstimate> for SampleEstimateBody {
    fn from(SampleEstimate { billed, wrong, total, interval }: SampleEstimate) -> Self {
        let interval = interval.map(|interval| IntervalBody::new(interval, 1));
        Self { billed: billed.into(), wrong: wrong.into(), total: total.into(), interval }
    }
}

/// Report what a sample says about everything that is billed
#[utoipa::path(get, path = "/v1/samples/{sample}/report", tag = "samples",
    params(("sample" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The billing error", body = SampleReportBody),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn report(State(api): State<Api>, who: Who, Path(sample): Path<String>) -> Result<Json<SampleReportBody>, Problem> {
    let caller = who.reads()?;
    let id = super::id(&sample)?;
    let report = api.assay().sample_report(&caller, id).await?;
    Ok(Json(SampleReportBody::new(report, api.assay().verify_sample(&caller, id).await?)))
}
