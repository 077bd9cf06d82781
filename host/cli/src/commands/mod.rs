//! One file per command.

pub mod agreement;
pub mod approve;
pub mod audit;
pub mod audit_log;
pub mod backtest;
pub mod bill;
pub mod customer;
pub mod dashboard;
pub mod db;
pub mod definition;
pub mod demo;
pub mod dispute;
pub mod doctor;
pub mod dump;
pub mod evaluate;
pub mod event;
pub mod event_key;
pub mod import;
pub mod interaction;
pub mod invoice;
pub mod key;
pub mod ledger;
pub mod log;
pub mod migrate;
pub mod operation;
pub mod proposal;
pub mod rate_card;
pub mod receipt;
pub mod report;
pub mod retention;
pub mod rule;
pub mod sample;
pub mod serve;
pub mod tenant;
pub mod verify;
mod verify_page;
pub mod wallet;
pub mod webhook;
pub mod worker;

use anyhow::{Context as _, Result};
use assay_domain::time::Timestamp;

use crate::{
    args::{Args, Command},
    output::Output,
    session::{self, Session},
    settings::Settings,
};

/// Runs a command to its end.
pub fn run(args: Args) -> Result<Output> {
    // A command waits for one thing at a time; the service for many.
    let stays = matches!(args.command, Command::Serve(_) | Command::Worker(_) | Command::Demo(_));
    let threads = if stays { session::cores().max(2) } else { 2 };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    runtime.context("the async runtime cannot start")?.block_on(dispatch(args))
}

async fn dispatch(args: Args) -> Result<Output> {
    if let Command::Doctor(_) = &args.command {
        return Ok(doctor::run(&args).await);
    }
    let settings = Settings::read(&args)?;
    match &args.command {
        Command::Tenant(command) => return tenant::run(command, &args, &settings).await,
        Command::Key(key::Key::Operator { name }) => return key::run_operator(name, &args, &settings).await,
        Command::Rule(command) if !command.needs_session() => return rule::run_offline(command, args.json),
        Command::Approve(command) => return approve::run(command, &args),
        Command::Dashboard(command) => return dashboard::run(command),
        Command::Verify(command) => return verify::run(command, &args),
        Command::Serve(command) => return serve::run(command, &args, &settings).await,
        Command::Worker(_) => return worker::run(&args, &settings).await,
        Command::Migrate(_) => return migrate::run(&args, &settings).await,
        Command::Db(command) => return db::run(command, &args, &settings).await,
        Command::Demo(command) => return demo::run(command, &args, &settings).await,
        _ => {}
    }
    let session = Session::start(&args, &settings).await?;
    let output = with_session(&args.command, &session).await;
    session.end().await;
    output
}

async fn with_session(command: &Command, session: &Session) -> Result<Output> {
    match command {
        Command::Key(command) => key::run(command, session).await,
        Command::Import(command) => import::run(command, session).await,
        Command::Rule(command) => rule::run(command, session).await,
        Command::Definition(command) => definition::run(command, session).await,
        Command::Proposal(command) => proposal::run(command, session).await,
        Command::Agreement(command) => agreement::run(command, session).await,
        Command::Customer(command) => customer::run(command, session).await,
        Command::Interaction(command) => interaction::run(command, session).await,
        Command::Event(command) => event::run(command, session).await,
        Command::EventKey(command) => event_key::run(command, session).await,
        Command::Webhook(command) => webhook::run(command, session).await,
        Command::Evaluate(command) => evaluate::run(command, session).await,
        Command::RateCard(command) => rate_card::run(command, session).await,
        Command::Bill(command) => bill::run(command, session).await,
        Command::Invoice(command) => invoice::run(command, session).await,
        Command::Receipt(command) => receipt::run(command, session).await,
        Command::Log(command) => log::run(command, session).await,
        Command::Ledger(command) => ledger::run(command, session).await,
        Command::Wallet(command) => wallet::run(command, session).await,
        Command::Dispute(command) => dispute::run(command, session).await,
        Command::Report(command) => report::run(command, session).await,
        Command::Retention(command) => retention::run(command, session).await,
        Command::Sample(command) => sample::run(command, session).await,
        Command::Operation(command) => operation::run(command, session).await,
        Command::Audit(command) => audit::run(command, session).await,
        Command::Backtest(command) => backtest::run(command, session).await,
        Command::Dump(command) => dump::run(command, session).await,
        Command::Tenant(_)
        | Command::Approve(_)
        | Command::Dashboard(_)
        | Command::Verify(_)
        | Command::Serve(_)
        | Command::Worker(_)
        | Command::Migrate(_)
        | Command::Db(_)
        | Command::Doctor(_)
        | Command::Demo(_) => {
            unreachable!("these need no tenant and were run above")
        }
    }
}

/// A time or a date; a date is its first instant, UTC.
pub(crate) fn time_or_date(text: &str) -> Result<Timestamp, String> {
    let date = || format!("{text}T00:00:00Z").parse();
    text.parse().or_else(|_| date()).map_err(|_: assay_domain::time::TimeError| {
        format!("{text:?} is neither a date such as 2016-03-01 nor a time such as 2016-03-01T10:00:00Z")
    })
}
