//! Receipts and the log that holds them: one for each change of usage, in chains without a gap, in a tree that only grows.

use std::collections::BTreeMap;

use assay_app::{Assay, Caller, Page, ReceiptQuery, ReceiptView, ReplayRequest, Selection};
use assay_domain::{decimal::Quantity, id::ReceiptId};
use assay_receipt::{
    bundle::Bundle,
    chain::follow,
    checkpoint::Checkpoint,
    commitment,
    merkle::{TreeHead, leaf_hash, subtrees, tree_head},
    proof::InclusionProof,
    rotation::LogKeys,
    tile::{BundleId, Tile, TileSet},
};
use assay_tests::{
    assay::{Installation, at},
    components,
};

use super::{
    stage::ORDINARY,
    support::{accept, bill, complaint, drain, event, number, standard, tickets},
};

/// Changes of usage that have no receipt, or more than one.
const ODD: &str = "select count(*) from usage u where (select count(*) from receipts r where r.tenant = u.tenant and r.usage = u.id) <> 1";

/// Tickets of `acme` and `globex` that are judged; then one of `acme` is reopened.
async fn reopened() -> Installation {
    let installation = Installation::new("2016-03-10T00:00:00Z").await;
    let Installation { caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 4, 3)).await;
    accept(&installation, caller, tickets("globex", 2, 1)).await;
    drain(&installation, caller).await;
    list(&installation.assay, caller).await;
    accept(&installation, caller, vec![event("acme-0", "acme-0-reopened", "ticket.reopened", at("2016-03-03T00:00:00Z"), None)]).await;
    drain(&installation, caller).await;
    installation
}

async fn list(assay: &Assay, caller: &Caller) -> Vec<ReceiptView> {
    assay.receipts(caller, &ReceiptQuery::default(), Page::ALL).await.expect("receipts")
}

async fn checkpoint(assay: &Assay, caller: &Caller) -> Checkpoint {
    assay.log(caller).await.expect("a log").checkpoint.text().parse().expect("a checkpoint")
}

/// Follows the receipts of every customer from the first on.
fn follow_all(views: &[ReceiptView]) {
    let mut chains: BTreeMap<&str, Vec<&ReceiptView>> = BTreeMap::new();
    views.iter().for_each(|view| chains.entry(view.customer.as_str()).or_default().push(view));
    for (customer, chain) in chains {
        let links: Vec<_> = chain.iter().map(|view| view.receipt.link()).collect();
        let head = follow(None, links).unwrap_or_else(|error| panic!("{customer}: {error}"));
        assert_eq!(head.map(|head| head.number), i64::try_from(chain.len()).ok(), "{customer}");
    }
    for view in views {
        assert_eq!(view.receipt.check(), Ok(()), "{}", view.id);
    }
}

/// Whether every receipt of a bundle is in the log of its checkpoint.
fn is_included(bundle: &Bundle) -> bool {
    let checkpoint: Checkpoint = bundle.log.checkpoint.text().parse().expect("a checkpoint");
    bundle.chains.iter().flat_map(|chain| &chain.receipts).all(|entry| {
        let leaf = leaf_hash(commitment::leaf(&entry.salt, &entry.receipt.digest()).as_bytes());
        InclusionProof { index: entry.leaf, hashes: entry.proof.clone() }.verify(&leaf, &checkpoint.tree).is_ok()
    })
}

#[tokio::test]
async fn every_settled_change_has_exactly_one_receipt_in_a_chain_without_a_gap() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let views = list(assay, caller).await;
    assert_eq!(number(&installation, ODD).await, 0);
    assert_eq!(number(&installation, "select count(*) from usage").await, i64::try_from(views.len()).expect("a number"));
    follow_all(&views);
    let reversals: Vec<_> = views.iter().filter(|view| view.receipt.change.quantity < Quantity::ZERO).collect();
    assert_eq!(reversals.iter().map(|view| view.customer.as_str()).collect::<Vec<_>>(), ["acme"], "the reversal is in its chain");
    assert_eq!(list(assay, caller).await, views, "nothing is written twice");
    let of = |query: ReceiptQuery| async move { assay.receipts(caller, &query, Page::ALL).await.expect("receipts").len() };
    let globex = ReceiptQuery { customer: Some("globex".into()), ..ReceiptQuery::default() };
    let ticket = ReceiptQuery { interaction: Some("acme-0".into()), ..ReceiptQuery::default() };
    assert_eq!((of(globex).await, of(ticket).await), (3, 3), "two attempts and an outcome; an attempt, an outcome, and what takes it back");
}

