//! `assay demo`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use assay_app::{AgreementRequest, Assay, Caller, VersionRequest, desk::Desk, import::Sourced};
use assay_domain::{definition::Timing, period::BillingPeriod};
use assay_rating::card::RateCard;
use clap::Args as ClapArgs;
use serde_json::json;

use super::{bill, evaluate, invoice, rule};
use crate::{
    args::Args,
    output::{Output, table},
    progress,
    session::{self, Session},
};

/// Simulate a support desk and bill it, from rule to invoice.
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// How many tickets are opened.
    #[arg(long, default_value_t = 100_000)]
    interactions: u64,
    /// Other seeds tell other months.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The rule that judges: a component, or a folder to build.
    #[arg(long, default_value = "example-plugins/resolved-ticket")]
    rule: PathBuf,
    /// End when the invoices are printed, as it does anyhow while it leaves nothing running.
    #[arg(long)]
    exit: bool,
}

const CARD: &str = r#"
name = "demo"
currency = "USD"
[[charges]]
code = "platform"
label = "Platform fee"
model = "flat"
amount = "500"
[[charges]]
code = "resolutions"
label = "Resolved tickets"
model = "graduated"
meter = { outcome-of = "resolved-ticket" }
tiers = [ { up-to = "1000", price = "0.99" }, { up-to = "5000", price = "0.79" }, { price = "0.59" } ]
"#;

pub(crate) async fn run(command: &Demo, args: &Args) -> Result<Output> {
    if args.data.join("assay.db").exists() {
        bail!("{} holds an installation; give the demo a folder of its own with --data", args.data.display());
    }
    let component = rule::component(&command.rule)?;
    let assay = session::open(&args.data, args.threads).await?;
    let tenant = assay.create_tenant("demo", "demo", "A simulated support desk").await?;
    let session = Session { assay, caller: Caller { tenant, actor: "demo".into() } };
    let output = play(command, &component, &session, &args.data).await;
    session.end().await;
    output
}

async fn play(command: &Demo, component: &[u8], session: &Session, data: &Path) -> Result<Output> {
    let Session { assay, caller } = session;
    let desk = Desk::new(command.seed, command.interactions);
    eprintln!("a support desk of {} tickets over {} months, seed {}, in {}", desk.interactions, desk.months, desk.seed, data.display());
    let pushed = assay.push_rule(caller, component).await?;
    eprintln!("rule       {} ({}), sha256 {}", pushed.manifest.title, pushed.manifest.name, pushed.digest);
    let version = VersionRequest {
        definition: "resolved-ticket".into(),
        rule: pushed.manifest.name.clone(),
        // Once reopened, a ticket does not count: a window without a second try.
        parameters: vec![("window".into(), "24h".into()), ("retry".into(), "false".into())],
        timing: Timing::default(),
        active_from: Some(desk.from),
    };
    assay.create_version(caller, &version).await?;
    agree(assay, caller, desk).await?;
    let report = import(session, desk).await?;
    eprintln!("import     {} accepted, {} duplicates, {} conflicts", report.accepted, report.duplicates, report.conflicts.len());
    let drained = evaluate::drain(session).await?;
    eprintln!("judge      {}", evaluate::in_words(&drained));
    let first = BillingPeriod::containing(desk.from);
    let last = (1..desk.months).fold(first, |period, _| period.next());
    let reports = bill::bill(session, first, last).await?;
    let invoices = assay.invoices(caller).await?;
    let outcomes = assay.outcome_report(caller).await?;
    let rows = outcomes.rows.iter().map(|row| {
        let state = row.state.map(|state| state.to_string()).unwrap_or_default();
        [state, row.reason.clone().unwrap_or_default(), row.count.to_string()]
    });
    let text = format!(
        "{}\n\n{}\n\n{}\n\nlook further: assay --data {data} invoice show INV-000001 --outcomes 2\n              assay --data {data} report outcomes",
        table(&["state", "reason", "outcomes"], &["outcomes"], rows),
        invoice::list(&invoices),
        bill::in_words(&reports),
        data = data.display()
    );
    let totals: Vec<_> =
        bill::total(&reports).iter().map(|amount| json!({ "amount": amount.decimal(), "currency": amount.currency() })).collect();
    Ok(Output::new(json!({ "accepted": report.accepted, "judged": drained.judged, "invoices": invoices.len(), "totals": totals }), text))
}

async fn import(session: &Session, desk: Desk) -> Result<assay_app::import::ImportReport> {
    // A ticket has about six events; the bar is told the truth at the end.
    let bar = progress::items("import", desk.interactions.saturating_mul(6));
    let stream = desk.events().zip(1u64..).map(|(event, line)| Sourced { line, position: line, event: Ok(event) });
    let report = session.assay.import(&session.caller, stream, |records, _| bar.set_position(records)).await?;
    bar.finish_and_clear();
    Ok(report)
}

async fn agree(assay: &Assay, caller: &Caller, desk: Desk) -> Result<()> {
    let card: RateCard = toml::from_str(CARD).context("the demo's rate card")?;
    assay.create_rate_card(caller, &card).await?;
    let mut requests = Vec::new();
    for customer in desk.customers() {
        assay.create_customer(caller, &customer).await?;
        let definitions = vec![("resolved-ticket".into(), None)];
        requests.push(AgreementRequest { customer, definitions, rate_card: card.name.clone(), from: desk.from, until: None });
    }
    assay.create_agreements(caller, &requests).await?;
    Ok(())
}
