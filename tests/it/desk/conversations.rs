//! Conversations: who says what when, and what customers think of it.

use std::collections::BTreeSet;

use assay_domain::{
    event::{Actor, NewEvent},
    time::Duration,
};

use super::{BIG, DESK, acts, json, per_ten_thousand, stories, text};

fn kinds(events: &[NewEvent]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

/// Where a kind of event comes up.
fn places(events: &[NewEvent], kind: &str) -> Vec<usize> {
    events.iter().enumerate().filter(|(_, event)| event.kind == kind).map(|(place, _)| place).collect()
}

#[test]
fn everybody_plays_a_part() {
    let expected = [
        "agent.joined by human",
        "conversation.handoff by ai",
        "csat.submitted by customer",
        "message.sent by ai",
        "message.sent by customer",
        "message.sent by human",
        "ticket.opened by customer",
        "ticket.reopened by customer",
        "ticket.resolved by ai",
        "ticket.resolved by human",
    ];
    assert_eq!(acts(DESK, "chat"), BTreeSet::from(expected.map(str::to_owned)));
}

#[test]
fn a_conversation_begins_with_its_opening_and_the_customers_words() {
    for events in stories(DESK, "chat").values() {
        assert_eq!(places(events, "ticket.opened"), [0]);
        let first = events.iter().find(|event| event.kind == "message.sent");
        assert!(first.is_none_or(|message| message.sequence == 1 && message.actor == Actor::Customer), "{first:?}");
        assert!(events.iter().all(|event| event.kind != "message.sent" || !text(event, "text").is_empty()));
    }
}

#[test]
fn some_are_a_greeting_and_nothing_else() {
    let conversations = stories(BIG, "chat");
    let short = conversations.values().filter(|events| kinds(events) == ["ticket.opened", "message.sent"]);
    let words: Vec<String> = short.map(|events| text(&events[1], "text")).collect();
    let rate = per_ten_thousand(words.len(), conversations.len());
    assert!((350..=900).contains(&rate), "{rate} of ten thousand are greetings");
    let requests = words.iter().filter(|words| words.len() > 20).count();
    assert!(requests * 10 < words.len(), "only the end of the log leaves a request like that: {words:?}");
}

#[test]
fn people_join_when_the_ai_agent_hands_over_and_stay() {
    let conversations = stories(BIG, "chat");
    let mut joined = 0;
    for events in conversations.values() {
        for place in places(events, "agent.joined") {
            joined += 1;
            let handoff = &events[place - 1];
            assert_eq!(handoff.kind, "conversation.handoff");
            let (to, agent) = (text(handoff, "to"), text(&events[place], "agent"));
            assert!(!to.is_empty() && to != "AI Desk" && agent.starts_with("Agent "), "{agent} of {to}");
            assert!(events[place..].iter().all(|event| event.actor != Actor::Ai), "{events:?}");
        }
    }
    let rate = per_ten_thousand(joined, conversations.len());
    assert!((2_000..=4_500).contains(&rate), "in {rate} of ten thousand a human joins");
}

#[test]
fn what_is_resolved_was_opened_and_what_is_reopened_was_resolved() {
    let conversations = stories(BIG, "chat");
    let (mut resolved, mut reopened, mut left) = (0, 0, 0);
    for events in conversations.values() {
        let mut open = false;
        for event in events {
            match event.kind.as_str() {
                "ticket.opened" => open = true,
                "ticket.resolved" => {
                    assert!(open, "{events:?}");
                    open = false;
                }
                "ticket.reopened" => {
                    assert!(!open, "{events:?}");
                    (open, reopened) = (true, reopened + 1);
                }
                _ => {}
            }
        }
        left += usize::from(open);
        resolved += usize::from(kinds(events).contains(&"ticket.resolved"));
    }
    for (name, count, expected) in
        [("resolved", resolved, 7_500..=9_200), ("reopened", reopened, 300..=1_200), ("left open", left, 800..=2_500)]
    {
        let rate = per_ten_thousand(count, conversations.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

#[test]
fn most_give_no_score_and_some_give_it_early_late_or_twice() {
    let conversations = stories(BIG, "chat");
    let (mut scored, mut early, mut late, mut twice, mut scores) = (0, 0, 0, 0, BTreeSet::new());
    for events in conversations.values() {
        let given = places(events, "csat.submitted");
        let resolution = places(events, "ticket.resolved").first().copied();
        scored += usize::from(!given.is_empty());
        twice += usize::from(given.len() > 1);
        for place in given {
            let data = json(&events[place]);
            scores.insert(data["score"].as_u64());
            assert!(data["comment"].as_str().is_some_and(|comment| !comment.is_empty()), "{data}");
            let before = resolution.is_none_or(|resolution| place < resolution);
            early += usize::from(before);
            let since = |resolution: usize| events[place].occurred_at.since(events[resolution].occurred_at);
            late += usize::from(!before && resolution.is_some_and(|resolution| since(resolution) > Duration::days(7)));
        }
    }
    assert_eq!(scores, BTreeSet::from([1, 2, 3, 4, 5].map(Some)));
    for (name, count, expected) in
        [("scored", scored, 2_000..=3_800), ("early", early, 100..=700), ("late", late, 100..=700), ("twice", twice, 100..=700)]
    {
        let rate = per_ten_thousand(count, conversations.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}

#[test]
fn tests_name_no_customer() {
    let conversations = stories(BIG, "chat");
    let is_test = |event: &NewEvent| ["Test, please ignore", "Trying out the chat window"].contains(&text(event, "text").as_str());
    let tests: Vec<&NewEvent> = conversations.values().flatten().filter(|event| is_test(event)).collect();
    assert!(tests.iter().all(|event| event.customer.is_none()), "{tests:?}");
    let rate = per_ten_thousand(tests.len(), conversations.len());
    assert!((120..=500).contains(&rate), "{rate} of ten thousand are tests");
}
