//! Keys and sessions: made, rotated with overlap, ended; known by their hashes only.

use assay_app::{Caller, KeyRequest, Once, Page};
use assay_domain::{
    canon::Digest,
    key::{Role, Roles},
    time::Duration,
};
use assay_tests::assay::{Installation, at};

use super::support::{complaint, number};

fn request(roles: &[Role]) -> KeyRequest {
    KeyRequest { name: "integration".into(), roles: roles.iter().copied().collect(), customer: None, expires_at: None }
}

#[tokio::test]
async fn a_key_lets_in_with_its_roles_until_it_ends() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    let end = Some(at("2026-03-02T00:00:00Z"));
    let new = assay.create_key(caller, &KeyRequest { expires_at: end, ..request(&[Role::Ingest]) }).await.expect("a key");
    let secret = new.secret.expect("shown once");
    let principal = assay.authenticate(&secret).await.expect("asked").expect("let in");
    assert_eq!(principal.key, new.view.id);
    assert_eq!(principal.tenant.as_ref().map(|tenant| tenant.id), Some(caller.tenant));
    assert!(principal.may(Role::Ingest) && !principal.may(Role::Author) && !principal.may_read() && !principal.may(Role::Operator));
    clock.set(at("2026-03-02T00:00:00Z"));
    assert_eq!(assay.authenticate(&secret).await.expect("asked"), None);
}

#[tokio::test]
async fn an_admin_may_all_of_its_tenant_and_nothing_of_the_installation() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let admin = installation.key(caller, &[Role::Admin]).await;
    let admin = assay.authenticate(&admin).await.expect("asked").expect("let in");
    assert!([Role::Ingest, Role::Author, Role::Billing, Role::Viewer, Role::Admin].into_iter().all(|role| admin.may(role)));
    assert!(!admin.may(Role::Operator));
    let operator = assay.create_operator_key("test", "scraper").await.expect("a key").secret.expect("shown once");
    let operator = assay.authenticate(&operator).await.expect("asked").expect("let in");
    assert!(operator.may(Role::Operator) && !operator.may_read() && !operator.may(Role::Admin) && operator.tenant.is_none());
    let refused = assay.create_key(caller, &request(&[Role::Operator])).await;
    assert_eq!(complaint(refused), "roles: operator is no role of a tenant's key; choose among ingest, author, billing, viewer, admin");
}

#[tokio::test]
async fn the_secret_is_stored_nowhere() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    let once = Some(Once { key: "k1".into(), request: Digest::of(b"make a key") });
    let caller = Caller { once, ..caller.clone() };
    let new = assay.create_key(&caller, &request(&[Role::Viewer])).await.expect("a key");
    let secret = new.secret.expect("shown once");
    let again = assay.create_key(&caller, &request(&[Role::Viewer])).await.expect("the same key");
    assert_eq!((again.view, again.secret), (new.view, None));
    let tail = secret.rsplit('_').next().expect("digits").to_owned();
    for sql in ["select answer from answers", "select coalesce(after, '') || coalesce(before, '') from operations"] {
        let texts = installation.raw().await.texts(sql).await;
        assert!(!texts.is_empty() && !texts.iter().any(|text| text.contains(&tail)), "{texts:?}");
    }
    assert_eq!(number(&installation, "select count(*) from keys where length(secret) = 32").await, 1);
}

#[tokio::test]
async fn rotation_overlaps_and_revocation_is_at_once() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    let old = assay.create_key(caller, &request(&[Role::Billing])).await.expect("a key");
    let new = assay.rotate_key(caller, old.view.id, Duration::hours(24)).await.expect("rotated");
    assert_eq!((new.view.roles, new.view.name.as_str()), (Roles::only(Role::Billing), "integration"));
    let (old_secret, new_secret) = (old.secret.expect("shown"), new.secret.expect("shown"));
    let lets_in = async |secret: &str| assay.authenticate(secret).await.expect("asked").is_some();
    assert!(lets_in(&old_secret).await && lets_in(&new_secret).await, "both during the overlap");
    clock.set(at("2026-03-02T00:00:00Z"));
    assert!(!lets_in(&old_secret).await && lets_in(&new_secret).await, "only the new one after it");
    let refused = complaint(assay.rotate_key(caller, old.view.id, Duration::ZERO).await);
    assert!(refused.contains("has ended"), "{refused}");
    assay.revoke_key(caller, new.view.id).await.expect("revoked");
    assert!(!lets_in(&new_secret).await);
    let listed = assay.keys(caller, Page::ALL).await.expect("keys");
    assert_eq!(listed.iter().map(|key| key.expires_at.is_some()).collect::<Vec<_>>(), [true, true]);
}

#[tokio::test]
async fn a_session_ends_with_its_key() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    let Installation { assay, caller, clock, .. } = &installation;
    let key = assay.create_key(caller, &request(&[Role::Viewer])).await.expect("a key");
    let secret = key.secret.expect("shown");
    let (session, until) = assay.open_session(&secret).await.expect("asked").expect("let in");
    assert_eq!(until, at("2026-03-01T12:00:00Z"));
    assert_eq!(assay.authenticate(&session).await.expect("asked"), None, "a session is no key");
    assert_eq!(assay.session(&secret).await.expect("asked"), None, "a key is no session");
    assert!(assay.session(&session).await.expect("asked").is_some());
    clock.set(at("2026-03-01T12:00:00Z"));
    assert_eq!(assay.session(&session).await.expect("asked"), None, "it has ended");
    let (session, _) = assay.open_session(&secret).await.expect("asked").expect("let in");
    assay.revoke_key(caller, key.view.id).await.expect("revoked");
    assert_eq!(assay.session(&session).await.expect("asked"), None, "its key has ended");
    assert_eq!(assay.open_session("ak_live_nonsense").await.expect("asked"), None);
}

#[tokio::test]
async fn of_a_key_only_its_end_may_change() {
    let installation = Installation::new("2026-03-01T00:00:00Z").await;
    installation.key(&installation.caller, &[Role::Viewer]).await;
    let mut raw = installation.raw().await;
    let (fixed, kept) = ("of a key only its end may change", "keys are never deleted");
    let rows = [
        ("update keys set roles = 'admin'", fixed),
        ("update keys set secret = secret", fixed),
        ("update keys set tenant = null", fixed),
        ("update keys set customer = null", fixed),
        ("delete from keys", kept),
    ];
    // Only a server can empty a table as a whole.
    let whole = (!installation.is_file()).then_some(("truncate keys cascade", kept));
    for (sql, expected) in rows.into_iter().chain(whole) {
        let refused = raw.execute(sql).await.expect_err(sql);
        assert!(refused.contains(expected), "{sql}: {refused}");
    }
}
