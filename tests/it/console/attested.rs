//! An event that somebody vouches for says who does.

use assay_app::{EventKeyRequest, Submitted};
use assay_domain::attestation::{EventSignature, message};
use assay_receipt::signature::SecretKey;

use super::support::{Site, event, rows};

#[tokio::test]
async fn who_vouches_for_an_event_stands_beside_its_id() {
    let site = Site::busy().await;
    let (assay, caller) = (&site.installation.assay, &site.installation.caller);
    let secret = SecretKey::from_seed([1; 32]);
    let public_key = secret.public().to_string();
    let request = EventKeyRequest { source: "helpdesk".into(), customer: None, public_key: public_key.clone() };
    let key = assay.add_event_key(caller, &request).await.expect("a key");
    let note = event("T3", "noted", "2016-03-02T14:00:00Z", None);
    let value = secret.sign(&message(&note, &note.data)).to_string();
    let submitted = Submitted::new(note, Some(EventSignature { key: public_key, value }), assay.now());
    let checked = assay.verify(caller, vec![submitted]).await.expect("a batch");
    assay.record(caller, checked).await.expect("recorded");
    let page = site.page(&format!("/interactions/{}", site.id(caller, "T3").await)).await;
    let told = rows(&page, "Everything that happened");
    let [.., last] = told.as_slice() else { panic!("{page}") };
    let expected =
        format!("2016-03-02 14:00 | ticket.noted | unknown | helpdesk T3-noted ✓ vouched for by key {} of helpdesk | | |", key.id);
    assert_eq!(*last, expected);
    assert_eq!(page.matches("vouched for").count(), 1, "nobody vouches for the others but who told them");
}
