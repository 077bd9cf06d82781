//! Numbers given out in order, without gaps within a committed transaction.

use crate::{
    connection::{Database as _, Tx},
    error::Result,
};

/// Takes `count` numbers from a sequence and gives back the first.
pub(crate) async fn take(tx: &mut Tx, name: &str, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let sql =
        "insert into sequences (name, next) values ($1, 1 + $2) on conflict (name) do update set next = next + $2 returning next - $2";
    Ok(sqlx::query_scalar(sql).bind(name).bind(count).fetch_one(tx.sql()).await?)
}
