//! A statement with its values, run on the engine of a connection.

use std::{borrow::Cow, marker::PhantomData};

use sqlx::{AssertSqlSafe, Executor as _, SqlStr, postgres::PgArguments, sqlite::SqliteArguments};

use super::{
    Row, Sql, Value,
    row::{FromRow, Value as Column},
};
use crate::error::Result;

/// A statement. What it says is the product's own; what comes from outside is bound.
pub(crate) struct Query {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    list: Option<List>,
    /// Whether it has a question mark for each value instead of a number: SQLite looks for each number among all, which takes long where
    /// there are thousands.
    is_positional: bool,
}

/// Values of which a column has one.
pub(crate) struct List {
    /// Where the statement says so, after the column.
    pub(super) at: usize,
    /// How many other values are bound before it.
    pub(super) after: usize,
    /// One at least.
    pub(super) values: Vec<Value>,
}

/// A statement that answers with rows or changes something.
pub(crate) fn query(sql: impl Into<Cow<'static, str>>) -> Query {
    Query { sql: sql.into(), values: Vec::new(), list: None, is_positional: false }
}

/// A statement whose rows are read as tuples.
pub(crate) fn query_as<T>(sql: impl Into<Cow<'static, str>>) -> Read<T> {
    query(sql).read()
}

/// A statement of whose rows the first column is read.
pub(crate) fn query_scalar<T>(sql: impl Into<Cow<'static, str>>) -> ReadFirst<T> {
    ReadFirst(query(sql), PhantomData)
}

impl Query {
    pub(super) fn built(sql: String, values: Vec<Value>, list: Option<List>) -> Self {
        Self { sql: sql.into(), values, list, is_positional: true }
    }

    /// Reads rows as tuples.
    pub(crate) fn read<T>(self) -> Read<T> {
        Read(self, PhantomData)
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it; gives back how many rows it changed.
    pub(crate) async fn execute(self, on: Sql<'_>) -> Result<u64> {
        Ok(match on {
            Sql::Sqlite(connection) => connection.execute(self.sqlite()?).await?.rows_affected(),
            Sql::Postgres(connection) => connection.execute(self.postgres()?).await?.rows_affected(),
        })
    }

    /// Every row.
    pub(crate) async fn fetch_all(self, on: Sql<'_>) -> Result<Vec<Row>> {
        Ok(match on {
            Sql::Sqlite(connection) => connection.fetch_all(self.sqlite()?).await?.into_iter().map(Row::Sqlite).collect(),
            Sql::Postgres(connection) => connection.fetch_all(self.postgres()?).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// The first row, if there is one.
    pub(crate) async fn fetch_optional(self, on: Sql<'_>) -> Result<Option<Row>> {
        Ok(match on {
            Sql::Sqlite(connection) => connection.fetch_optional(self.sqlite()?).await?.map(Row::Sqlite),
            Sql::Postgres(connection) => connection.fetch_optional(self.postgres()?).await?.map(Row::Postgres),
        })
    }

    /// The first row.
    pub(crate) async fn fetch_one(self, on: Sql<'_>) -> Result<Row> {
        Ok(self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)?)
    }

    /// The statement for a file: a list is a question mark for each of its values.
    fn listed(self) -> (Cow<'static, str>, Vec<Value>) {
        let Self { sql, mut values, list: Some(List { at, after, values: listed }), .. } = self else { return (self.sql, self.values) };
        let (before, rest) = sql.split_at(at);
        let marks = vec!["?"; listed.len()].join(", ");
        let sql = format!("{before} in ({marks}){rest}");
        values.splice(after..after, listed);
        (sql.into(), values)
    }

    /// The statement for a server: a list is an array, and the statement is asked for each value in it. A planner that knows nothing of a
    /// table yet would otherwise read all of a tenant's rows for a list of the last column of a key.
    fn asked(self) -> (Cow<'static, str>, Vec<Value>) {
        let Self { mut sql, mut values, list, is_positional } = self;
        if let Some((at, array)) = list.and_then(|list| Some((list.at, Value::array(list.values)?))) {
            let (before, rest) = sql.split_at(at);
            let (number, kind) = (values.len() + 1, array.type_name());
            let list = format!("unnest(${number}::{kind}) as asked(value)");
            sql = format!("select answer.* from {list}, lateral ({before} = asked.value{rest} offset 0) as answer").into();
            values.push(array);
        }
        (if is_positional { numbered(&sql).into() } else { sql }, values)
    }

    fn sqlite(self) -> Result<sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>> {
        let (sql, values) = self.listed();
        let mut arguments = SqliteArguments::default();
        for value in values {
            value.add_to_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(text(sql), arguments))
    }

    fn postgres(self) -> Result<sqlx::query::Query<'static, sqlx::Postgres, PgArguments>> {
        let (sql, values) = self.asked();
        let mut arguments = PgArguments::default();
        for value in values {
            value.add_to_postgres(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(text(for_postgres(sql)), arguments))
    }
}

fn text(sql: Cow<'static, str>) -> SqlStr {
    match sql {
        Cow::Borrowed(sql) => SqlStr::from_static(sql),
        Cow::Owned(sql) => sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql)),
    }
}

/// The statement with numbers in the place of question marks.
fn numbered(sql: &str) -> String {
    let mut pieces = sql.split('?');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.zip(1_usize..).fold(first, |said, (piece, number)| format!("{said}${number}{piece}"))
}

/// The statement with what its comments say, and without the pluses that are meant for SQLite's planner.
fn for_postgres(sql: Cow<'static, str>) -> Cow<'static, str> {
    let bytes = sql.as_bytes();
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at));
    let is_hint = |plus: usize| {
        let (before, after) = (at(plus.checked_sub(1)), at(plus.checked_add(1)));
        matches!(before, Some(b' ' | b'(')) && after.is_some_and(u8::is_ascii_lowercase)
    };
    let hints: Vec<usize> = sql.match_indices('+').map(|(plus, _)| plus).filter(|plus| is_hint(*plus)).collect();
    if hints.is_empty() && !sql.contains("/*") {
        return sql;
    }
    let kept: String = sql.char_indices().filter(|(at, _)| !hints.contains(at)).map(|(_, letter)| letter).collect();
    kept.replace("/*", "").replace("*/", "").into()
}

