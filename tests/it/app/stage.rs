//! Scenarios as text: events in; what stands, and what was metered, out.
//!
//! `> 03-01 08:00 T1 opened acme` tells an event of 2016; `-` names no customer. `@ 03-02 10:00` sets the clock, records what was
//! told and judges. The lines after it are all that must be found then: `=` for every outcome, `~` for every change of usage
//! since the last look.

use std::collections::BTreeSet;

use assay_app::OutcomeView;
use assay_domain::{
    decimal::Quantity,
    definition::Timing,
    event::NewEvent,
    time::{Duration, Limit, Timestamp},
};
use assay_tests::assay::{Installation, at};

use super::support::{accept, drain, event};

/// A deadline of 90 days, no holdback, 30 days to take back.
pub const ORDINARY: Timing = Timing {
    deadline: Limit::Limited(Duration::days(90)),
    settles_after: Duration::ZERO,
    reversible_for: Limit::Limited(Duration::days(30)),
};

/// An installation that a scenario is played on.
pub struct Stage {
    /// Its clock starts on 2016-03-01.
    pub installation: Installation,
    subjects: BTreeSet<String>,
    told: usize,
    /// The last change of usage that was looked at.
    seen: i64,
}

impl Stage {
    /// Nothing is defined.
    pub async fn bare() -> Self {
        Self { installation: Installation::new("2016-03-01T00:00:00Z").await, subjects: BTreeSet::new(), told: 0, seen: 0 }
    }

    /// The definition `fixed` has been in force from the start of the year.
    pub async fn new(parameters: &[(&str, &str)], timing: Timing) -> Self {
        let stage = Self::bare().await;
        stage.define("fixed", parameters, timing, "2016-01-01T00:00:00Z").await;
        stage
    }

    /// Puts the next version of a definition in force.
    pub async fn define(&self, slug: &str, parameters: &[(&str, &str)], timing: Timing, from: &str) {
        self.installation.define(&self.installation.caller, slug, parameters, timing, from).await;
    }

    /// Says whose an interaction is.
    pub async fn assign(&self, subject: &str, customer: &str) {
        let Installation { assay, caller, .. } = &self.installation;
        assay.create_customer(caller, customer).await.expect("a customer");
        assay.assign_interaction(caller, subject, customer, "they asked").await.expect("assigned");
    }

    /// Plays a table to its end.
    pub async fn play(&mut self, table: &str) {
        let words = |line: &'_ str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut lines = table.lines().map(words).filter(|words| !words.is_empty()).peekable();
        let mut told = Vec::new();
        while let Some(line) = lines.next() {
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            match line.as_slice() {
                [">", event @ ..] => told.push(self.event(event)),
                ["@", day, time] => {
                    let mut expected = Vec::new();
                    while let Some(line) = lines.next_if(|line| matches!(line[0].as_str(), "=" | "~")) {
                        expected.push(line.join(" "));
                    }
                    expected.sort();
                    self.installation.clock.set(moment(day, time));
                    accept(&self.installation, &self.installation.caller, std::mem::take(&mut told)).await;
                    drain(&self.installation, &self.installation.caller).await;
                    assert_eq!(self.found().await, expected, "on {day} at {time}");
                }
                other => panic!("{other:?} is no line of a scenario"),
            }
        }
        assert!(told.is_empty(), "a scenario ends with a look");
    }

    fn event(&mut self, words: &[&str]) -> NewEvent {
        let [day, time, subject, kind, customer] = words else {
            panic!("{words:?} is not `day time subject kind customer`");
        };
        self.told += 1;
        self.subjects.insert((*subject).to_owned());
        let kind = if kind.contains('.') { (*kind).to_owned() } else { format!("ticket.{kind}") };
        let customer = Some(*customer).filter(|customer| *customer != "-");
        event(subject, &format!("e{}", self.told), &kind, moment(day, time), customer)
    }

    async fn found(&mut self) -> Vec<String> {
        let mut found = self.outcomes().await;
        found.extend(self.usage().await);
        found.sort();
        found
    }

    async fn outcomes(&self) -> Vec<String> {
        let Installation { assay, caller, .. } = &self.installation;
        let mut found = Vec::new();
        for subject in &self.subjects {
            let view = assay.interaction(caller, subject).await.expect("an interaction");
            let customer = view.customer.as_deref().unwrap_or("-");
            for OutcomeView { definition, version, outcome, .. } in &view.outcomes {
                let state = outcome.state.map_or_else(|| "unjudged".to_owned(), |state| state.to_string());
                let reason = outcome.reason.as_deref().unwrap_or("-");
                let success = outcome.succeeded_at.map(|at| format!(" {}", short(at))).unwrap_or_default();
                let late = if outcome.late_events > 0 { format!(" late {}", outcome.late_events) } else { String::new() };
                found.push(format!("= {subject} {customer} {definition}@{version} {state} {reason}{success}{late}"));
            }
        }
        found
    }

    async fn usage(&mut self) -> Vec<String> {
        let sql = format!(
            "select u.id, u.quantity, u.dated_at, c.key || ' ' || d.slug || ' ' || u.meter, i.subject from usage u \
             join customers c on c.id = u.customer join definitions d on d.id = u.definition \
             join interactions i on i.id = u.interaction where u.tenant = {} and u.id > {} order by u.id",
            self.installation.caller.tenant.0, self.seen
        );
        let rows = self.installation.raw().await.rows(&sql).await;
        let number = |text: &String| text.parse::<i64>().expect("a number");
        self.seen = rows.last().map_or(self.seen, |row| number(&row[0]));
        let line = |row: &Vec<String>| {
            let (micros, at) = (number(&row[1]), Timestamp::from_micros(number(&row[2])).expect("a time"));
            let (sign, quantity) = (if micros > 0 { "+" } else { "" }, Quantity::from_micros(micros));
            format!("~ {} {sign}{quantity} {} {}", row[3], short(at), row[4])
        };
        rows.iter().map(line).collect()
    }
}

fn moment(day: &str, time: &str) -> Timestamp {
    at(&format!("2016-{day}T{time}:00Z"))
}

/// `03-01 08:00`.
fn short(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} {}", &text[5..10], &text[11..16])
}