#[tokio::test]
async fn every_earlier_checkpoint_is_the_beginning_of_the_last() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let log = assay.log(caller).await.expect("a log");
    let keys = LogKeys::pinned(log.key.clone());
    let all = assay.checkpoints(caller).await.expect("checkpoints");
    assert!(all.len() >= 3, "that of the empty log, and one for each look: {all:?}");
    assert_eq!((all[0].tree.size, all.last().map(|last| last.tree.size)), (0, Some(log.size)));
    for earlier in all.iter().filter(|checkpoint| checkpoint.tree.size > 0) {
        let growth = assay.log_growth(caller, earlier.tree.size).await.expect("a proof");
        let last = growth.verify(earlier, &keys).unwrap_or_else(|error| panic!("{}: {error}", earlier.tree.size));
        assert_eq!(last.tree.size, log.size);
    }
    let refused = complaint(assay.log_growth(caller, log.size + 1).await);
    assert!(refused.contains("never had"), "{refused}");
}

#[tokio::test]
async fn the_tiles_that_are_served_rebuild_the_root() {
    let installation = Installation::new("2016-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 200, 150)).await;
    drain(&installation, caller).await;
    let TreeHead { size, root } = checkpoint(assay, caller).await.tree;
    assert_eq!(size, 350, "more than one tile of the lowest level");
    let mut set = TileSet::default();
    for id in TileSet::holding(&subtrees(0..size), size) {
        let bytes = assay.log_file(caller, &id.to_string()).await.expect("a tile");
        set.add(Tile::read(id, &bytes).expect("a tile"));
    }
    assert_eq!(tree_head(size, &set).map(|head| head.root), Ok(root));
    let first = BundleId { index: 0, width: 256 };
    let entries = first.read(&assay.log_file(caller, &first.to_string()).await.expect("entries")).expect("entries");
    let tile = assay.log_file(caller, "tile/0/000").await.expect("a tile");
    let hashes: Vec<u8> = entries.iter().flat_map(|entry| *leaf_hash(entry.as_bytes()).as_bytes()).collect();
    assert_eq!(hashes, tile, "the tile has the hashes of the entries");
    assert_eq!(assay.log_file(caller, "tile/0/000.p/7").await.expect("as it was when it was narrower"), tile[..7 * 32]);
    for path in ["tile/0/001", "tile/0/002.p/1", "tile/3/000.p/1", "tile/entries/001", "tile/0/1", "elsewhere"] {
        let refused = complaint(assay.log_file(caller, path).await);
        assert!(refused.starts_with("there is no file of the log"), "{path}: {refused}");
    }
}

#[tokio::test]
async fn two_sequencers_at_once_write_no_receipt_twice() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let other = Assay::new(installation.open().await, components::engine().clone(), installation.world(), 1).expect("a service");
    accept(&installation, caller, tickets("initech", 60, 60)).await;
    drain(&installation, caller).await;
    let (mine, theirs) = tokio::join!(list(assay, caller), list(&other, caller));
    assert_eq!(mine.len(), theirs.len());
    assert_eq!(number(&installation, ODD).await, 0);
    follow_all(&list(assay, caller).await);
    other.close().await;
}

#[tokio::test]
async fn a_key_that_is_handed_over_leads_to_the_next() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let before = assay.log(caller).await.expect("a log");
    let next = assay.rotate_log_key(caller).await.expect("another key");
    accept(&installation, caller, tickets("initech", 1, 1)).await;
    drain(&installation, caller).await;
    let after = assay.log(caller).await.expect("a log");
    assert_eq!((&after.key, &after.latest_key, after.rotations.len()), (&before.key, &next, 1));
    let keys = LogKeys::follow(after.key.clone(), &after.origin, &after.rotations).expect("keys");
    for note in [&before.checkpoint, &after.checkpoint] {
        Checkpoint::open(note, &after.origin, &keys).expect("a checkpoint of the log");
    }
    let first_alone = LogKeys::pinned(after.key);
    Checkpoint::open(&after.checkpoint, &after.origin, &first_alone).expect_err("the new key has signed it alone");
}

