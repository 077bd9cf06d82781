//! Agreements: one at a time per customer, each definition named once, and only of things that are there.

use assay_app::AgreementRequest;
use assay_domain::time::Timestamp;
use assay_tests::assay::{Installation, at};

use super::{
    stage::ORDINARY,
    support::{accept, complaint, drain, number, standard, tickets},
};

/// A customer without an agreement, a definition and a card.
async fn prepared() -> Installation {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 2, 1)).await;
    drain(&installation, caller).await;
    assay.create_rate_card(caller, &standard()).await.expect("a card");
    installation
}

fn request(from: &str, until: Option<&str>) -> AgreementRequest {
    AgreementRequest {
        customer: "acme".into(),
        definitions: vec![("fixed".into(), None)],
        parties: Default::default(),
        rate_card: "standard".into(),
        overrides: Default::default(),
        from: at(from),
        until: until.map(at),
    }
}

async fn refusal(installation: &Installation, requests: &[AgreementRequest]) -> String {
    complaint(installation.assay.create_agreements(&installation.caller, requests).await)
}

#[tokio::test]
async fn agreements_of_a_customer_do_not_overlap() {
    let installation = prepared().await;
    let Installation { assay, caller, .. } = &installation;
    let spring = request("2016-03-01T00:00:00Z", Some("2016-06-01T00:00:00Z"));
    assay.create_agreements(caller, &[spring]).await.expect("an agreement");
    for (from, until) in [
        ("2016-03-01T00:00:00Z", Some("2016-06-01T00:00:00Z")),
        ("2016-02-01T00:00:00Z", None),
        ("2016-02-01T00:00:00Z", Some("2016-03-01T00:00:00.000001Z")),
        ("2016-05-31T23:59:59.999999Z", None),
        ("2016-04-01T00:00:00Z", Some("2016-05-01T00:00:00Z")),
    ] {
        let refused = refusal(&installation, &[request(from, until)]).await;
        assert!(refused.contains("\"acme\" has the agreement") && refused.contains("start when the old one ends"), "{refused}");
    }
    let before = request("2016-02-01T00:00:00Z", Some("2016-03-01T00:00:00Z"));
    let after = request("2016-06-01T00:00:00Z", None);
    assay.create_agreements(caller, &[after, before]).await.expect("agreements that touch");
    assert_eq!(assay.agreements(caller).await.expect("agreements").len(), 3);
}

#[tokio::test]
async fn agreements_made_together_do_not_overlap_either() {
    let installation = prepared().await;
    let twice = [request("2016-03-01T00:00:00Z", None), request("2016-05-01T00:00:00Z", None)];
    let refused = refusal(&installation, &twice).await;
    assert!(refused.contains("start when the old one ends"), "{refused}");
    assert_eq!(number(&installation, "select count(*) from agreements").await, 0);
}

#[tokio::test]
async fn an_agreement_names_what_its_card_charges_for() {
    let installation = prepared().await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "other", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    let named = |slugs: &[&str]| AgreementRequest {
        definitions: slugs.iter().map(|slug| ((*slug).to_owned(), None)).collect(),
        ..request("2016-03-01T00:00:00Z", None)
    };
    let refused = refusal(&installation, &[named(&["other"])]).await;
    assert!(refused.contains("charges for fixed, which the agreement does not name") && refused.contains("name fixed too"), "{refused}");
    assay.create_agreements(caller, &[named(&["other", "fixed"])]).await.expect("more than the card charges for");
}

#[tokio::test]
async fn an_agreement_ends_after_it_starts() {
    let installation = prepared().await;
    for until in ["2016-03-01T00:00:00Z", "2016-02-01T00:00:00Z"] {
        let refused = refusal(&installation, &[request("2016-03-01T00:00:00Z", Some(until))]).await;
        assert!(refused.starts_with("until: it is not after 2016-03-01T00:00:00Z") && refused.contains("or none"), "{refused}");
    }
}

#[tokio::test]
async fn what_an_agreement_names_is_there() {
    let installation = prepared().await;
    let base = || request("2016-03-01T00:00:00Z", None);
    for (request, problem, remedy) in [
        (AgreementRequest { customer: "nobody".into(), ..base() }, "no customer \"nobody\"", "the list of customers"),
        (AgreementRequest { rate_card: "gold".into(), ..base() }, "no rate card \"gold\"", "the list of rate cards"),
        (AgreementRequest { definitions: vec![("mixed".into(), None)], ..base() }, "no definition \"mixed\"", "the list of definitions"),
        (
            AgreementRequest { definitions: vec![("fixed".into(), Some(7))], ..base() },
            "no version \"fixed@7\"",
            "the definition shows its versions",
        ),
        (AgreementRequest { definitions: Vec::new(), ..base() }, "names none", "at least one definition"),
    ] {
        let refused = refusal(&installation, &[request]).await;
        assert!(refused.contains(problem) && refused.contains(remedy), "{refused}");
    }
    assert_eq!(number(&installation, "select count(*) from agreements").await, 0);
}

/// Named twice, a definition would judge twice and be billed twice.
#[tokio::test]
async fn an_agreement_names_a_definition_once() {
    let installation = prepared().await;
    let named = |numbers: [Option<u32>; 2]| AgreementRequest {
        definitions: numbers.map(|number| ("fixed".into(), number)).into(),
        ..request("2016-03-01T00:00:00Z", None)
    };
    for numbers in [[None, None], [None, Some(1)], [Some(1), Some(1)]] {
        let refused = refusal(&installation, &[named(numbers)]).await;
        assert!(refused.contains("definition") && refused.contains("fixed"), "{refused}");
    }
}

#[tokio::test]
async fn a_card_charges_for_definitions_that_are_there() {
    let installation = Installation::new("2016-04-02T00:00:00Z").await;
    let refused = complaint(installation.assay.create_rate_card(&installation.caller, &standard()).await);
    assert!(refused.contains("no definition \"fixed\"") && refused.contains("create it before the card"), "{refused}");
}

#[tokio::test]
async fn an_agreement_confirms_its_customer_and_is_listed() {
    let installation = prepared().await;
    let Installation { assay, caller, .. } = &installation;
    let standing = async || assay.customers(caller).await.expect("customers")[0].standing.name();
    assert_eq!(standing().await, "unconfirmed");
    assay.create_agreements(caller, &[request("2016-03-01T00:00:00Z", None)]).await.expect("an agreement");
    assert_eq!(standing().await, "confirmed");
    let all = assay.agreements(caller).await.expect("agreements");
    let listed: Vec<(&str, &str, Timestamp)> =
        all.iter().map(|view| (view.customer.as_str(), view.rate_card.as_str(), view.from)).collect();
    assert_eq!(listed, [("acme", "standard", at("2016-03-01T00:00:00Z"))]);
}
