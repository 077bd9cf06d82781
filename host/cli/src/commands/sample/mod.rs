//! `assay sample`

mod words;

use anyhow::Result;
use assay_app::{Page, SampleJudgement, SampleRequest};
use assay_domain::{canon::Digest, decimal::Quantity, id::SampleId, period::BillingPeriod};
use clap::{Args, Subcommand, ValueEnum};

use crate::{output::Output, session::Session};

/// Audit what is billed by a sample that chance draws and people judge.
#[derive(Debug, Subcommand)]
pub enum Sample {
    /// Draw one from the billed outcomes of a month; its seed goes into the audit log.
    Create(Create),
    /// List samples, oldest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show one with its outcomes, and what was said of them.
    Show {
        /// Its id.
        sample: SampleId,
    },
    /// Say whether an outcome of one was rightly billed; what was said of it before stays recorded.
    Judge(Judge),
    /// What one says about everything that is billed, with a confidence of 95 %. Ends with 1 when drawing it again gives another.
    Report {
        /// Its id.
        sample: SampleId,
    },
}

/// What to draw.
#[derive(Debug, Args)]
pub struct Create {
    /// The month that the outcomes are dated in: 2016-03.
    period: BillingPeriod,
    /// How many outcomes, 1 to 10,000; all of them where there are fewer.
    #[arg(long)]
    outcomes: u32,
    /// Only under one definition.
    #[arg(long)]
    definition: Option<String>,
    /// Only of one customer, by key or id.
    #[arg(long)]
    customer: Option<String>,
    /// What chance begins with, 64 hexadecimal digits; drawn unless it is given.
    #[arg(long)]
    seed: Option<Digest>,
}

/// What somebody says of an outcome.
#[derive(Debug, Args)]
pub struct Judge {
    /// The sample's id.
    sample: SampleId,
    /// The outcome's place in it, from 1.
    position: u32,
    /// Whether it was rightly billed.
    verdict: Billed,
    /// How much of it there should be where it was not: nothing unless given.
    #[arg(long, value_name = "QUANTITY")]
    should_be: Option<Quantity>,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Whether an outcome was rightly billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Billed {
    /// It was.
    Right,
    /// It was not.
    Wrong,
}

pub(crate) async fn run(command: &Sample, Session { assay, caller }: &Session) -> Result<Output> {
    match command {
        Sample::Create(create) => {
            let Create { period, outcomes, definition, customer, seed } = create;
            let (definition, customer) = (definition.clone(), customer.clone());
            let request = SampleRequest { outcomes: *outcomes, period: *period, definition, customer, seed: *seed };
            Ok(words::detail(&assay.draw_sample(caller, &request).await?))
        }
        Sample::List { limit } => Ok(words::list(&assay.samples(caller, Page { after: 0, limit: *limit }).await?)),
        Sample::Show { sample } => Ok(words::detail(&assay.sample(caller, *sample).await?)),
        Sample::Judge(judge) => {
            let Judge { sample, position, verdict, should_be, reason } = judge;
            let is_right = *verdict == Billed::Right;
            let said = SampleJudgement { position: *position, is_right, should_be: *should_be, reason: reason.clone() };
            Ok(words::detail(&assay.judge_sample(caller, *sample, &said).await?))
        }
        Sample::Report { sample } => {
            let reproduces = assay.verify_sample(caller, *sample).await?;
            Ok(words::report(&assay.sample_report(caller, *sample).await?, reproduces).with_code(u8::from(!reproduces)))
        }
    }
}
