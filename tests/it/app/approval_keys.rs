//! What customers approve with: registered once, replaced by themselves or for a reason, and revoked.

use assay_app::{ApprovalKeyRequest, ApprovalKeyView, Caller, EndKind, ReplacementRequest};
use assay_domain::{approval::Succession, key::Mode};
use assay_receipt::signature::SecretKey;
use assay_tests::assay::Installation;

use super::{lifecycle::secret, support::complaint};

async fn installed() -> Installation {
    let installation = Installation::new("2016-03-01T00:00:00Z").await;
    for customer in ["acme", "globex"] {
        installation.assay.create_customer(&installation.caller, customer).await.expect("a customer");
    }
    installation
}

fn request(key: &SecretKey) -> ApprovalKeyRequest {
    ApprovalKeyRequest { name: "head of support".into(), public_key: key.public().to_string() }
}

async fn add(installation: &Installation, customer: &str, seed: u8) -> ApprovalKeyView {
    let Installation { assay, caller, .. } = installation;
    assay.add_approval_key(caller, customer, &request(&secret(seed))).await.expect("a key")
}

/// The signature of the key that is replaced, over the one that follows.
fn succession(customer: &str, old: &SecretKey, new: &SecretKey) -> Option<String> {
    let (old_digits, new) = (old.public().to_string(), new.public().to_string());
    let succession = Succession { tenant: "vendor", mode: Mode::Live, customer, old: &old_digits, new: &new };
    Some(old.sign(&succession.message()).to_string())
}

#[tokio::test]
async fn a_key_is_registered_once_for_a_customer() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    let key = add(&installation, "acme", 1).await;
    assert_eq!((key.customer.as_str(), key.replaces, key.ended), ("acme", None, None));
    let twice = complaint(assay.add_approval_key(caller, "acme", &request(&secret(1))).await);
    assert!(twice.contains("had this key before") && twice.contains("make a new key"), "{twice}");
    add(&installation, "globex", 1).await;
    for wrong in ["", "ab", "zz".repeat(32).as_str(), "ab".repeat(33).as_str()] {
        let request = ApprovalKeyRequest { public_key: wrong.into(), ..request(&secret(1)) };
        let refused = complaint(assay.add_approval_key(caller, "acme", &request).await);
        assert!(refused.starts_with("public_key: it is no ed25519 public key"), "{wrong:?}: {refused}");
    }
    assert_eq!(assay.approval_keys(caller, "acme").await.expect("keys"), [key]);
}

#[tokio::test]
async fn a_key_is_replaced_by_its_own_signature_or_for_a_reason() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    let first = add(&installation, "acme", 1).await;
    let replace = async |key: &ApprovalKeyView, seed: u8, signature: Option<String>, reason: Option<&str>| {
        let request = ReplacementRequest { new: request(&secret(seed)), signature, reason: reason.map(Into::into) };
        assay.replace_approval_key(caller, "acme", key.id, &request).await
    };
    for (name, signature, problem) in [
        ("another key has signed", succession("acme", &secret(9), &secret(2)), "it is not this key's"),
        ("another successor", succession("acme", &secret(1), &secret(9)), "it is not this key's"),
        ("another customer", succession("globex", &secret(1), &secret(2)), "it is not this key's"),
        ("nothing is given", None, "neither it nor a reason is given"),
    ] {
        let refused = complaint(replace(&first, 2, signature, None).await);
        assert!(refused.contains(problem), "{name}: {refused}");
    }
    let second = replace(&first, 2, succession("acme", &secret(1), &secret(2)), None).await.expect("a successor");
    assert_eq!((second.replaces, second.is_signed), (Some(first.id), true));
    let third = replace(&second, 3, None, Some("the second is lost")).await.expect("a successor");
    assert_eq!((third.replaces, third.is_signed), (Some(second.id), false));
    let gone = complaint(replace(&first, 4, succession("acme", &secret(1), &secret(4)), None).await);
    assert!(gone.contains("was replaced at 2016-03-01"), "{gone}");
    let keys = assay.approval_keys(caller, "acme").await.expect("keys");
    let ended: Vec<_> = keys.iter().map(|key| key.ended).collect();
    assert_eq!(ended, [Some(EndKind::Replaced), Some(EndKind::Replaced), None]);
}

#[tokio::test]
async fn a_revoked_key_is_over_and_does_not_come_back() {
    let installation = installed().await;
    let Installation { assay, caller, .. } = &installation;
    let key = add(&installation, "acme", 1).await;
    let elsewhere = complaint(assay.revoke_approval_key(caller, "globex", key.id, "whose?").await);
    assert!(elsewhere.contains("there is no approval key"), "{elsewhere}");
    let revoked = assay.revoke_approval_key(caller, "acme", key.id, "its owner has left").await.expect("revoked");
    assert_eq!((revoked.ended, revoked.ended_at), (Some(EndKind::Revoked), Some(assay.now())));
    let again = complaint(assay.revoke_approval_key(caller, "acme", key.id, "again").await);
    assert!(again.contains("was revoked at"), "{again}");
    let back = complaint(assay.add_approval_key(caller, "acme", &request(&secret(1))).await);
    assert!(back.contains("had this key before"), "{back}");
    let log = assay.operations(caller, None, 2).await.expect("the log");
    let told: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.before.is_some(), entry.after.is_some())).collect();
    assert_eq!(told, [("approval-key.revoke", true, true), ("approval-key.add", false, true)]);
}

#[tokio::test]
async fn a_key_of_one_tenant_is_none_of_another() {
    let installation = installed().await;
    let key = add(&installation, "acme", 1).await;
    let other: Caller = installation.tenant("other").await;
    let assay = &installation.assay;
    assay.create_customer(&other, "acme").await.expect("a customer");
    assert!(assay.approval_keys(&other, "acme").await.expect("keys").is_empty());
    let refused = complaint(assay.revoke_approval_key(&other, "acme", key.id, "mine").await);
    assert!(refused.contains("there is no approval key"), "{refused}");
}
