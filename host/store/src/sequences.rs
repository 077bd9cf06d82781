//! Numbers given out in order, without gaps within a committed transaction.

use crate::{
    connection::{Connection as _, Database as _, Tx},
    error::Result,
    sql::{Sql, query_scalar},
};

/// Takes as many numbers of a kind of row as there are rows: ever higher ones, but those of transactions that run side by side are mixed. Nobody waits for
/// them.
pub(crate) async fn take_mixed(tx: &mut Tx, name: &str, count: usize) -> Result<Vec<i64>> {
    match tx.sql() {
        Sql::Sqlite(_) => {
            let first = take(tx, &format!("{name}s"), count).await?;
            Ok((first..).take(count).collect())
        }
        Sql::Postgres(_) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let sql = format!("select nextval('{name}_ids') from generate_series(1, $1)");
            query_scalar(sql).bind(count).fetch_all(tx.sql()).await
        }
    }
}

/// Takes `count` numbers of changes of usage and gives back the first. Who takes some makes the others of the tenant wait for its commit, so
/// that a number is never seen before a lower one.
pub(crate) async fn take_usage(tx: &mut Tx, count: usize) -> Result<i64> {
    let name = match tx.sql() {
        Sql::Sqlite(_) => "usage".to_owned(),
        Sql::Postgres(_) => format!("usage/{}", tx.tenant().0),
    };
    take(tx, &name, count).await
}

/// Takes `count` numbers from a sequence and gives back the first.
pub(crate) async fn take(tx: &mut Tx, name: &str, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let sql = "insert into sequences (name, next) values ($1, 1 + $2) on conflict (name) do update set next = sequences.next + $2 returning next - $2";
    query_scalar(sql).bind(name).bind(count).fetch_one(tx.sql()).await
}
