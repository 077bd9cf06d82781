//! Making a timeline that breaks a law as small as it gets.

use toml::Value as Toml;

use super::{
    super::{
        fixture::{Fixture, Recorded},
        stage::Stage,
    },
    breach::{Breach, breach, moments},
    material::number,
};
use crate::{bindings::wire::Actor, rule::Rule, time::Duration};

/// Leaves out events, members of their data and who acted, one after the other, for as long as the law stays broken.
pub(super) fn shrink<R: Rule>(stage: &Stage<R>, mut fixture: Fixture, steps: &[Duration], mut found: Breach) -> (Fixture, Breach) {
    let broken = |fixture: &Fixture, law| {
        let all = moments(fixture, steps);
        all.into_iter().find_map(|at| breach(stage, fixture, at).filter(|breach| breach.law == law))
    };
    loop {
        let smaller = smaller(&fixture).find_map(|less| broken(&less, found.law).map(|breach| (less, breach)));
        match smaller {
            Some((less, breach)) => (fixture, found) = (less, breach),
            None => return (fixture, found),
        }
    }
}

/// Every timeline that has one thing less.
fn smaller(fixture: &Fixture) -> impl Iterator<Item = Fixture> {
    let without_event = (0..fixture.events.len()).map(move |place| {
        let mut less = fixture.clone();
        less.events.remove(place);
        less
    });
    let simpler = (0..fixture.events.len()).flat_map(move |place| {
        let of_event = fixture.events.get(place).map(simpler).unwrap_or_default();
        of_event.into_iter().map(move |event| {
            let mut less = fixture.clone();
            if let Some(slot) = less.events.get_mut(place) {
                *slot = event;
            }
            less
        })
    });
    without_event.chain(simpler).map(|mut less| {
        number(&mut less.events);
        less
    })
}

fn simpler(event: &Recorded) -> Vec<Recorded> {
    let mut all = Vec::new();
    if event.actor != Actor::Unknown {
        let mut less = event.clone();
        less.actor = Actor::Unknown;
        all.push(less);
    }
    if let Toml::Table(data) = &event.data {
        all.extend(data.keys().map(|key| {
            let (mut less, mut data) = (event.clone(), data.clone());
            data.remove(key);
            less.data = Toml::Table(data);
            less
        }));
    }
    all
}
