//! Months: what a server cuts its tables into.

use std::collections::BTreeSet;

use assay_tests::assay::at;

use super::contract::{opened, record_usage};

/// What a server cuts into months.
const MONTHLY: [&str; 6] = ["evaluations", "events", "metered", "operations", "payloads", "usage"];

#[tokio::test]
async fn months_are_made_once_unless_their_rows_lie_elsewhere() {
    let (installation, store) = opened().await;
    let made = async |now: &str, ahead: u32| store.maintain(at(now), ahead).await.expect("maintained").into_iter().collect::<BTreeSet<_>>();
    let months = |tables: &[&str], months: &[&str]| -> BTreeSet<String> {
        let of_table = |table: &&str| months.iter().map(|month| format!("{table}_{month}")).collect::<Vec<_>>();
        // A file has none.
        tables.iter().filter(|_| store.is_shared()).flat_map(of_table).collect()
    };
    assert_eq!(made("2041-05-10T00:00:00Z", 1).await, months(&MONTHLY, &["2041_05", "2041_06"]));
    assert_eq!(made("2041-05-31T00:00:00Z", 1).await, BTreeSet::new());
    record_usage(store.clone(), installation.caller.tenant, 1).await;
    let mut expected = months(&MONTHLY, &["2041_07", "2041_08"]);
    expected.remove("usage_2041_07");
    assert_eq!(made("2041-06-01T00:00:00Z", 2).await, expected);
}

#[tokio::test]
async fn a_server_gets_to_know_tables_that_have_grown() {
    let (installation, store) = opened().await;
    store.learn().await.expect("looked");
    if store.is_shared() {
        let known = "select count(*) from pg_class where relname = 'tenants' and reltuples > 0";
        assert_eq!(installation.raw().await.number(known).await, 1);
    }
}
