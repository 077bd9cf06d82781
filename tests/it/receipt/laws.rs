//! What holds of every receipt by itself, each law broken once.

use assay_domain::{approval::Parties, decimal::Quantity, id::EventId};
use assay_receipt::receipt::{Evidence, Receipt, ReceiptError};

use super::{
    receipts::{approved, bare, whole},
    support::digest,
};

type Start = fn() -> Receipt;
type Change = fn(&mut Receipt);

#[test]
fn what_can_be_a_receipt_is_one() {
    let rows: [(&str, Change); 6] = [
        ("as it is", |_| ()),
        ("a later one", |receipt| receipt.number = i64::MAX),
        ("one that withdraws the least there is", |receipt| receipt.change.quantity = Quantity::from_micros(-1)),
        ("without evidence", |receipt| receipt.judgement.evidence.clear()),
        ("one event alone", |receipt| receipt.judgement.evidence.truncate(1)),
        ("events that follow each other", |receipt| receipt.judgement.evidence[1].event = EventId(6)),
    ];
    for (name, change) in rows {
        let mut receipt = whole();
        change(&mut receipt);
        assert_eq!(receipt.check(), Ok(()), "{name}");
    }
    assert_eq!(bare().check(), Ok(()));
}

#[test]
fn what_can_be_no_receipt_is_refused_by_its_law() {
    let (of_whole, of_bare): (Start, Start) = (whole, bare);
    let rows: [(&str, Start, Change, ReceiptError); 14] = [
        ("number nothing", of_bare, |receipt| receipt.number = 0, ReceiptError::Number(0)),
        ("a number below nothing", of_whole, |receipt| receipt.number = -1, ReceiptError::Number(-1)),
        ("the least number", of_whole, |receipt| receipt.number = i64::MIN, ReceiptError::Number(i64::MIN)),
        ("the first, and one before it", of_bare, |receipt| receipt.previous = Some(digest(2)), ReceiptError::Previous),
        ("a later one as the first", of_whole, |receipt| receipt.number = 1, ReceiptError::Previous),
        ("the first as a later one", of_bare, |receipt| receipt.number = 2, ReceiptError::Previous),
        ("a later one, and none before it", of_whole, |receipt| receipt.previous = None, ReceiptError::Previous),
        ("no change", of_whole, |receipt| receipt.change.quantity = Quantity::ZERO, ReceiptError::Nothing),
        ("two parties without a signature", of_whole, |receipt| receipt.definition.approval = None, ReceiptError::Approval),
        ("one party as two", of_bare, |receipt| receipt.definition.parties = Parties::Two, ReceiptError::Approval),
        ("one party with a signature", of_bare, |receipt| receipt.definition.approval = Some(approved()), ReceiptError::Approval),
        ("two parties as one", of_whole, |receipt| receipt.definition.parties = Parties::One, ReceiptError::Approval),
        ("an event twice", of_whole, |receipt| receipt.judgement.evidence[1].event = EventId(5), ReceiptError::Order(EventId(5))),
        ("events in another order", of_whole, |receipt| receipt.judgement.evidence.swap(0, 1), ReceiptError::Order(EventId(5))),
    ];
    for (name, receipt, change, expected) in rows {
        let mut receipt = receipt();
        change(&mut receipt);
        assert_eq!(receipt.check(), Err(expected), "{name}");
    }
}

#[test]
fn events_are_in_order_wherever_they_stand() {
    let of = |events: &[i64]| {
        let mut receipt = whole();
        let one = receipt.judgement.evidence[0].clone();
        let evidence = events.iter().map(|event| Evidence { event: EventId(*event), ..one.clone() });
        receipt.judgement.evidence = evidence.collect();
        receipt.check()
    };
    let rows: [(&[i64], Option<i64>); 8] = [
        (&[1, 2, 3, 10, 11], None),
        (&[-1, 0, 1], None),
        (&[1, 1, 2], Some(1)),
        (&[1, 2, 2], Some(2)),
        (&[2, 1, 3], Some(1)),
        (&[1, 3, 2], Some(2)),
        (&[1, 2, 1], Some(1)),
        (&[3, 2, 1], Some(2)),
    ];
    for (events, refused) in rows {
        let expected = refused.map_or(Ok(()), |event| Err(ReceiptError::Order(EventId(event))));
        assert_eq!(of(events), expected, "{events:?}");
    }
}

#[test]
fn a_refusal_names_the_member() {
    let rows = [
        (ReceiptError::Number(0), "number: "),
        (ReceiptError::Previous, "previous: "),
        (ReceiptError::Nothing, "change.quantity: "),
        (ReceiptError::Order(EventId(5)), "judgement.evidence: evt_0000000000005 "),
        (ReceiptError::Approval, "definition.approval: "),
    ];
    for (error, place) in rows {
        assert!(error.to_string().starts_with(place), "{error}");
    }
}
