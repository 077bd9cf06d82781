//! Proposals in the portal: what would change, what it would have changed, signed or rejected.

use assay_app::{ApprovalKeyRequest, BacktestRequest, Candidate, ProposalRequest, Thresholds, VersionRequest, Window};
use assay_domain::{definition::Timing, proposal::ProposalDocument};
use assay_tests::assay::at;

use super::{
    portal::{billed, seen},
    support::{Site, between, readable, rows},
};
use crate::app::lifecycle::secret;

/// The busy site, billed, with a version that waits for longer than anything has lasted, offered to `acme`; gives back its page and the
/// cookie of `acme`.
async fn offered() -> (Site, String, String) {
    let site = billed().await;
    let (assay, caller) = (&site.installation.assay, &site.installation.caller);
    let version = VersionRequest {
        definition: "fixed".into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("window".into(), "1000h".into()), ("retry".into(), "false".into())],
        timing: Timing::default(),
        active_from: None,
    };
    assay.create_version(caller, &version).await.expect("a version");
    let key = ApprovalKeyRequest { name: "head of support".into(), public_key: secret(1).public().to_string() };
    assay.add_approval_key(caller, "acme", &key).await.expect("a key");
    let request = ProposalRequest { customer: Some("acme".into()), from: at("2016-06-01T00:00:00Z") };
    let id = assay.propose_version(caller, "fixed", 2, &request).await.expect("a proposal").id;
    let acme = site.customer(caller, "acme").await;
    (site, format!("/portal/proposals/{id}"), acme)
}

#[tokio::test]
async fn a_proposal_says_what_would_change_and_what_would_have() {
    let (site, path, acme) = offered().await;
    let (assay, caller) = (&site.installation.assay, &site.installation.caller);
    assert!(seen(&site, "/portal", &acme).await.contains("Proposals that wait for your answer"));
    let list = rows(&seen(&site, "/portal/proposals", &acme).await, "Versions that were proposed");
    assert!(
        matches!(list.as_slice(), [row] if row.contains("fixed, version 2 | 2016-06-01 00:00 | ! waits for your answer |")),
        "{list:?}"
    );
    let page = seen(&site, &path, &acme).await;
    assert_eq!(rows(&page, "What the version changes"), ["parameter | window | 1 day | 41 days 16 hours |"]);
    assert!(readable(&page).contains("Your vendor has not back-tested it on what is recorded."), "{page}");
    let request = BacktestRequest {
        definition: "fixed".into(),
        candidate: Candidate::Version(2),
        window: Window::default(),
        labels: Vec::new(),
        thresholds: Thresholds::default(),
        is_shadow: false,
    };
    let started = assay.start_backtest(caller, &request).await.expect("a back-test");
    assay.carry_backtest(caller, started.id, |_, _| {}).await.expect("carried");
    let page = seen(&site, &path, &acme).await;
    assert_eq!(rows(&page, "Your bills that would be others"), ["2016-03 | 501.98 USD | 500.00 USD | -1.98 USD |"]);
    let subjects: Vec<String> =
        rows(&page, "The first of your interactions").iter().map(|row| row.split(" | ").next().expect("a cell").to_owned()).collect();
    assert_eq!(subjects, ["T1", "T2"], "and none of another's");
    assert!(readable(&page).contains("2 that would be no more"), "{page}");
    let globex = site.customer(caller, "globex").await;
    for path in [path.clone(), format!("{path}/document")] {
        assert_eq!(site.get(&path, &globex).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_proposal_is_signed_elsewhere_and_approved_here() {
    let (site, path, acme) = offered().await;
    let file = site.get(&format!("{path}/document"), &acme).await;
    let name = format!("attachment; filename=\"{}.json\"", path.rsplit('/').next().expect("an id"));
    assert_eq!((file.status, file.header("content-disposition"), file.header("content-type")), (200, name.as_str(), "application/json"));
    let document: ProposalDocument = serde_json::from_str(&file.text).expect("a document");
    document.check().expect("hashes that are true");
    let to = format!("{path}/approval");
    let sign = |seed: u8| (secret(seed).public().to_string(), secret(seed).sign(&document.consent().message()).to_string());
    let (key, signature) = sign(1);
    let (other, others) = sign(2);
    for (key, signature, told) in [
        ("", "", "key: it is no ed25519 public key"),
        (key.as_str(), "", "signature: it is no ed25519 signature"),
        (other.as_str(), others.as_str(), "key: it is not registered for"),
        (key.as_str(), others.as_str(), "signature: it is not this key"),
    ] {
        let answer = site.submit(&path, &to, &acme, &[("key", key), ("signature", signature)]).await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(between(&answer.text, "role=\"alert\">", "</p>")[0].starts_with(told), "{told}: {}", answer.text);
        assert!(answer.text.contains(&format!("value=\"{key}\"")), "what was typed stays");
    }
    let padded = [("key", format!(" {key}\n")), ("signature", format!("{signature} "))];
    let fields = padded.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = site.submit(&path, &to, &acme, &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, path.as_str()), "{}", answer.text);
    let page = seen(&site, &path, &acme).await;
    assert!(page.contains("approved") && !page.contains("/approval\"") && !page.contains("/rejection\""), "{page}");
}

#[tokio::test]
async fn a_proposal_is_rejected_with_a_reason() {
    let (site, path, acme) = offered().await;
    let to = format!("{path}/rejection");
    let empty = site.submit(&path, &to, &acme, &[("reason", "")]).await;
    assert_eq!(empty.status, 422);
    assert!(readable(&empty.text).contains("reason: it is empty"), "{}", empty.text);
    let hostile = "<script>alert(1)</script>";
    assert_eq!(site.submit(&path, &to, &acme, &[("reason", hostile)]).await.status, 303);
    let page = seen(&site, &path, &acme).await;
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"), "{page}");
    assert!(readable(&page).contains("✕ rejected"), "{page}");
}
