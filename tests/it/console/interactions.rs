//! The list of interactions, and each of them: verdict, reason and evidence.

use assay_app::VersionRequest;
use assay_domain::{definition::Timing, event::NewEvent};
use assay_tests::{assay::at, hostile::Hostile};

use super::support::{Site, between, event, readable, rows};

const MARKUP: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";

/// The subjects on a page of the list.
fn subjects(page: &str) -> Vec<String> {
    rows(page, "Interactions").iter().map(|row| row.split(" | ").next().expect("a first cell").to_owned()).collect()
}

#[tokio::test]
async fn the_list_tells_how_each_stands() {
    let page = Site::busy().await.page("/interactions").await;
    let expected = [
        "T1 | acme | 2016-03-01 08:00 | ● final fixed resolved |",
        "T2 | acme | 2016-03-02 09:00 | ● final fixed resolved |",
        "T3 | globex | 2016-03-02 11:00 | ✕ failed fixed reopened |",
        "T4 | globex | 2016-03-03 09:00 | ○ open fixed unresolved |",
        "T5 | nobody yet | 2016-03-03 10:00 | ○ open fixed unresolved |",
    ];
    assert_eq!(rows(&page, "Interactions"), expected);
}

#[tokio::test]
async fn the_list_is_narrowed_by_its_address() {
    let site = Site::busy().await;
    for (narrowed, expect) in [
        ("state=open", vec!["T4", "T5"]),
        ("state=open&unassigned=true", vec!["T5"]),
        ("state=&reason=reopened&definition=&customer=", vec!["T3"]),
        ("customer=acme", vec!["T1", "T2"]),
        ("definition=fixed&faulted=false&state=failed", vec!["T3"]),
    ] {
        assert_eq!(subjects(&site.page(&format!("/interactions?{narrowed}")).await), expect, "{narrowed}");
    }
    for narrowed in ["faulted=true", "customer=nobody-knows", "definition=unheard-of", "reason=%3Cb%3E"] {
        let page = site.page(&format!("/interactions?{narrowed}")).await;
        assert!(page.contains("Nothing stands like this"), "{narrowed}");
    }
    let cookie = site.visitor(&site.installation.caller).await;
    for unreadable in ["state=excellent", "after=itn_1", "state=open&state=final"] {
        assert_eq!(site.get(&format!("/interactions?{unreadable}"), &cookie).await.status, 400, "{unreadable}");
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pieces() {
    let site = Site::new().await;
    site.define("fixed").await;
    let opened = |n: u32| event(&format!("T{n:03}"), "opened", "2016-03-01T08:00:00Z", Some("acme & sons"));
    site.record(&site.installation.caller, (0..120).map(opened).collect()).await;
    let mut address = "/interactions?customer=acme%20%26%20sons".to_owned();
    let mut seen = Vec::new();
    for expect in [50, 50, 20] {
        let page = site.page(&address).await;
        let piece = subjects(&page);
        assert_eq!(piece.len(), expect);
        seen.extend(piece);
        let next = between(&page, "<a rel=\"next\" href=\"", "\"");
        assert_eq!(next.is_empty(), expect < 50, "the last piece has no next");
        address = next.first().copied().unwrap_or_default().replace("&amp;", "&");
    }
    assert_eq!(seen, (0..120).map(|n| format!("T{n:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_interaction_says_why_in_words_and_marks_the_evidence() {
    let site = Site::busy().await;
    let page = site.page(&format!("/interactions/{}", site.id(&site.installation.caller, "T3").await)).await;
    let reason = readable(between(&page, "<p class=\"reason\">", "</p>")[0]);
    assert!(reason.starts_with("It was reopened within the window") && reason.ends_with("reopened"), "{reason}");
    let expected = [
        "2016-03-02 11:00 | ticket.opened | unknown | helpdesk T3-opened | | |",
        "2016-03-02 12:00 | ticket.resolved | unknown | helpdesk T3-resolved | | ▶ evidence for fixed |",
        "2016-03-02 13:00 | ticket.reopened | unknown | helpdesk T3-reopened | | ▶ evidence for fixed |",
    ];
    assert_eq!(rows(&page, "Everything that happened"), expected);
    assert_eq!(page.matches("<tr class=\"evidence\">").count(), 2);
    assert!(page.contains("fixed, version 1"));
}

#[tokio::test]
async fn an_interaction_says_when_it_succeeded_and_what_comes_next() {
    let site = Site::busy().await;
    let caller = &site.installation.caller;
    let told = readable(&site.page(&format!("/interactions/{}", site.id(caller, "T1").await)).await);
    assert!(told.contains("It was resolved and stayed so for the whole window"), "{told}");
    assert!(told.contains("Succeeded2016-03-02 10:00: 1 × resolution"), "{told}");
    let told = readable(&site.page(&format!("/interactions/{}", site.id(caller, "T4").await)).await);
    assert!(told.contains("Is asked again at 2016-06-01 09:00, unless a new fact comes before."), "{told}");
}

#[tokio::test]
async fn what_belongs_to_nobody_says_what_to_do() {
    let site = Site::busy().await;
    let caller = &site.installation.caller;
    let id = site.id(caller, "T5").await;
    let told = readable(&site.page(&format!("/interactions/{id}")).await);
    assert!(told.contains(&format!("assay interaction assign {id} --customer KEY --reason WHY")), "{told}");
    site.installation.assay.assign_interaction(caller, &id, "acme", "they asked").await.expect("assigned");
    site.installation.assay.drain(caller, |_| {}).await.expect("judged");
    assert!(readable(&site.page(&format!("/interactions/{id}")).await).contains("acme (assigned by hand)"));
}

#[tokio::test]
async fn what_events_say_is_never_markup() {
    let site = Site::new().await;
    site.define("fixed").await;
    let hostile = NewEvent {
        source: MARKUP.into(),
        id: MARKUP.into(),
        subject: MARKUP.into(),
        customer: Some(MARKUP.into()),
        ..event("T1", "opened", "2016-03-01T08:00:00Z", None)
    };
    let caller = &site.installation.caller;
    site.record(caller, vec![hostile]).await;
    let echoed = format!("/interactions?customer={}", MARKUP.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>());
    for path in ["/interactions".to_owned(), echoed, format!("/interactions/{}", site.id(caller, MARKUP).await)] {
        let page = site.page(&path).await;
        assert!(page.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{path}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{path}");
    }
}

#[tokio::test]
async fn what_another_tenant_has_is_not_found() {
    let site = Site::busy().await;
    let other = site.installation.tenant("other").await;
    site.record(&other, vec![event("O1", "opened", "2016-03-01T08:00:00Z", None)]).await;
    let path = format!("/interactions/{}", site.id(&other, "O1").await);
    assert_eq!(site.get(&path, &site.visitor(&other).await).await.status, 200, "its own");
    let answer = site.get(&path, &site.visitor(&site.installation.caller).await).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("There is no such page") && !answer.text.contains("O1"));
    assert!(!site.page("/interactions").await.contains("O1"));
}

#[tokio::test]
async fn a_fault_is_told_as_such_and_never_as_a_verdict() {
    let site = Site::new().await;
    let caller = &site.installation.caller;
    let trap = Hostile::unexamined().evaluate("(unreachable)").build();
    site.installation.assay.push_rule(caller, &trap).await.expect("an admitted rule");
    let version = VersionRequest {
        definition: "trap".into(),
        rule: "hostile".into(),
        parameters: vec![("n".into(), "1".into())],
        timing: Timing::default(),
        active_from: Some(at("2016-01-01T00:00:00Z")),
    };
    site.installation.assay.create_version(caller, &version).await.expect("a version");
    let ping = NewEvent { kind: "ping".into(), ..event("P1", "pinged", "2016-03-01T08:00:00Z", Some("acme")) };
    site.record(caller, vec![ping]).await;
    assert_eq!(subjects(&site.page("/interactions?faulted=true").await), ["P1"]);
    let overview = site.page("/").await;
    assert_eq!(rows(&overview, "Outcomes of all time"), ["trap | ! not judged ! quarantined | – | 1 | 0 |"]);
    let told = readable(&site.page(&format!("/interactions/{}", site.id(caller, "P1").await)).await);
    for part in ["There is no verdict yet", "Nothing was judged, and nothing is billed", "The rule itself fails", "guest.trap-unreachable"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
}
