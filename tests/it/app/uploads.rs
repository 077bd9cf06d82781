//! Uploads take turns: however much one tenant uploads, another waits for one of them.

use std::sync::Mutex;

use assay_app::Caller;
use assay_tests::{assay::Installation, hostile::Hostile};

/// Uploads a rule of which there is no other, and says when it was taken in.
async fn upload(installation: &Installation, caller: &Caller, n: u32, done: &Mutex<Vec<u32>>) {
    let rule = Hostile::unexamined().evaluate(format!("(drop (i32.const {n}))")).build();
    installation.assay.push_rule(caller, &rule).await.expect("an admitted rule");
    done.lock().expect("a list").push(n);
}

#[tokio::test]
async fn a_tenant_waits_for_one_upload_of_another() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let (busy, other, done) = (&installation.caller, installation.tenant("other").await, Mutex::default());
    // The first to be polled is the first in the queue.
    tokio::join!(
        upload(&installation, busy, 1, &done),
        upload(&installation, busy, 2, &done),
        upload(&installation, busy, 3, &done),
        upload(&installation, &other, 4, &done),
    );
    assert_eq!(done.into_inner().expect("a list"), [1, 4, 2, 3]);
}

/// Whoever gives up waiting leaves the queue, and what was begun for him ends by itself.
#[tokio::test]
async fn who_hangs_up_holds_up_nobody() {
    let installation = Installation::new("2026-03-10T00:00:00Z").await;
    let (caller, done) = (&installation.caller, Mutex::default());
    {
        let given_up = upload(&installation, caller, 1, &done);
        tokio::pin!(given_up);
        tokio::select! {
            biased;
            () = &mut given_up => panic!("compiling takes longer than that"),
            () = std::future::ready(()) => {}
        }
    }
    upload(&installation, caller, 2, &done).await;
    assert_eq!(done.into_inner().expect("a list"), [2]);
}
