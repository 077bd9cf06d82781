//! `assay demo`

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use assay_app::{
    AgreementRequest, Assay, Caller, OutcomeReport, VersionRequest,
    desk::Desk,
    import::{ImportReport, Sourced},
};
use assay_domain::{definition::Timing, period::BillingPeriod};
use assay_rating::card::RateCard;
use assay_store::billing::InvoiceRow;
use clap::Args as ClapArgs;
use serde_json::json;

use super::{bill, evaluate, invoice, rule, verify};
use crate::{
    args::Args,
    log,
    output::{Output, table},
    progress,
    roles::Roles,
    service::{Listener, Service, Signals},
    session::{self, Session},
    settings::{Log, Settings},
};

/// Simulate a support desk and bill it, from rule to invoice, then show it in the console until Ctrl-C.
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// How many interactions begin.
    #[arg(long, default_value_t = 100_000)]
    interactions: u64,
    /// Other seeds tell other months.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder of the rules that judge: in it a folder to build for each, or NAME.component.wasm.
    #[arg(long, value_name = "FOLDER", default_value = "example-plugins")]
    rules: PathBuf,
    /// End when the invoices are printed, without starting the service.
    #[arg(long)]
    exit: bool,
}

/// The rules, each the only one of a definition of its name, and what differs from their defaults.
const RULES: [(&str, &[(&str, &str)]); 4] = [
    // Once reopened, a ticket does not count: a window without a second try.
    ("resolved-ticket", &[("window", "24h"), ("retry", "false")]),
    ("csat", &[]),
    ("qualified-lead", &[("meeting", "required")]),
    ("document-processed", &[]),
];

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
[[charges]]
code = "satisfaction"
label = "Satisfied customers"
model = "unit"
meter = { outcome-of = "csat" }
price = "0.40"
[[charges]]
code = "leads"
label = "Qualified leads"
model = "unit"
meter = { outcome-of = "qualified-lead" }
price = "25.00"
[[charges]]
code = "documents"
label = "Processed documents"
model = "unit"
meter = { outcome-of = "document-processed" }
price = "0.12"
"#;

pub(crate) async fn run(command: &Demo, args: &Args, settings: &Settings) -> Result<Output> {
    if settings.database.is_none() && session::has_file(&args.data) {
        bail!("{} holds an installation; give the demo a folder of its own with --data", args.data.display());
    }
    let components = components(&command.rules)?;
    let assay = session::open(&args.data, settings).await?;
    let place = session::place(&args.data, settings);
    if !assay.tenants().await?.is_empty() {
        bail!("{place} holds an installation; give the demo a database of its own with --database");
    }
    let tenant = assay.onboard_tenant("demo", "demo", "A simulated support desk").await?;
    let session = Session { assay, caller: Caller::new(tenant.live.id, "demo") };
    match play(command, &components, &session, args, settings).await {
        Ok(output) if !command.exit => show(output, session, &tenant.live_key.secret.unwrap_or_default(), args, settings).await,
        ended => {
            session.end().await;
            ended
        }
    }
}

fn components(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let component = |name: &str| {
        let source = folder.join(name);
        if source.is_dir() { rule::component(&source) } else { rule::component(&folder.join(format!("{name}.component.wasm"))) }
    };
    RULES.iter().map(|(name, _)| component(name)).collect()
}

async fn play(command: &Demo, components: &[Vec<u8>], session: &Session, args: &Args, settings: &Settings) -> Result<Output> {
    let (place, flag) = (session::place(&args.data, settings), session::flag(&args.data, settings));
    let Session { assay, caller } = session;
    let desk = Desk::new(command.seed, command.interactions);
    let (interactions, months, seed) = (desk.interactions, desk.months, desk.seed);
    eprintln!("a support desk of {interactions} interactions over {months} months, seed {seed}, in {place}");
    define(assay, caller, components, desk).await?;
    agree(assay, caller, desk).await?;
    let report = import(session, desk).await?;
    eprintln!("import     {} accepted, {} duplicates, {} conflicts", report.accepted, report.duplicates, report.conflicts.len());
    let drained = evaluate::drain(session).await?;
    eprintln!("judge      {}", evaluate::in_words(&drained));
    let first = BillingPeriod::containing(desk.from);
    let last = (1..desk.months).fold(first, |period, _| period.next());
    let reports = bill::bill(session, first, last).await?;
    let invoices = assay.invoices(caller).await?;
    let verified = check(session, &invoices, args).await?;
    let text = format!(
        "{}\n\n{}\n\n{}\n\n{verified}\n\nlook further: assay {flag} invoice show INV-000001 --outcomes 2\n              assay {flag} report outcomes",
        outcomes(&assay.outcome_report(caller).await?),
        invoice::list(&invoices),
        bill::in_words(&reports),
    );
    let totals: Vec<_> =
        bill::total(&reports).iter().map(|amount| json!({ "amount": amount.decimal(), "currency": amount.currency() })).collect();
    Ok(Output::new(json!({ "accepted": report.accepted, "judged": drained.judged, "invoices": invoices.len(), "totals": totals }), text))
}

