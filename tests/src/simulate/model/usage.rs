//! What is used: outcomes, attempts and events, each as often as it stands.

use std::collections::BTreeSet;

use assay_domain::time::Timestamp;
use serde_json::Value;

use super::Model;

/// One thing that a card may count.
#[derive(Debug, Clone)]
pub(in crate::simulate) struct Used {
    pub(super) customer: String,
    pub(super) at: Timestamp,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Outcome { slug: &'static str, class: Option<&'static str>, value: Option<i64>, credit: Option<&'static str> },
    Attempt { slug: &'static str },
    Event { kind: String, data: Value },
}

impl Model {
    /// Everything that is used by now.
    pub(in crate::simulate) fn used(&self, now: Timestamp) -> Vec<Used> {
        let mut used: Vec<Used> = self.outcomes_and_attempts().into_iter().map(|(_, used)| used).collect();
        for subject in self.subjects() {
            let timeline = self.timeline(subject, now);
            let Some(customer) = self.customer(subject, &timeline) else { continue };
            used.extend(timeline.into_iter().map(|event| Used {
                customer: customer.clone(),
                at: event.occurred_at,
                what: What::Event { kind: event.kind.clone(), data: serde_json::from_str(&event.data).expect("JSON") },
            }));
        }
        used
    }

    fn outcomes_and_attempts(&self) -> Vec<(&str, Used)> {
        let mut used = Vec::new();
        for (subject, slug, outcome) in self.stood() {
            let Some(customer) = &outcome.customer else { continue };
            let mut add = |at: Option<Timestamp>, what: What| {
                used.extend(at.map(|at| (subject, Used { customer: customer.clone(), at, what })));
            };
            add(outcome.attempted, What::Attempt { slug });
            if let Some(success) = &outcome.success {
                add(outcome.billed, What::Outcome { slug, class: success.class, value: success.value, credit: success.credit });
            }
        }
        used
    }

    /// Lines that say what every outcome and attempt adds to a bill.
    pub(in crate::simulate) fn usage(&self) -> BTreeSet<String> {
        let line = |(subject, used): (&str, Used)| {
            let (slug, meter, class, value, credit) = match used.what {
                What::Attempt { slug } => (slug, "attempt", None, None, None),
                What::Outcome { slug, class, value, credit } => (slug, "outcome", class, value, credit),
                What::Event { .. } => unreachable!("events are metered elsewhere"),
            };
            let value = value.map_or("-".into(), |tenths| format!("{}.{}", tenths / 10, tenths % 10));
            let (class, credit) = (class.unwrap_or("-"), credit.unwrap_or("-"));
            format!("{} {slug} {meter} {subject} {} {class} {value} {credit} 1000000", used.customer, used.at.micros())
        };
        self.outcomes_and_attempts().into_iter().map(line).collect()
    }
}
