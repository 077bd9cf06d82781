//! What is signed, and how many parties it takes.

use assay_domain::{
    approval::{Approval, Approvals, Consent, Parties, Succession},
    canon::Digest,
    id::{ApprovalKeyId, CustomerId},
    key::Mode,
};

use super::rules::moment;

fn consent() -> Consent<'static> {
    Consent {
        tenant: "vendor",
        mode: Mode::Live,
        customer: "acme",
        definition: "resolved-ticket",
        hash: Digest::from_bytes(std::array::from_fn(|at| at as u8)),
        from: "2016-03-01T00:00:00Z".parse().unwrap(),
    }
}

/// The digests were computed by a second implementation, in another language.
#[test]
fn what_is_signed_never_changes() {
    let message = consent().message();
    assert_eq!(
        (message.len(), Digest::of(&message).to_string().as_str()),
        (133, "abb17439da630637383aa08ee2045b91e7a318dc0555facad84072e0bca66b84")
    );
    let (old, new) = ("aa".repeat(32), "bb".repeat(32));
    let succession = Succession { tenant: "vendor", mode: Mode::Test, customer: "acme", old: &old, new: &new };
    let message = succession.message();
    assert_eq!(
        (message.len(), Digest::of(&message).to_string().as_str()),
        (210, "02e87aaa7f80e9fab400409b1b1dd3bab0365080ace93aca16fd8b558ec31bcf")
    );
}

#[test]
fn all_that_is_agreed_on_is_signed() {
    let others = [
        Consent { tenant: "other", ..consent() },
        Consent { mode: Mode::Test, ..consent() },
        Consent { customer: "globex", ..consent() },
        Consent { definition: "csat", ..consent() },
        Consent { hash: Digest::of(b"another"), ..consent() },
        Consent { from: moment("0"), ..consent() },
        // What ends one text does not begin the next.
        Consent { tenant: "vendorl", ..consent() },
    ];
    for other in others {
        assert_ne!(other.message(), consent().message(), "{other:?}");
    }
}

#[test]
fn parties_have_names_and_an_order() {
    for (parties, name) in [(Parties::One, "one-party"), (Parties::Two, "two-party")] {
        assert_eq!((parties.to_string().as_str(), name.parse()), (name, Ok(parties)));
    }
    assert!("three-party".parse::<Parties>().is_err());
    assert!(Parties::One < Parties::Two);
    assert_eq!(Parties::default(), Parties::One);
}

#[test]
fn approvals_are_kept_by_customer_and_forgotten_by_the_time_they_were_given() {
    let given = |customer: i64, at: &str, key: Option<i64>| Approval {
        customer: CustomerId(customer),
        from: moment("20"),
        key: key.map(ApprovalKeyId),
        at: moment(at),
    };
    let all: Approvals = [given(1, "5", Some(1)), given(2, "6", None), given(1, "7", None)].into_iter().collect();
    let of = |approvals: &Approvals, customer: i64| {
        approvals.of(CustomerId(customer)).iter().map(|approval| (approval.at, approval.parties())).collect::<Vec<_>>()
    };
    assert_eq!(of(&all, 1), [(moment("5"), Parties::Two), (moment("7"), Parties::One)]);
    assert_eq!((of(&all, 2).len(), of(&all, 3).len(), all.iter().count()), (1, 0, 3));
    let before = all.given_by(moment("6"));
    assert_eq!((of(&before, 1).len(), of(&before, 2).len()), (1, 1));
    assert!(before.given_by(moment("4")).is_empty());
}