/// A statement whose rows are read as tuples.
pub(crate) struct Read<T>(Query, PhantomData<fn() -> T>);

impl<T: FromRow> Read<T> {
    /// Binds the next value.
    pub(crate) fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value), PhantomData)
    }

    /// Every row.
    pub(crate) async fn fetch_all(self, on: Sql<'_>) -> Result<Vec<T>> {
        self.0.fetch_all(on).await?.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one.
    pub(crate) async fn fetch_optional(self, on: Sql<'_>) -> Result<Option<T>> {
        self.0.fetch_optional(on).await?.as_ref().map(T::from_row).transpose()
    }

    /// The first row.
    pub(crate) async fn fetch_one(self, on: Sql<'_>) -> Result<T> {
        T::from_row(&self.0.fetch_one(on).await?)
    }
}

/// A statement of whose rows the first column is read.
pub(crate) struct ReadFirst<T>(Query, PhantomData<fn() -> T>);

impl<T: Column> ReadFirst<T> {
    /// Binds the next value.
    pub(crate) fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value), PhantomData)
    }

    /// Of every row.
    pub(crate) async fn fetch_all(self, on: Sql<'_>) -> Result<Vec<T>> {
        self.0.fetch_all(on).await?.iter().map(|row| row.try_get(0)).collect()
    }

    /// Of the first row, if there is one.
    pub(crate) async fn fetch_optional(self, on: Sql<'_>) -> Result<Option<T>> {
        self.0.fetch_optional(on).await?.map(|row| row.try_get(0)).transpose()
    }

    /// Of the first row.
    pub(crate) async fn fetch_one(self, on: Sql<'_>) -> Result<T> {
        self.0.fetch_one(on).await?.try_get(0)
    }
}
