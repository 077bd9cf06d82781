use assay_sdk::{Actor, Decision, Duration, Timeline, testing};

use super::{Agentforce, Conversation, Settings, agentforce, sensible};

const WINDOW: Duration = Duration::hours(24);

#[test]
fn fixtures() {
    testing::run_fixtures::<Agentforce>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

fn settings() -> Settings {
    Settings { window: WINDOW, negative: 2 }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    assert_eq!(sensible(&settings()), Ok(()));
    let negative = Settings { window: Duration::hours(-1), ..settings() };
    assert!(sensible(&negative).is_err_and(|problem| problem.contains("is negative")));
}

/// Every short timeline, told by the AI, by the customer, and by both in turn.
fn every_timeline() -> Vec<Timeline<Conversation>> {
    let alphabet = [Conversation::Opened, Conversation::Message, Conversation::Scored { score: 1 }, Conversation::HandedOff];
    let mut all = testing::every_timeline(&alphabet, Duration::hours(20));
    let told = |by: [Actor; 2]| {
        move |mut timeline: Timeline<Conversation>| {
            timeline.events.iter_mut().zip(by.into_iter().cycle()).for_each(|(fact, actor)| fact.actor = actor);
            timeline
        }
    };
    let both = all.clone().into_iter().map(told([Actor::Customer, Actor::Ai]));
    let ai = all.clone().into_iter().map(told([Actor::Ai, Actor::Ai]));
    let news: Vec<_> = both.chain(ai).collect();
    all.extend(news);
    all
}

#[test]
fn time_alone_changes_nothing_that_is_decided_and_wakes_lie_ahead() {
    let settings = settings();
    for whole in every_timeline() {
        for (known, asked) in testing::beginnings(&whole, Duration::hours(20)) {
            let verdict = agentforce(&known, &settings, asked);
            match verdict.decision() {
                Decision::Success(_) | Decision::Failure => {
                    assert_eq!(agentforce(&known, &settings, asked + Duration::days(400)), verdict, "{known:?}");
                }
                Decision::Pending(wake) => assert!(wake.is_none_or(|wake| wake > asked), "{known:?}"),
                _ => {}
            }
            if let Decision::Success(success) = verdict.decision() {
                assert!(success.at <= asked, "a success that has not happened yet: {known:?}");
            }
        }
    }
}
