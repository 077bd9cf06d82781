//! `assay report`

mod economics;
mod market;

use anyhow::Result;
use assay_app::{ConservationReport, Equation, MoneyView};
use assay_domain::time::Timestamp;
use clap::Subcommand;
use serde_json::{Value, json};

use self::{
    economics::{Months, Prices},
    market::Market,
};
use super::{dispute, time_or_date};
use crate::{
    output::{Output, table},
    session::Session,
};

/// How everything stands.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Outcomes by definition, state and reason.
    Outcomes,
    /// Every accepted event in one class, and every cent accounted for. Ends with 1 when something does not add up.
    Conservation {
        /// What was known at this time, a date or a time; now unless given.
        #[arg(long, value_name = "TIME", value_parser = time_or_date)]
        as_of: Option<Timestamp>,
    },
    /// How much is disputed by definition, reason, customer and category, and what came of it.
    Disputes,
    /// What each of several rules would have billed for the recorded history, and where any two differ. Nothing is written.
    Market(Market),
    /// What attempts and successes cost and bring, by month, definition and customer.
    Economics(Months),
    /// Whether definitions are ready to be priced by their outcomes: four questions, answered from data.
    Readiness(Months),
    /// What recorded usage would have brought under several rate cards. Nothing is written.
    Prices(Prices),
}

pub(crate) async fn run(command: &Report, session: &Session) -> Result<Output> {
    match command {
        Report::Outcomes => outcomes(session).await,
        Report::Conservation { as_of } => conservation(*as_of, session).await,
        Report::Disputes => dispute::report(session).await,
        Report::Market(command) => market::run(command, session).await,
        Report::Economics(command) => economics::economics(command, session).await,
        Report::Readiness(command) => economics::readiness(command, session).await,
        Report::Prices(command) => economics::prices(command, session).await,
    }
}

async fn outcomes(session: &Session) -> Result<Output> {
    let report = session.assay.outcome_report(&session.caller).await?;
    let state = |row: &assay_app::OutcomeReportRow| {
        let state = row.state.map_or_else(|| "unjudged".to_owned(), |state| state.to_string());
        if row.faulted { format!("{state}, faulted") } else { state }
    };
    let rows = report.rows.iter().map(|row| {
        [row.definition.clone(), state(row), row.reason.clone().unwrap_or_default(), row.count.to_string(), row.quantity.to_string()]
    });
    let text = format!(
        "{}\n{} interactions from {} events; {} conflicts kept aside, {} belong to nobody, {} wait to be judged",
        table(&["definition", "state", "reason", "outcomes", "quantity"], &["outcomes", "quantity"], rows),
        report.interactions,
        report.events,
        report.conflicts,
        report.unassigned,
        report.waiting
    );
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|row| {
            json!({ "definition": row.definition, "state": row.state.map(|state| state.to_string()), "reason": row.reason,
                    "faulted": row.faulted, "count": row.count, "quantity": row.quantity })
        })
        .collect();
    let json = json!({ "events": report.events, "conflicts": report.conflicts, "interactions": report.interactions,
                       "unassigned": report.unassigned, "waiting": report.waiting, "outcomes": rows });
    Ok(Output::new(json, text))
}

async fn conservation(as_of: Option<Timestamp>, session: &Session) -> Result<Output> {
    let report = session.assay.conservation(&session.caller, as_of).await?;
    let code = u8::from(!report.holds());
    Ok(Output::new(as_json(&report), in_words(&report)).with_code(code))
}

fn in_words(report: &ConservationReport) -> String {
    let classes = report.classes.iter().map(|(class, events)| [class.to_string(), events.to_string()]);
    let events = format!("{} events accepted by {}; {} conflicts kept aside", report.events, report.as_of, report.conflicts);
    let held = |equation: &Equation| String::from(if equation.holds { "yes" } else { "NO" });
    let equations = report.equations.iter().map(|e| [e.name.clone(), e.left.clone(), e.right.clone(), held(e)]);
    let parts = [
        table(&["class", "events"], &["events"], classes),
        events,
        report.money.iter().map(money_in_words).collect::<Vec<_>>().join("\n"),
        table(&["must be equal", "left", "right", "holds"], &["left", "right"], equations),
        summary(report),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn money_in_words(money: &MoneyView) -> String {
    let rows = [
        ("invoices", money.invoices),
        ("credit notes", money.credit_notes),
        ("voided", money.voided),
        ("posted", money.posted),
        ("  of that in advance", money.advances),
        ("cost of billed periods", money.cost),
        ("still to be posted", money.due),
        ("wallet draws", money.drawn),
        ("payments", money.paid),
        ("receivable", money.receivable),
        ("unbilled so far", money.unbilled),
        ("held", money.held),
        ("billed and disputed", money.disputed),
    ];
    table(&["money", "amount"], &["amount"], rows.map(|(what, amount)| [what.to_owned(), amount.to_string()]))
}

fn summary(report: &ConservationReport) -> String {
    match report.equations.iter().filter(|equation| !equation.holds).count() {
        0 => "everything adds up".to_owned(),
        1 => "1 thing does not add up".to_owned(),
        n => format!("{n} things do not add up"),
    }
}

fn as_json(report: &ConservationReport) -> Value {
    let classes = report.classes.iter().map(|(class, events)| json!({ "class": class.to_string(), "events": events }));
    let equations =
        report.equations.iter().map(|e| json!({ "name": e.name, "left": e.left, "right": e.right, "holds": e.holds })).collect::<Vec<_>>();
    let money = |m: &MoneyView| {
        json!({ "currency": m.posted.currency(), "invoices": m.invoices.decimal(), "credit_notes": m.credit_notes.decimal(),
                "voided": m.voided.decimal(), "posted": m.posted.decimal(), "advances": m.advances.decimal(), "cost": m.cost.decimal(),
                "due": m.due.decimal(), "drawn": m.drawn.decimal(), "paid": m.paid.decimal(), "receivable": m.receivable.decimal(),
                "unbilled": m.unbilled.decimal(), "held": m.held.decimal(), "disputed": m.disputed.decimal() })
    };
    json!({ "as_of": report.as_of, "holds": report.holds(), "events": report.events, "conflicts": report.conflicts,
            "classes": classes.collect::<Vec<_>>(), "money": report.money.iter().map(money).collect::<Vec<_>>(), "equations": equations })
}