#[tokio::test]
async fn what_is_erased_stands_and_nobody_can_find_out_what_it_was_about() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let told = "select count(*) from payloads p join events e on e.id = p.event join interactions i on i.id = e.interaction \
                where i.subject = 'acme-1'";
    assert_eq!(number(&installation, told).await, 2);
    let erasure = assay.erase_interaction(caller, "acme-1", "the person asked").await.expect("erased");
    assert_eq!((erasure.payloads, number(&installation, told).await), (2, 0));
    let views = list(assay, caller).await;
    let again = assay.erase_interaction(caller, "acme-1", "once more").await.expect("nothing is left");
    assert_eq!((again.payloads, again.erased_at), (0, erasure.erased_at));
    // Whatever comes after changes nothing.
    accept(&installation, caller, vec![event("acme-1", "acme-1-reopened", "ticket.reopened", at("2016-03-03T00:00:00Z"), None)]).await;
    assert_eq!(drain(&installation, caller).await.evaluated, 0);
    assert_eq!(assay.waiting(caller).await.expect("a number"), 0);
    assert_eq!(list(assay, caller).await, views);
    for view in views.iter().filter(|view| view.receipt.judgement.interaction == erasure.interaction) {
        let bundle = assay.receipt_bundle(caller, view.id, &[]).await.expect("a bundle");
        let (interaction, entry) = (&bundle.interactions[0], &bundle.chains[0].receipts[0]);
        assert_eq!((&interaction.subject, entry.customer_salt), (&None, None), "{}", view.id);
        assert!(interaction.events.iter().all(|event| event.data.is_none() && event.salt.is_none()), "{:?}", interaction.events);
        assert!(bundle.evaluations.iter().all(|evaluation| evaluation.detail.is_none() && evaluation.input_salt.is_none()));
        assert!(is_included(&bundle), "its proof holds");
    }
    let request = ReplayRequest { which: Selection::All, definition: None, laws: false };
    let report = assay.replay(caller, &request, |_, _| {}).await.expect("a report");
    assert_eq!(report.difference_count, 0, "{report:?}");
    assert!(report.unexecuted.contains_key("evidence erased"), "{report:?}");
}

#[tokio::test]
async fn what_is_erased_before_it_has_a_receipt_gets_one_first() {
    let installation = Installation::new("2016-03-10T00:00:00Z").await;
    let Installation { assay, caller, .. } = &installation;
    installation.define(caller, "fixed", &[], ORDINARY, "2016-01-01T00:00:00Z").await;
    accept(&installation, caller, tickets("acme", 1, 1)).await;
    drain(&installation, caller).await;
    assay.erase_interaction(caller, "acme-0", "the person asked").await.expect("erased");
    assert_eq!(number(&installation, ODD).await, 0);
    assert_eq!(number(&installation, "select count(*) from veils").await, 0);
    for view in list(assay, caller).await {
        assert!(is_included(&assay.receipt_bundle(caller, view.id, &[]).await.expect("a bundle")), "{}", view.id);
    }
}

#[tokio::test]
async fn a_document_names_the_heads_of_its_customers_and_its_checkpoint() {
    let installation = reopened().await;
    let Installation { assay, caller, clock, .. } = &installation;
    installation.agree(caller, "fixed", &standard(), "2016-03-01T00:00:00Z", None).await;
    clock.set(at("2016-04-02T00:00:00Z"));
    bill(&installation, caller, "2016-03").await;
    let documents = assay.invoices(caller).await.expect("invoices");
    assert_eq!(documents.len(), 2);
    let newest = checkpoint(assay, caller).await.tree.size;
    for document in documents {
        let bundle = assay.invoice_bundle(caller, &document.number).await.expect("a bundle");
        let invoice = bundle.invoice.as_ref().expect("the document");
        let last = bundle.chains[0].receipts.last().map(|entry| entry.receipt.link());
        assert_eq!(invoice.heads[0].head.map(|head| (head.number, head.digest)), last.map(|link| (link.number, link.digest)));
        assert_eq!(invoice.heads[0].customer, document.customer_key);
        let named: Checkpoint = invoice.checkpoint.text().parse().expect("a checkpoint");
        assert_eq!(named.tree.size, newest);
        assert!(is_included(&bundle));
    }
}

#[tokio::test]
async fn tenants_have_logs_of_their_own() {
    let installation = reopened().await;
    let Installation { assay, caller, .. } = &installation;
    let other = installation.tenant("other").await;
    let test = installation.test_side(caller).await;
    let mine = assay.log(caller).await.expect("a log");
    let first = list(assay, caller).await[0].id;
    for stranger in [&other, &test] {
        let theirs = assay.log(stranger).await.expect("a log");
        assert_eq!((theirs.size, theirs.key == mine.key, theirs.origin == mine.origin), (0, false, false));
        assert!(list(assay, stranger).await.is_empty());
        let refused = complaint(assay.receipt(stranger, first).await);
        assert!(refused.starts_with("there is no receipt"), "{refused}");
        complaint(assay.receipt_bundle(stranger, first, &[]).await);
        complaint(assay.erase_interaction(stranger, "acme-0", "mine now").await);
    }
    let unheard_of = complaint(assay.receipt(caller, ReceiptId(999)).await);
    assert!(unheard_of.starts_with("there is no receipt"), "{unheard_of}");
}
