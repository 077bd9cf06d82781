//! Documents: well or badly processed, failed, withdrawn, processed again.

use std::collections::BTreeSet;

use assay_domain::{event::NewEvent, time::Duration};

use super::{BIG, acts, json, per_ten_thousand, stories, text};

#[test]
fn people_work_on_documents_too() {
    let expected = [
        "document.failed by ai",
        "document.failed by human",
        "document.processed by ai",
        "document.processed by human",
        "document.received by customer",
        "document.retracted by human",
    ];
    assert_eq!(acts(BIG, "documents"), BTreeSet::from(expected.map(str::to_owned)));
}

#[test]
fn a_document_stays_what_it_was_received_as() {
    for events in stories(BIG, "documents").values() {
        assert_eq!(events[0].kind, "document.received");
        let form = |event: &NewEvent| (json(event)["kind"].clone(), json(event)["pages"].clone());
        let received = form(&events[0]);
        assert!(received.0.is_string() && received.1.as_u64().is_some_and(|pages| (1..=12).contains(&pages)), "{received:?}");
        for event in &events[1..] {
            match event.kind.as_str() {
                "document.processed" => assert_eq!(form(event), received),
                _ => assert!(!text(event, "reason").is_empty(), "{event:?}"),
            }
        }
    }
}

/// The quality of a processing as its event's text has it, in hundredths.
fn quality(event: &NewEvent) -> u64 {
    let (_, text) = event.data.split_once("\"quality\":").expect("a quality");
    let (whole, hundredths) = (&text[..1], &text[2..4]);
    assert!(text[1..].starts_with('.') && text[4..].starts_with(','), "two decimals: {}", event.data);
    assert!(json(event)["quality"].is_number(), "{}", event.data);
    whole.parse::<u64>().expect("a digit") * 100 + hundredths.parse::<u64>().expect("two digits")
}

#[test]
fn most_are_processed_well() {
    let documents = stories(BIG, "documents");
    let processed: Vec<&NewEvent> = documents.values().flatten().filter(|event| event.kind == "document.processed").collect();
    let qualities: Vec<u64> = processed.into_iter().map(quality).collect();
    assert!(qualities.iter().all(|quality| (1..=100).contains(quality)), "{qualities:?}");
    let good = qualities.iter().filter(|quality| **quality >= 90).count();
    let rate = per_ten_thousand(good, qualities.len());
    assert!((8_000..=9_500).contains(&rate), "{rate} of ten thousand are good");
}

#[test]
fn documents_fail_and_are_withdrawn_and_processed_again() {
    let documents = stories(BIG, "documents");
    let (mut processed, mut failed, mut retried, mut early, mut late, mut redone) = (0, 0, 0, 0, 0, 0);
    for events in documents.values() {
        let has = |kind: &str| events.iter().any(|event| event.kind == kind);
        processed += usize::from(has("document.processed"));
        failed += usize::from(has("document.failed"));
        for (place, event) in events.iter().enumerate() {
            let comes_back = events[place + 1..].iter().any(|later| later.kind == "document.processed");
            retried += usize::from(event.kind == "document.failed" && comes_back);
            if event.kind == "document.retracted" {
                let before = &events[place - 1];
                assert_eq!(before.kind, "document.processed", "{events:?}");
                let in_time = event.occurred_at.since(before.occurred_at) < Duration::hours(72);
                early += usize::from(in_time);
                late += usize::from(!in_time);
                redone += usize::from(comes_back);
            }
        }
    }
    for (name, count, expected) in [
        ("processed", processed, 8_800..=9_800),
        ("failed", failed, 700..=1_800),
        ("processed after a failure", retried, 400..=1_500),
        ("retracted within three days", early, 150..=800),
        ("retracted later", late, 20..=400),
        ("processed after a retraction", redone, 100..=800),
    ] {
        let rate = per_ten_thousand(count, documents.len());
        assert!(expected.contains(&rate), "{rate} of ten thousand are {name}");
    }
}
