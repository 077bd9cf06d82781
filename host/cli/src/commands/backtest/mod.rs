//! `assay backtest`

mod words;

use std::{fs::File, io::BufReader, path::PathBuf};

use anyhow::{Context as _, Result};
use assay_app::{BacktestRequest, BacktestView, Candidate, Changes, Page, Proportion, Thresholds, Window, read_labels};
use assay_domain::{
    id::BacktestId,
    time::{Duration, Limit, Timestamp},
};
use clap::{Args, Subcommand};

use super::{definition::parameter, time_or_date};
use crate::{
    output::{Output, table},
    progress,
    session::Session,
};

/// Judge a candidate for a definition over what is recorded, beside the version in force; nothing that stands is changed. Ends with 1 when
/// a threshold is not kept.
#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub struct Backtest {
    /// What else to do.
    #[command(subcommand)]
    command: Option<Action>,
    #[command(flatten)]
    start: Start,
}

/// What is done with back-tests that were started.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List back-tests and shadows, oldest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show what one has found.
    Show {
        /// Its id.
        id: BacktestId,
    },
    /// Go on with one that was interrupted.
    Resume {
        /// Its id.
        id: BacktestId,
    },
    /// Stop one before its end.
    Stop {
        /// Its id.
        id: BacktestId,
    },
    /// Judge a candidate over what comes in, for a while.
    #[command(subcommand)]
    Shadow(Shadow),
}

/// Judge a candidate over what comes in, for a while.
#[derive(Debug, Subcommand)]
pub enum Shadow {
    /// Start one: it begins now, or at --from, and goes on until --until or until it is stopped, wherever `assay serve` or `assay worker`
    /// runs.
    Start(Box<Start>),
    /// Show what one has found by now.
    Show {
        /// Its id.
        id: BacktestId,
    },
    /// End one with what it has found.
    Stop {
        /// Its id.
        id: BacktestId,
    },
}

/// The candidate, and what to judge it over. The candidate is a version that is written down, or the version in force with something
/// changed.
#[derive(Debug, Args)]
pub struct Start {
    /// The definition.
    #[arg(required = true)]
    definition: Option<String>,
    /// A version that is written down, by its number; it may be a draft.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["rule", "parameters", "deadline", "settles_after", "reversible_for"])]
    version: Option<u32>,
    /// Another rule: its name, id or digest.
    #[arg(long)]
    rule: Option<String>,
    /// Another parameter, as name=value. Can be given several times.
    #[arg(long = "param", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// Another deadline: 90d, P90D, or unlimited.
    #[arg(long)]
    deadline: Option<Limit>,
    /// Another holdback.
    #[arg(long)]
    settles_after: Option<Duration>,
    /// Another horizon: 30d, or unlimited.
    #[arg(long)]
    reversible_for: Option<Limit>,
    /// Leave out interactions that opened before: a date or a time, UTC.
    #[arg(long, value_parser = time_or_date)]
    from: Option<Timestamp>,
    /// Leave out interactions that opened then or later: a date or a time, UTC.
    #[arg(long, value_parser = time_or_date)]
    until: Option<Timestamp>,
    /// What people say of interactions: a CSV file with the columns subject,label, where a label is success or failure.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// No bill of a customer for a period may move by more than this part of it: 5%.
    #[arg(long, value_name = "PART")]
    max_bill_change: Option<Proportion>,
    /// Nothing may fault that does not fault under the version in force.
    #[arg(long)]
    no_new_faults: bool,
    /// Of the candidate's successes at least this part must be labelled as such: 95%.
    #[arg(long, value_name = "PART")]
    min_precision: Option<Proportion>,
    /// Of those labelled as successes at least this part must be one: 90%.
    #[arg(long, value_name = "PART")]
    min_recall: Option<Proportion>,
}

impl Start {
    fn request(&self, is_shadow: bool) -> Result<BacktestRequest> {
        let Self { max_bill_change, no_new_faults, min_precision, min_recall, .. } = *self;
        Ok(BacktestRequest {
            definition: self.definition.clone().context("name a definition")?,
            candidate: self.candidate(),
            window: Window { from: self.from, until: self.until },
            labels: self.labels()?,
            thresholds: Thresholds { max_bill_change, no_new_faults, min_precision, min_recall },
            is_shadow,
        })
    }

    fn candidate(&self) -> Candidate {
        let Self { deadline, settles_after, reversible_for, .. } = *self;
        let (rule, parameters) = (self.rule.clone(), self.parameters.clone());
        let changes = || Changes { rule, parameters, deadline, settles_after, reversible_for };
        self.version.map_or_else(|| Candidate::Changed(changes()), Candidate::Version)
    }

    fn labels(&self) -> Result<Vec<(String, bool)>> {
        let Some(path) = &self.labels else { return Ok(Vec::new()) };
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        read_labels(BufReader::new(file)).with_context(|| format!("{} holds no labels", path.display()))
    }
}

pub(crate) async fn run(command: &Backtest, session: &Session) -> Result<Output> {
    match &command.command {
        None => {
            let view = session.assay.start_backtest(&session.caller, &command.start.request(false)?).await?;
            carry(view.id, session).await
        }
        Some(Action::List { limit }) => list(*limit, session).await,
        Some(Action::Resume { id }) => carry(*id, session).await,
        Some(Action::Shadow(Shadow::Start(start))) => shown(&session.assay.start_backtest(&session.caller, &start.request(true)?).await?),
        Some(Action::Show { id } | Action::Shadow(Shadow::Show { id })) => shown(&session.assay.backtest(&session.caller, *id).await?),
        Some(Action::Stop { id } | Action::Shadow(Shadow::Stop { id })) => shown(&session.assay.stop_backtest(&session.caller, *id).await?),
    }
}

/// Carries one to its end behind a progress bar.
async fn carry(id: BacktestId, session: &Session) -> Result<Output> {
    let bar = progress::items("back-test", 0);
    let view = session.assay.carry_backtest(&session.caller, id, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    let view = view.await?;
    bar.finish_and_clear();
    shown(&view)
}

fn shown(view: &BacktestView) -> Result<Output> {
    let code = u8::from(view.passed == Some(false));
    Ok(Output::new(words::as_json(view)?, words::in_words(view)).with_code(code))
}

async fn list(limit: u32, session: &Session) -> Result<Output> {
    let all = session.assay.backtests(&session.caller, Page { after: 0, limit }).await?;
    let rows = all.iter().map(|view| {
        let seen = view.total.map_or_else(|| view.seen.to_string(), |total| format!("{}/{total}", view.seen));
        let (kind, state) = (view.kind.to_owned(), view.state.to_owned());
        [view.id.to_string(), kind, view.definition.clone(), words::candidate(view), state, seen, words::passed(view).to_owned()]
    });
    let head = ["id", "kind", "definition", "candidate", "state", "interactions", "thresholds"];
    let text = table(&head, &["interactions"], rows);
    Ok(Output::new(all.iter().map(words::as_json).collect::<Result<_>>()?, text))
}
