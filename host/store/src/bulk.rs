//! Many rows in one statement: a statement per row would cost more in hand-overs than in work.

use futures_util::future;

use crate::{
    connection::{Database, Tx},
    error::Result,
    sql::{Builder, FromRow, Query, Sql, Value, Values, query},
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
    if rows.is_empty() {
        return Ok(0);
    }
    let table = Table::of(rows, push);
    let statement = query(format!("{head}select * from {}{tail}", table.unnest(1)));
    table.0.into_iter().fold(statement, Query::bind).execute(tx.sql()).await
}

/// The same as [`insert`] for a statement that answers with something about each row.
pub(crate) async fn insert_returning<T, R: FromRow>(
    tx: &mut Tx,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    push: impl Fn(&mut Values, &T),
) -> Result<Vec<R>> {
    if let (Sql::Postgres(_), false) = (tx.sql(), rows.is_empty()) {
        let table = Table::of(rows, push);
        let statement = query(format!("{head}select * from {}{tail}", table.unnest(1)));
        return table.0.into_iter().fold(statement, Query::bind).read().fetch_all(tx.sql()).await;
    }
    let mut answers = Vec::with_capacity(rows.len());
    for chunk in chunks(rows) {
        let mut sql = Builder::new(head);
        sql.push_values(chunk, &push).push(tail);
        answers.extend(sql.build_query_as::<R>().fetch_all(tx.sql()).await?);
    }
    Ok(answers)
}

/// Rows as arrays, one for each column.
pub(crate) struct Table(pub(crate) Vec<Value>);

impl Table {
    /// Of rows, of which there is one at least.
    pub(crate) fn of<T>(rows: &[T], push: impl Fn(&mut Values, &T)) -> Self {
        let mut columns: Vec<Vec<Value>> = Vec::new();
        for item in rows {
            let mut row = Values::default();
            push(&mut row, item);
            let row = row.into_inner();
            columns.resize_with(row.len(), || Vec::with_capacity(rows.len()));
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        Self(columns.into_iter().filter_map(Value::array).collect())
    }

    /// What a statement reads them from, when they are bound from that number on.
    pub(crate) fn unnest(&self, first: usize) -> String {
        let types: Vec<String> = (first..).zip(&self.0).map(|(number, array)| format!("${number}::{}", array.type_name())).collect();
        format!("unnest({})", types.join(", "))
    }
}

/// Values of one list at most, where a list is an array.
const LIST_MAX: usize = 16_384;

/// Cuts values into lists of one statement each.
pub(crate) fn lists<'v, T>(database: &mut impl Database, values: &'v [T]) -> Vec<&'v [T]> {
    match database.sql() {
        Sql::Sqlite(_) => chunks(values).collect(),
        Sql::Postgres(_) => values.chunks(LIST_MAX).collect(),
    }
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