/// Exports the smallest invoice as its customer gets it, verifies it from the file alone, and says how to do that again.
async fn check(session: &Session, invoices: &[InvoiceRow], args: &Args) -> Result<String> {
    let smallest = invoices.iter().min_by_key(|invoice| invoice.total.minor()).context("nothing was billed")?;
    let bundle = session.assay.invoice_bundle(&session.caller, &smallest.number).await?;
    let file = args.data.join(format!("{}.bundle.json", smallest.number));
    let (bytes, key) = (bundle.write()?, bundle.log.key);
    fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
    let report = verify::exported(&bytes, key.clone(), args.threads)?;
    Ok(format!("{}\nas its customer does: assay verify {} --log-key {key}", report.sentence(), file.display()))
}

fn outcomes(report: &OutcomeReport) -> String {
    let rows = report.rows.iter().map(|row| {
        let state = row.state.map(|state| state.to_string()).unwrap_or_default();
        [row.definition.clone(), state, row.reason.clone().unwrap_or_default(), row.count.to_string()]
    });
    table(&["definition", "state", "reason", "outcomes"], &["outcomes"], rows)
}

async fn define(assay: &Assay, caller: &Caller, components: &[Vec<u8>], desk: Desk) -> Result<()> {
    for ((name, parameters), component) in RULES.iter().zip(components) {
        let pushed = assay.push_rule(caller, component).await?;
        eprintln!("rule       {} ({}), sha256 {}", pushed.manifest.title, pushed.manifest.name, pushed.digest);
        let version = VersionRequest {
            definition: (*name).into(),
            rule: pushed.manifest.name,
            parameters: parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            timing: Timing::default(),
            active_from: Some(desk.from),
        };
        assay.create_version(caller, &version).await?;
    }
    Ok(())
}

async fn agree(assay: &Assay, caller: &Caller, desk: Desk) -> Result<()> {
    let card: RateCard = toml::from_str(CARD).context("the demo's rate card")?;
    assay.create_rate_card(caller, &card).await?;
    let mut requests = Vec::new();
    for customer in desk.customers() {
        assay.create_customer(caller, &customer).await?;
        let definitions = RULES.iter().map(|(name, _)| ((*name).to_owned(), None)).collect();
        requests.push(AgreementRequest {
            customer,
            definitions,
            parties: Default::default(),
            rate_card: card.name.clone(),
            overrides: Default::default(),
            from: desk.from,
            until: None,
        });
    }
    assay.create_agreements(caller, &requests).await?;
    Ok(())
}

async fn import(session: &Session, desk: Desk) -> Result<ImportReport> {
    // An interaction has about six events; the bar is told the truth at the end.
    let bar = progress::items("import", desk.interactions.saturating_mul(6));
    let stream = desk.events().zip(1u64..).map(|(event, line)| Sourced { line, position: line, event: Ok(event) });
    let report = session.assay.import(&session.caller, stream, |records, _| bar.set_position(records)).await?;
    bar.finish_and_clear();
    Ok(report)
}

/// Prints what was found, with the console's address and a key to it, and serves both until the process is told to stop.
async fn show(output: Output, session: Session, key: &str, args: &Args, settings: &Settings) -> Result<Output> {
    // Whoever looks at the tables wants no line per request below them.
    let traces = log::start(&Log { level: "warn".to_owned(), ..settings.log.clone() }, &settings.traces)?;
    let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let url = listener.url()?;
    let mut signals = Signals::take()?;
    let below = format!("its key:     {key}\nit stays until Ctrl-C; the data stays in {}", session::place(&args.data, settings));
    output.and("console", url.as_str().into(), &format!("\nthe console: {url}")).and("key", key.into(), &below).say(args.json);
    let limits = settings.limits.of_service();
    Service { assay: session.assay, listener, limits, roles: Roles::ALL, traces }.run(&mut signals).await?;
    Ok(Output::silent())
}
