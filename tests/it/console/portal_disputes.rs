//! The whole path: an outcome is billed, its customer disputes it, the invoice shows it, the vendor decides, and a credit note follows.

use assay_domain::{canon::Encoder, key::Role};
use assay_tests::assay::at;

use super::{
    portal::{bill, billed, seen},
    support::{Answer, Site, between, form, readable, rows},
};

/// The busy site, billed, with the cookies of `acme` and of the vendor's people, and where `acme` disputes T1.
struct Court {
    site: Site,
    acme: String,
    vendor: String,
    form: String,
}

impl Court {
    async fn sits() -> Self {
        let site = billed().await;
        let acme = site.customer(&site.installation.caller, "acme").await;
        let key = site.installation.key(&site.installation.caller, &[Role::Billing]).await;
        let vendor = site.log_in(&key).await;
        let form = format!("/portal/outcomes/{}/dispute?definition=fixed", site.id(&site.installation.caller, "T1").await);
        Self { site, acme, vendor, form }
    }

    /// Opens the dispute; gives back its id.
    async fn open(&self, category: &str) -> String {
        let fields = [("category", category), ("claim", "It was never solved.\r\nSee our own log.")];
        let answer = self.site.submit(&self.form, &self.form, &self.acme, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.header("location").strip_prefix("/portal/disputes/").expect("a dispute").to_owned()
    }

    /// What the customer reads of the dispute.
    async fn told(&self, id: &str) -> String {
        readable(&seen(&self.site, &format!("/portal/disputes/{id}"), &self.acme).await)
    }

    async fn decide(&self, id: &str, fields: &[(&str, &str)]) -> Answer {
        let page = format!("/disputes/{id}");
        self.site.submit(&page, &format!("{page}/decision"), &self.vendor, fields).await
    }

    async fn appeal(&self, id: &str, reason: &str) -> Answer {
        let page = format!("/portal/disputes/{id}");
        self.site.submit(&page, &format!("{page}/appeal"), &self.acme, &[("reason", reason)]).await
    }
}

#[tokio::test]
async fn from_the_customers_click_to_the_credit_note() {
    let court = Court::sits().await;
    let (site, acme) = (&court.site, court.acme.as_str());
    let subject = site.id(&site.installation.caller, "T1").await;
    let outcome = seen(site, &format!("/portal/outcomes/{subject}"), acme).await;
    let links = between(&outcome, "<a class=\"button\" href=\"", "\"");
    assert_eq!(links, [court.form.as_str()], "one click leads to the form");

    let id = court.open("not-delivered").await;
    let told = court.told(&id).await;
    for part in [
        "! open Waits for the vendor's answer until 2016-04-16 00:00. Without one by then, the customer is taken to be right.",
        "Worth0.99 USD",
        "INV-000001 has billed it, and shows it as disputed.",
        "What is billed did not happen",
        "It was never solved. See our own log.",
        "executed again, the judgement comes out as it was recorded.",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let invoice = seen(site, "/portal/invoices/INV-000001", acme).await;
    assert!(readable(&invoice).contains("Disputed0.99 USD of it waits for an answer to a dispute"), "{invoice}");
    assert!(rows(&invoice, "Lines, in order")[1].contains(&format!("{id} open")), "the line says by which dispute");
    let outcome = readable(&seen(site, &format!("/portal/outcomes/{subject}"), acme).await);
    assert!(outcome.contains(&format!("! open Your dispute {id}")) && !outcome.contains("Dispute this outcome"), "{outcome}");

    let list = seen(site, "/disputes", &court.vendor).await;
    let waiting = rows(&list, "Disputes, with what happens");
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert!(row.contains("2016-04-16 00:00 | ! open | acme | T1 fixed | What is billed did not happen | 0.99 USD |"), "{row}");
    let interaction = readable(&seen(site, &format!("/interactions/{subject}"), &court.vendor).await);
    assert!(interaction.contains(&format!("Dispute {id}")), "{interaction}");
    let decided = court.decide(&id, &[("ruling", "uphold"), ("share", ""), ("reason", "their log says so")]).await;
    assert_eq!((decided.status, decided.header("location")), (303, format!("/disputes/{id}").as_str()), "{}", decided.text);
    assert!(seen(site, "/disputes", &court.vendor).await.contains("Nobody waits for an answer"));
    assert_eq!(rows(&seen(site, "/disputes?all=true", &court.vendor).await, "Disputes, with what happens").len(), 1);

    let told = court.told(&id).await;
    for part in [
        "Upheld: the customer is right, and the outcome is taken back. It may be appealed once, until 2016-04-16 00:00.",
        "What INV-000001 billed comes back as a credit note with the next billing run.",
        "their log says so",
        "the vendor",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(seen(site, "/portal", acme).await.contains("Decisions that you may appeal"));
    site.installation.clock.set(at("2016-05-02T00:00:00Z"));
    bill(site, "2016-04").await;
    let acme = &site.customer(&site.installation.caller, "acme").await;
    let documents = rows(&seen(site, "/portal", acme).await, "Invoices and credit notes");
    let note = "CN-000001 | credit note for INV-000001 | 2016-04 | 2016-05-02 | issued | -0.99 USD |";
    assert!(documents.iter().any(|row| row == note), "{documents:?}");
    let note = seen(site, "/portal/invoices/CN-000001", acme).await;
    assert!(rows(&note, "Lines, in order")[0].contains(&id), "the credit note says which dispute it follows from: {note}");
    let told = readable(&seen(site, "/portal/invoices/INV-000001", acme).await);
    assert!(!told.contains("waits for an answer"), "{told}");
}

#[tokio::test]
async fn what_is_rejected_is_appealed_once_and_split() {
    let court = Court::sits().await;
    let id = court.open("evidence-wrong").await;
    let told = court.told(&id).await;
    assert!(told.contains("and the evidence is contested.") && told.contains("Contested events: evt_"), "{told}");
    court.decide(&id, &[("ruling", "reject"), ("reason", "the log says otherwise")]).await;
    assert!(court.told(&id).await.contains("It stays billed, on INV-000001."));
    let empty = court.appeal(&id, " ").await;
    assert_eq!(empty.status, 422);
    assert!(readable(&empty.text).contains("reason: it is empty; say why"), "{}", empty.text);
    let answer = court.appeal(&id, "the log was of another ticket").await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let told = court.told(&id).await;
    assert!(told.contains("Appealed: waits for another answer until 2016-04-16 00:00, which is final."), "{told}");
    assert!(!seen(&court.site, &format!("/portal/disputes/{id}"), &court.acme).await.contains("/appeal\""), "it cannot be appealed again");
    court.decide(&id, &[("ruling", "split"), ("share", "0.5"), ("reason", "half of it was")]).await;
    let told = court.told(&id).await;
    for part in
        ["Split: the customer is right for a share of 0.5, which is taken back. That is final.", "A share of 0.5 of what INV-000001 billed"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let steps = rows(&seen(&court.site, &format!("/portal/disputes/{id}"), &court.acme).await, "Steps, in order");
    let states: Vec<&str> = steps.iter().filter_map(|row| row.split(" | ").nth(1)).collect();
    assert_eq!(states, ["! open", "◐ decided", "! appealed", "● final"]);
}

#[tokio::test]
async fn what_is_not_billed_yet_is_kept_off_the_next_invoice() {
    let court = Court::sits().await;
    let (site, caller) = (&court.site, &court.site.installation.caller);
    site.tell(&[("T9", "opened", "2016-03-31T09:00:00Z", Some("acme")), ("T9", "resolved", "2016-04-01T08:00:00Z", None)]).await;
    site.installation.clock.set(at("2016-04-03T00:00:00Z"));
    site.installation.assay.drain(caller, |_| {}).await.expect("judged");
    let acme = site.customer(caller, "acme").await;
    let form = format!("/portal/outcomes/{}/dispute?definition=fixed", site.id(caller, "T9").await);
    let answer = site.submit(&form, &form, &acme, &[("category", "duplicate"), ("claim", "it is T1 again")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let told = readable(&seen(site, answer.header("location"), &acme).await);
    assert!(told.contains("It is kept off the next invoice until this is decided."), "{told}");
    site.installation.clock.set(at("2016-05-02T00:00:00Z"));
    bill(site, "2016-04").await;
    let page = seen(site, "/portal", &site.customer(caller, "acme").await).await;
    let documents = rows(&page, "Invoices and credit notes");
    assert!(documents.iter().any(|row| row.contains("invoice | 2016-04") && row.ends_with("500.00 USD |")), "{documents:?}");
}

#[tokio::test]
async fn what_cannot_be_disputed_says_why_and_keeps_what_was_typed() {
    let court = Court::sits().await;
    let site = &court.site;
    for (fields, status, told) in [
        ([("category", ""), ("claim", "never solved")], 422, "category: choose what is wrong"),
        ([("category", "everything"), ("claim", "never solved")], 422, "category: choose what is wrong"),
        ([("category", "other"), ("claim", " ")], 422, "claim: it is empty; say what is wrong"),
    ] {
        let answer = site.submit(&court.form, &court.form, &court.acme, &fields).await;
        assert_eq!(answer.status, status, "{fields:?}");
        let [(_, category), (_, claim)] = fields;
        assert_eq!(between(&answer.text, "role=\"alert\">", "<"), [told], "{fields:?}");
        assert!(answer.text.contains(&format!("required>{claim}</textarea>")), "{fields:?}: {}", answer.text);
        assert_eq!(answer.text.contains(&format!("value=\"{category}\" selected")), category == "other", "{fields:?}");
    }
    let id = court.open("other").await;
    let again = site.submit(&court.form, &court.form, &court.acme, &[("category", "other"), ("claim", "once more")]).await;
    assert_eq!(again.status, 409);
    assert!(readable(&again.text).contains(&format!("it is disputed already, by {id}; wait for the answer to {id}")), "{}", again.text);
    for query in ["", "?definition=unheard-of"] {
        let path = court.form.replace("?definition=fixed", query);
        assert_eq!(site.get(&path, &court.acme).await.status, 404, "{query}");
    }
}

#[tokio::test]
async fn a_decision_that_cannot_be_read_says_so_and_keeps_what_was_typed() {
    let court = Court::sits().await;
    let id = court.open("other").await;
    for (fields, told) in [
        ([("ruling", ""), ("share", ""), ("reason", "because")], "ruling: choose one of the three"),
        ([("ruling", "perhaps"), ("share", ""), ("reason", "because")], "ruling: choose one of the three"),
        ([("ruling", "split"), ("share", ""), ("reason", "because")], "share: it is missing; say which share is taken back, such as 0.5"),
        ([("ruling", "split"), ("share", "2"), ("reason", "because")], "share: &quot;2&quot; is no share"),
        ([("ruling", "uphold"), ("share", ""), ("reason", "")], "reason: it is empty; say why"),
    ] {
        let answer = court.decide(&id, &fields).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(between(&answer.text, "role=\"alert\">", "</p>")[0].starts_with(told), "{fields:?}: {}", answer.text);
        let [(_, ruling), (_, share), (_, reason)] = fields;
        assert!(answer.text.contains(&format!("required>{reason}</textarea>")), "{fields:?}");
        assert!(answer.text.contains(&format!("value=\"{share}\" aria-describedby=\"share-help\"")), "{fields:?}");
        assert_eq!(answer.text.matches(" checked>").count(), usize::from(["split", "uphold"].contains(&ruling)), "{fields:?}");
    }
    assert!(court.told(&id).await.contains("! open"));
    court.decide(&id, &[("ruling", "reject"), ("share", "0.5"), ("reason", "a share without a split is not meant")]).await;
    assert!(court.told(&id).await.contains("Rejected: the outcome stands."));
}

#[tokio::test]
async fn who_may_only_look_is_shown_no_form_and_cannot_decide() {
    let court = Court::sits().await;
    let id = court.open("other").await;
    let viewer = court.site.visitor(&court.site.installation.caller).await;
    let page = seen(&court.site, &format!("/disputes/{id}"), &viewer).await;
    assert!(page.contains("It is decided with a key of the role billing or admin.") && !page.contains("/decision"), "{page}");
    for (cookie, told) in [(&viewer, "This key may not decide"), (&court.acme, "This key may not look")] {
        let body = form(&token_of(cookie), &[("ruling", "uphold"), ("reason", "mine")]);
        let answer = court.site.post(&format!("/disputes/{id}/decision"), &[("cookie", cookie.as_str())], &body).await;
        assert_eq!(answer.status, 403, "{told}");
        assert!(answer.text.contains(told), "{told}: {}", answer.text);
    }
    assert!(court.told(&id).await.contains("! open"));
}

/// The token of a session, as it follows from the secret in its cookie.
fn token_of(cookie: &str) -> String {
    let (_, secret) = cookie.split_once('=').expect("a cookie");
    let mut to = Encoder::new("assay.1.form");
    to.text(secret);
    to.digest().to_string()
}
