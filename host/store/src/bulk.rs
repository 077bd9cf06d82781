//! Many rows in one statement: a statement per row would cost more in hand-overs than in work.

use futures_util::future;

use crate::{
    connection::{Database as _, Tx},
    error::Result,
    sql::{Builder, Sql, Value, Values, query},
};

/// Rows of one statement; always a power of two, so that few statements are ever prepared.
const ROWS_MAX: usize = 128;

/// Runs `head values (…), (…) tail` over all rows, in as few statements as fit; gives back how many rows it changed.
pub(crate) async fn insert<T>(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    push: impl Fn(&mut Values, &T),
) -> Result<u64> {
    match tx.sql() {
        Sql::Sqlite(_) => insert_values(tx, head, tail, rows, push).await,
        Sql::Postgres(_) => insert_columns(tx, head, tail, rows, push).await,
    }
}

/// While the database works on one statement, the next is put together.
async fn insert_values<T>(tx: &mut Tx, head: &str, tail: &str, rows: &[T], push: impl Fn(&mut Values, &T)) -> Result<u64> {
    let build = |chunk: &[T]| {
        let mut sql = Builder::new(head);
        sql.push_values(chunk, &push).push(tail);
        sql.build()
    };
    let mut chunks = chunks(rows);
    let mut next = chunks.next().map(build);
    let mut affected = 0;
    while let Some(sql) = next.take() {
        let (done, built) = future::join(sql.execute(tx.sql()), async { chunks.next().map(build) }).await;
        affected += done?;
        next = built;
    }
    Ok(affected)
}

/// One statement for any number of rows, an array for each column. It does what `copy` does, which passes by row-level security and is
/// refused for that.
async fn insert_columns<T>(tx: &mut Tx, head: &str, tail: &str, rows: &[T], push: impl Fn(&mut Values, &T)) -> Result<u64> {
    let mut columns: Vec<Vec<Value>> = Vec::new();
    for item in rows {
        let mut row = Values::default();
        push(&mut row, item);
        let row = row.into_inner();
        columns.resize_with(row.len(), || Vec::with_capacity(rows.len()));
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    let arrays: Vec<Value> = columns.into_iter().filter_map(Value::array).collect();
    if arrays.is_empty() {
        return Ok(0);
    }
    let types: Vec<String> = (1..).zip(&arrays).map(|(number, array)| format!("${number}::{}", array.type_name())).collect();
    let statement = query(format!("{head}select * from unnest({}){tail}", types.join(", ")));
    arrays.into_iter().fold(statement, |statement, array| statement.bind(array)).execute(tx.sql()).await
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
