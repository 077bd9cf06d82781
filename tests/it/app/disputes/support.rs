//! Outcomes that are sold, and what people say of them.

use assay_app::{AppError, DisputeDetail, DisputeRequest, StepView};
use assay_domain::{
    dispute::{Category, DisputeTerms, Finding},
    id::{AgreementId, DisputeId, VersionId},
    money::Amount,
    ruling::Ruling,
};
use assay_tests::assay::{Installation, at};

use crate::app::support::{accept, event, number};

/// A dispute of an outcome under `fixed`, opened by the tenant.
pub fn request(subject: &str) -> DisputeRequest {
    DisputeRequest {
        interaction: subject.into(),
        definition: "fixed".into(),
        customer: None,
        category: Category::NotDelivered,
        claim: "it was never solved".into(),
        events: Vec::new(),
    }
}

/// Opens one; its books must add up after it, as after every step here.
pub async fn open(installation: &Installation, subject: &str) -> DisputeDetail {
    open_as(installation, &request(subject)).await
}

pub async fn open_as(installation: &Installation, request: &DisputeRequest) -> DisputeDetail {
    let detail = installation.assay.open_dispute(&installation.caller, request).await.expect("a dispute");
    sound(installation).await;
    detail
}

pub async fn decide(installation: &Installation, id: DisputeId, ruling: Ruling) -> DisputeDetail {
    let Installation { assay, caller, .. } = installation;
    let detail = assay.decide_dispute(caller, id, ruling, "the log says so").await.expect("a decision");
    sound(installation).await;
    detail
}

pub async fn appeal(installation: &Installation, id: DisputeId) -> DisputeDetail {
    let detail = try_appeal(installation, id).await.expect("an appeal");
    sound(installation).await;
    detail
}

pub async fn try_appeal(installation: &Installation, id: DisputeId) -> Result<DisputeDetail, AppError> {
    installation.assay.appeal_dispute(&installation.caller, id, "the log is of another ticket").await
}

/// A split that takes a share back.
pub fn split(share: &str) -> Ruling {
    Ruling::Split(share.parse().expect("a share"))
}

/// Where a dispute stands, and what that makes of the outcome: `decided: uphold, reversed`.
pub fn stands(detail: &DisputeDetail) -> String {
    let view = &detail.view;
    let ruling = view.state.ruling().map(|ruling| format!(": {ruling}")).unwrap_or_default();
    format!("{}{ruling}, {}", view.state.name(), view.effect.name())
}

/// Each step in short: `open stands`, `decided: uphold reversed, by default`.
pub fn steps(detail: &DisputeDetail) -> Vec<String> {
    let step = |step: &StepView| {
        let ruling = step.state.ruling().map(|ruling| format!(": {ruling}")).unwrap_or_default();
        let by_default = if step.by_default { ", by default" } else { "" };
        format!("{}{ruling} {}{by_default}", step.state.name(), step.effect.name())
    };
    detail.steps.iter().map(step).collect()
}

/// What executing the judgement again has found, step by step of those that opened the dispute.
pub fn findings(detail: &DisputeDetail) -> Vec<Finding> {
    detail.steps.iter().filter_map(|step| Some(step.finding.as_ref()?.finding)).collect()
}

/// What it was worth.
pub fn worth(detail: &DisputeDetail) -> Option<String> {
    detail.view.amount.map(Amount::decimal)
}

/// What stands of an interaction's outcomes on all bills, in millionths.
pub async fn billed_micros(installation: &Installation, subject: &str) -> i64 {
    let sql = format!(
        "select coalesce(sum(u.quantity), 0) from usage u join interactions i on i.id = u.interaction \
         where u.meter = 'outcome' and i.subject = '{subject}'"
    );
    number(installation, &sql).await
}

/// Everything that is held: `returnable acme resolutions 0.99 USD`.
pub async fn held(installation: &Installation) -> Vec<String> {
    let holds = installation.assay.holds(&installation.caller).await.expect("holds");
    holds.iter().map(|hold| format!("{} {} {} {}", hold.side, hold.customer, hold.charge, hold.amount)).collect()
}

/// The ledger is sound, and every event and every cent is somewhere.
pub async fn sound(installation: &Installation) {
    let Installation { assay, caller, .. } = installation;
    let audit = assay.audit_ledger(caller).await.expect("an audit");
    assert_eq!(audit.violations, []);
    let report = assay.conservation(caller, None).await.expect("a report");
    let failing: Vec<_> = report.equations.iter().filter(|equation| !equation.holds).collect();
    assert!(failing.is_empty(), "{failing:?}");
}

/// How many events are in a class.
pub async fn in_class(installation: &Installation, class: &str) -> u64 {
    let report = installation.assay.conservation(&installation.caller, None).await.expect("a report");
    report.classes.iter().find(|(known, _)| known.to_string() == class).map(|(_, events)| *events).expect("a class")
}

/// An event of a ticket of acme, whenever it is told.
pub async fn tell(installation: &Installation, subject: &str, kind: &str, time: &str) {
    let late = event(subject, &format!("{subject}-{kind}-{time}"), &format!("ticket.{kind}"), at(time), Some("acme"));
    accept(installation, &installation.caller, vec![late]).await;
}

/// Settles what the disputes of every agreement keep to.
pub async fn settle(installation: &Installation, change: impl Fn(&mut DisputeTerms)) {
    let Installation { assay, caller, .. } = installation;
    let mut terms = DisputeTerms::default();
    change(&mut terms);
    for agreement in agreements(installation).await {
        assay.settle_dispute_terms(caller, agreement, terms).await.expect("settled");
    }
}

pub async fn agreements(installation: &Installation) -> Vec<AgreementId> {
    let all = installation.assay.agreements(&installation.caller).await.expect("agreements");
    all.into_iter().map(|agreement| agreement.id).collect()
}

/// The next version of `fixed`, in force for nobody.
pub async fn draft(installation: &Installation, parameters: &[(&str, &str)]) -> VersionId {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = assay_app::VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters,
        timing: crate::app::stage::ORDINARY,
        active_from: None,
    };
    installation.assay.create_version(&installation.caller, &request).await.expect("a draft").id
}
