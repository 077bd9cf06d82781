//! The receipt's two forms: the canonical document, whose digest stays the same for ever, and JSON, which comes back as it was.

use assay_domain::{
    approval::Parties,
    decimal::{Decimal, Quantity},
    definition::Timing,
    id::{DisputeId, EvaluationId, EventId, InteractionId},
    outcome::Meter,
    time::{Duration, Limit, Timestamp},
    value::Value,
};
use assay_receipt::{
    chain::Link,
    receipt::{Approved, Change, Evidence, JudgedBy, Judgement, Receipt, Voucher},
};

use super::support::{ORIGIN, digest, hash, secret};

/// The JSON of [`whole`] and [`bare`].
pub const WHOLE: &str = include_str!("whole.json");
pub const BARE: &str = include_str!("bare.json");

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// A receipt that tells all there is to tell.
pub fn whole() -> Receipt {
    Receipt {
        origin: ORIGIN.into(),
        customer: digest(1),
        number: 7,
        previous: Some(digest(2)),
        recorded_at: moment("2016-03-10T00:00:00.123456Z"),
        change: Change {
            usage: 41,
            meter: Meter::Outcome,
            quantity: Quantity::from_micros(-1_500_000),
            dated_at: moment("2016-03-01T10:00:00Z"),
            class: Some("large".into()),
            value: Some(decimal("1200.5")),
            credit: Some("ai:3 human:1".parse().expect("a credit")),
            earned_under: digest(3),
            dispute: Some(DisputeId(5)),
        },
        definition: JudgedBy {
            name: "resolved-ticket".into(),
            version: 3,
            hash: digest(4),
            component: digest(5),
            contract: "assay:rule@0.1.0".into(),
            parameters: parameters(),
            timing: Timing {
                deadline: Limit::Limited(Duration::days(90)),
                settles_after: Duration::seconds(36),
                reversible_for: Limit::Unlimited,
            },
            parties: Parties::Two,
            approval: Some(approved()),
        },
        judgement: Judgement {
            evaluation: EvaluationId(1_234),
            interaction: InteractionId(77),
            input: digest(6),
            as_of: moment("2016-03-09T23:59:59Z"),
            conclusion: "success".into(),
            reason: Some("resolved".into()),
            detail: Some(digest(7)),
            evidence: evidence(),
        },
    }
}

/// One of every kind.
fn parameters() -> Vec<Value> {
    vec![
        Value::Missing,
        Value::Boolean(true),
        Value::Integer(-5),
        Value::Decimal(decimal("12.5")),
        Value::Text("zoë".into()),
        Value::Timestamp(moment("2016-01-01T00:00:00Z")),
        Value::Duration(Duration::hours(36)),
    ]
}

/// What the customer has signed.
pub fn approved() -> Approved {
    let signature = secret(1).sign(b"what the customer has agreed to");
    Approved { key: secret(1).public(), from: moment("2016-02-01T00:00:00Z"), signature }
}

/// An event that both vouch for who can, and one that nobody vouches for.
fn evidence() -> Vec<Evidence> {
    let signature = secret(2).sign(b"what the sender has attested");
    let by_key = Voucher::EventKey { key: secret(2).public(), signature, own: true };
    let by_service = Voucher::Webhook { endpoint: 2, secret: 9 };
    vec![
        Evidence { event: EventId(5), fact: digest(8), vouchers: vec![by_key, by_service] },
        Evidence { event: EventId(9), fact: digest(9), vouchers: Vec::new() },
    ]
}

/// A receipt that tells as little as there can be.
pub fn bare() -> Receipt {
    Receipt {
        origin: ORIGIN.into(),
        customer: digest(1),
        number: 1,
        previous: None,
        recorded_at: moment("2016-03-10T00:00:00Z"),
        change: Change {
            usage: 40,
            meter: Meter::Attempt,
            quantity: Quantity::ONE,
            dated_at: moment("2016-03-01T10:00:00Z"),
            class: None,
            value: None,
            credit: None,
            earned_under: digest(4),
            dispute: None,
        },
        definition: JudgedBy {
            name: "resolved-ticket".into(),
            version: 1,
            hash: digest(4),
            component: digest(5),
            contract: "assay:rule@0.1.0".into(),
            parameters: Vec::new(),
            timing: Timing { deadline: Limit::Unlimited, ..Timing::default() },
            parties: Parties::One,
            approval: None,
        },
        judgement: Judgement {
            evaluation: EvaluationId(1),
            interaction: InteractionId(2),
            input: digest(6),
            as_of: moment("2016-03-09T23:59:59Z"),
            conclusion: "failure".into(),
            reason: None,
            detail: None,
            evidence: Vec::new(),
        },
    }
}

/// The digests were computed by a second implementation, in another language, from the JSON.
#[test]
fn a_receipt_s_digest_never_changes() {
    assert_eq!(whole().digest(), hash("dc5331bb0d8c4c8dd02d63d7f1c76ee8c3b7d80feedc6c18a6a4ae759a139862"));
    assert_eq!(bare().digest(), hash("03781f7850e92a32d64900c2e0f4c24f8afe9ef5780d8dc0b5582f31c782a60b"));
}

#[test]
fn a_receipt_s_json_never_changes() {
    for (receipt, json) in [(whole(), WHOLE), (bare(), BARE)] {
        assert_eq!(serde_json::to_string_pretty(&receipt).expect("JSON") + "\n", json);
        let read: Receipt = serde_json::from_str(json).expect("a receipt");
        assert_eq!(read, receipt);
        assert_eq!(read.digest(), receipt.digest());
    }
}

#[test]
fn a_receipt_is_a_link_of_its_chain() {
    let whole = whole();
    assert_eq!(whole.link(), Link { number: 7, previous: Some(digest(2)), digest: whole.digest() });
    assert_eq!(bare().link(), Link { number: 1, previous: None, digest: bare().digest() });
}
