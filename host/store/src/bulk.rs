//! Many rows in one statement: a statement per row would cost more in hand-overs than in work.

use futures_util::future;
use sqlx::{QueryBuilder, Sqlite, query_builder::Separated};

use crate::{
    connection::{Database as _, Tx},
    error::Result,
};

/// A row's values, pushed in the order of the columns.
pub(crate) type Row<'q, 'a> = Separated<'q, Sqlite, &'a str>;

/// Rows of one statement; always a power of two, so that few statements are ever prepared.
const ROWS_MAX: usize = 128;

/// Runs `head values (…), (…) tail` over all rows, in as few statements as fit. While the database works on one statement, the
/// next is put together.
pub(crate) async fn insert<T>(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    push: impl Fn(&mut Row<'_, '_>, &T),
) -> Result<u64> {
    let build = |chunk: &[T]| {
        let mut sql = QueryBuilder::<Sqlite>::new(head);
        sql.push_values(chunk, |mut row, value| push(&mut row, value));
        sql.push(tail);
        sql
    };
    let mut chunks = chunks(rows);
    let mut next = chunks.next().map(build);
    let mut affected = 0;
    while let Some(mut sql) = next.take() {
        let (done, built) = future::join(sql.build().execute(tx.sql()), async { chunks.next().map(build) }).await;
        affected += done?.rows_affected();
        next = built;
    }
    Ok(affected)
}

/// Cuts rows into runs whose lengths are powers of two.
pub(crate) fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let n = match rows.len() {
            0 => return None,
            n if n >= ROWS_MAX => ROWS_MAX,
            n => 1 << n.ilog2(),
        };
        let (chunk, rest) = rows.split_at(n);
        rows = rest;
        Some(chunk)
    })
}

/// Adds `(?, ?, …)` with the given values. A condition on the tenant beside it is written `+tenant = …`: the plus keeps the planner at
/// the ids, where an index that starts with the tenant would read all that the tenant has.
pub(crate) fn push_list<'a, T>(sql: &mut QueryBuilder<Sqlite>, values: &'a [T])
where
    T: sqlx::Type<Sqlite> + Clone + 'a,
    for<'q> T: sqlx::Encode<'q, Sqlite>,
{
    sql.push("(");
    let mut list = sql.separated(", ");
    for value in values {
        list.push_bind(value.clone());
    }
    sql.push(")");
}
