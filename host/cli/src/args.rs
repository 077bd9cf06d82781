//! The arguments.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{
    commands::{
        agreement, approve, audit, backtest, bill, customer, dashboard, db, definition, demo, dispute, doctor, dump, evaluate, event,
        event_key, import, interaction, invoice, key, ledger, log, migrate, operation, proposal, rate_card, receipt, report, retention,
        rule, sample, serve, tenant, verify, wallet, webhook, worker,
    },
    database::DatabaseUrl,
};

/// Outcome-based billing: rules judge interactions, verdicts become invoices, and every step is recorded.
///
/// Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 done but some input was refused (its lines and reasons are printed).
#[derive(Debug, Parser)]
#[command(name = "assay", version, arg_required_else_help = true)]
pub struct Args {
    /// The folder of the installation's data; created on first use.
    #[arg(long, global = true, env = "ASSAY_DATA", default_value = "assay-data")]
    pub data: PathBuf,
    /// A database of PostgreSQL, which any number of machines may share: postgres://user:password@host:5432/name [default: the file
    /// assay.db in the data folder].
    #[arg(long, global = true, env = "ASSAY_DATABASE", hide_env_values = true, value_name = "URL")]
    pub database: Option<DatabaseUrl>,
    /// The configuration file [default: assay.toml in the data folder, if it is there].
    #[arg(long, global = true, env = "ASSAY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The tenant, where the installation has several.
    #[arg(long, global = true, env = "ASSAY_TENANT")]
    pub tenant: Option<String>,
    /// Work on the tenant's test side, where things are tried out.
    #[arg(long, global = true)]
    pub test: bool,
    /// Who does it, for the audit log.
    #[arg(long, global = true, env = "ASSAY_OPERATOR", default_value = "cli")]
    pub operator: String,
    /// Evaluator threads [default: one per core].
    #[arg(long, global = true, env = "ASSAY_THREADS")]
    pub threads: Option<NonZeroUsize>,
    /// Print JSON for programs instead of tables for people.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Onboard tenants.
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// Let programs and people in.
    #[command(subcommand)]
    Key(key::Key),
    /// Stream history in.
    #[command(subcommand)]
    Import(import::Import),
    /// Begin, build, check, test, measure, explain, compare and upload rules.
    #[command(subcommand)]
    Rule(rule::Rule),
    /// Write down what counts as an outcome.
    #[command(subcommand)]
    Definition(definition::Definition),
    /// Judge a candidate for a definition over what is recorded, beside the version in force.
    Backtest(Box<backtest::Backtest>),
    /// Offer versions to customers, and take their answers.
    #[command(subcommand)]
    Proposal(proposal::Proposal),
    /// For customers: look at what a vendor proposes, and sign it, from files alone.
    #[command(subcommand)]
    Approve(approve::Approve),
    /// For customers: verify receipts or an invoice, from files alone.
    Verify(verify::Verify),
    /// Bind customers to definitions and rate cards.
    #[command(subcommand)]
    Agreement(agreement::Agreement),
    /// See, confirm and merge customers.
    #[command(subcommand)]
    Customer(customer::Customer),
    /// Correct what was told.
    #[command(subcommand)]
    Event(event::Event),
    /// Keys that senders sign events with.
    #[command(subcommand)]
    EventKey(event_key::EventKey),
    /// Endpoints where sources deliver events in signed webhooks.
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Look at one unit of work, its verdict and the evidence.
    #[command(subcommand)]
    Interaction(interaction::Interaction),
    /// Judge everything that has new facts or whose time has come.
    Evaluate(evaluate::Evaluate),
    /// Write down prices.
    #[command(subcommand)]
    RateCard(rate_card::RateCard),
    /// Bill a month, or several.
    Bill(bill::Bill),
    /// Look at what was billed.
    #[command(subcommand)]
    Invoice(invoice::Invoice),
    /// What customers are told of every change of what they are billed.
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// The log that holds a commitment to every receipt.
    #[command(subcommand)]
    Log(log::Log),
    /// Outcomes that customers contest, from the claim to what becomes of the bill.
    #[command(subcommand)]
    Dispute(dispute::Dispute),
    /// Look at the ledger: transfers, balances, and what is held.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Credit that customers pay ahead.
    #[command(subcommand)]
    Wallet(wallet::Wallet),
    /// How everything stands.
    #[command(subcommand)]
    Report(report::Report),
    /// How long what is told of interactions is kept, and erasing what is over.
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Audit what is billed by a sample that chance draws and people judge.
    #[command(subcommand)]
    Sample(sample::Sample),
    /// The audit log.
    #[command(subcommand)]
    Operation(operation::Operation),
    /// Check what was judged, the ledger, and the audit log.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The canonical dump: the same for the same facts, whatever order they came in.
    Dump(dump::Dump),
    /// Serve the HTTP API and the console, judge what comes in and carry billing runs.
    Serve(serve::Serve),
    /// Judge and bill beside other processes that share a database of PostgreSQL.
    Worker(worker::Worker),
    /// Bring the schema of a database up to date.
    Migrate(migrate::Migrate),
    /// Look after the database: make partitions, copy it to a server, back it up.
    #[command(subcommand)]
    Db(db::Db),
    /// Print a dashboard and alerts over the metrics.
    Dashboard(dashboard::Dashboard),
    /// Check the settings, the machine and the installation.
    Doctor(doctor::Doctor),
    /// Simulate a support desk and bill it, from rule to invoice, then show it in the console.
    Demo(demo::Demo),
}
