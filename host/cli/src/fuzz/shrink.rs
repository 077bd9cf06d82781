//! Making a timeline that breaks a law as small as it gets.

use assay_domain::{event::Actor, time::Duration};
use serde_json::Value as Json;

use super::{
    breach::{Breach, Law, breach, moments},
    material::Drawn,
};
use crate::fixtures::Stage;

/// Leaves out events, members of their data and who acted, one after the other, for as long as the law stays broken.
pub(super) fn shrink(stage: &Stage<'_>, mut events: Vec<Drawn>, steps: &[Duration], mut found: Breach) -> (Vec<Drawn>, Breach) {
    let broken = |events: &[Drawn], law: Law| {
        let all = moments(events, steps);
        all.into_iter().find_map(|at| breach(stage, events, at).filter(|breach| breach.law == law))
    };
    loop {
        let smaller = smaller(&events).find_map(|less| broken(&less, found.law).map(|breach| (less, breach)));
        match smaller {
            Some((less, breach)) => (events, found) = (less, breach),
            None => return (events, found),
        }
    }
}

/// Every timeline that has one thing less.
fn smaller(events: &[Drawn]) -> impl Iterator<Item = Vec<Drawn>> {
    let without_event = (0..events.len()).map(move |place| {
        let mut less = events.to_vec();
        less.remove(place);
        less
    });
    let simpler = events.iter().enumerate().flat_map(move |(place, event)| {
        simpler(event).into_iter().map(move |simpler| {
            let mut less = events.to_vec();
            if let Some(slot) = less.get_mut(place) {
                *slot = simpler;
            }
            less
        })
    });
    without_event.chain(simpler)
}

fn simpler(event: &Drawn) -> Vec<Drawn> {
    let mut all = Vec::new();
    if event.actor != Actor::Unknown {
        all.push(Drawn { actor: Actor::Unknown, ..event.clone() });
    }
    if let Json::Object(data) = &event.data {
        all.extend(data.keys().map(|key| {
            let mut less = data.clone();
            less.remove(key);
            Drawn { data: Json::Object(less), ..event.clone() }
        }));
    }
    all
}
