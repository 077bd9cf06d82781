//! Terms follow the facts: what judges an interaction changes with its opening and its customer, and the usage changes with them.

use assay_app::{AgreementRequest, VersionRequest};
use assay_rating::card::RateCard;
use assay_tests::assay::{Installation, at};
use serde_json::json;

use super::{
    stage::{ORDINARY, Stage},
    support::{card, standard},
};

/// A version in force for nobody but those whose agreement names it.
async fn draft(stage: &Stage, parameters: &[(&str, &str)]) {
    let Installation { assay, caller, .. } = &stage.installation;
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (definition, rule) = ("fixed".into(), "resolved-ticket".into());
    let request = VersionRequest { definition, rule, parameters, timing: ORDINARY, active_from: None };
    assay.create_version(caller, &request).await.expect("a draft");
}

/// An agreement with acme.
async fn agree(stage: &Stage, definition: &str, number: Option<u32>, card: &RateCard, (from, until): (&str, Option<&str>)) {
    let Installation { assay, caller, .. } = &stage.installation;
    assay.create_customer(caller, "acme").await.expect("a customer");
    assay.create_rate_card(caller, card).await.expect("a card");
    let request = AgreementRequest {
        customer: "acme".into(),
        definitions: vec![(definition.into(), number)],
        parties: Default::default(),
        rate_card: card.name.clone(),
        overrides: Default::default(),
        from: at(from),
        until: until.map(at),
    };
    assay.create_agreements(caller, &[request]).await.expect("an agreement");
}

/// The first version for the past, the second for everybody from March on, the third for acme.
#[tokio::test]
async fn terms_follow_a_late_customer_and_a_late_opening() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("fixed", &[("window", "72h")], ORDINARY, "2016-03-01T00:00:00Z").await;
    draft(&stage, &[("window", "48h")]).await;
    agree(&stage, "fixed", Some(3), &standard(), ("2016-03-01T00:00:00Z", None)).await;
    stage
        .play(
            "
        > 03-02 08:00 T1 opened     -
        > 03-02 10:00 T1 resolved   globex
        @ 03-10 00:00
        = T1 globex fixed@2 final resolved 03-05 10:00
        ~ globex fixed attempt +1 03-02 08:00 T1
        ~ globex fixed outcome +1 03-05 10:00 T1
        > 03-02 09:00 T1 note.added acme
        @ 03-10 00:00
        = T1 acme fixed@3 final resolved 03-04 10:00
        ~ acme fixed attempt +1 03-02 08:00 T1
        ~ acme fixed outcome +1 03-04 10:00 T1
        ~ globex fixed attempt -1 03-02 08:00 T1
        ~ globex fixed outcome -1 03-05 10:00 T1
        > 02-29 23:59 T1 note.added -
        @ 03-10 00:00
        = T1 acme fixed@1 final resolved 03-03 10:00
        ~ acme fixed attempt +1 02-29 23:59 T1
        ~ acme fixed attempt -1 03-02 08:00 T1
        ~ acme fixed outcome +1 03-03 10:00 T1
        ~ acme fixed outcome -1 03-04 10:00 T1
    ",
        )
        .await;
}

#[tokio::test]
async fn a_definition_that_the_late_customer_did_not_agree_to_is_withdrawn() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    stage.define("strict", &[("retry", "false")], ORDINARY, "2016-01-01T00:00:00Z").await;
    let strict = json!({ "code": "strict", "label": "Strictly", "model": "unit", "meter": { "outcome-of": "strict" }, "price": "0.99" });
    agree(&stage, "strict", None, &card("strictly", json!([strict])), ("2016-03-01T00:00:00Z", None)).await;
    stage
        .play(
            "
        > 03-02 08:00 T1 opened     -
        > 03-02 10:00 T1 resolved   globex
        @ 03-05 00:00
        = T1 globex fixed@1 final resolved 03-03 10:00
        = T1 globex strict@1 final resolved 03-03 10:00
        ~ globex fixed attempt +1 03-02 08:00 T1
        ~ globex fixed outcome +1 03-03 10:00 T1
        ~ globex strict attempt +1 03-02 08:00 T1
        ~ globex strict outcome +1 03-03 10:00 T1
        > 03-02 09:00 T1 note.added acme
        @ 03-05 00:00
        = T1 acme strict@1 final resolved 03-03 10:00
        ~ acme strict attempt +1 03-02 08:00 T1
        ~ acme strict outcome +1 03-03 10:00 T1
        ~ globex fixed attempt -1 03-02 08:00 T1
        ~ globex fixed outcome -1 03-03 10:00 T1
        ~ globex strict attempt -1 03-02 08:00 T1
        ~ globex strict outcome -1 03-03 10:00 T1
    ",
        )
        .await;
}

/// From its first instant up to its end; what turns out to have opened before that end is judged by it after all.
#[tokio::test]
async fn an_own_version_judges_what_opens_while_the_agreement_is_in_force() {
    let mut stage = Stage::new(&[], ORDINARY).await;
    draft(&stage, &[("window", "48h")]).await;
    agree(&stage, "fixed", Some(2), &standard(), ("2016-03-02T00:00:00Z", Some("2016-03-09T00:00:00Z"))).await;
    stage
        .play(
            "
        > 03-01 23:59 T1 opened     acme
        > 03-02 00:00 T2 opened     acme
        > 03-08 23:59 T3 opened     acme
        > 03-09 00:00 T4 opened     acme
        > 03-09 10:00 T1 resolved   acme
        > 03-09 10:00 T2 resolved   acme
        > 03-09 10:00 T3 resolved   acme
        > 03-09 10:00 T4 resolved   acme
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-10 10:00
        = T2 acme fixed@2 final resolved 03-11 10:00
        = T3 acme fixed@2 final resolved 03-11 10:00
        = T4 acme fixed@1 final resolved 03-10 10:00
        ~ acme fixed attempt +1 03-01 23:59 T1
        ~ acme fixed attempt +1 03-02 00:00 T2
        ~ acme fixed attempt +1 03-08 23:59 T3
        ~ acme fixed attempt +1 03-09 00:00 T4
        ~ acme fixed outcome +1 03-10 10:00 T1
        ~ acme fixed outcome +1 03-10 10:00 T4
        ~ acme fixed outcome +1 03-11 10:00 T2
        ~ acme fixed outcome +1 03-11 10:00 T3
        > 03-08 12:00 T4 note.added -
        @ 03-20 00:00
        = T1 acme fixed@1 final resolved 03-10 10:00
        = T2 acme fixed@2 final resolved 03-11 10:00
        = T3 acme fixed@2 final resolved 03-11 10:00
        = T4 acme fixed@2 final resolved 03-11 10:00
        ~ acme fixed attempt +1 03-08 12:00 T4
        ~ acme fixed attempt -1 03-09 00:00 T4
        ~ acme fixed outcome +1 03-11 10:00 T4
        ~ acme fixed outcome -1 03-10 10:00 T4
    ",
        )
        .await;
}
