//! A row of an answer.

use sqlx::{
    Column as _, Row as _, TypeInfo as _, ValueRef as _,
    error::BoxDynError,
    postgres::{PgRow, PgValueRef},
    sqlite::SqliteRow,
};

use crate::error::Result;

/// A row from either engine.
#[derive(Debug)]
pub(crate) enum Row {
    /// From a file.
    Sqlite(SqliteRow),
    /// From a server.
    Postgres(PgRow),
}

impl Row {
    /// The value in a column, counted from zero.
    pub(crate) fn try_get<T: Value>(&self, column: usize) -> Result<T> {
        Ok(T::read(self, column)?)
    }
}

/// A type that a column can be read as.
pub(crate) trait Value: Sized {
    fn read(row: &Row, column: usize) -> sqlx::Result<Self>;
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn read(row: &Row, column: usize) -> sqlx::Result<Self> {
                match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                }
            }
        }
    )*};
}
values!(String, Option<String>, Vec<u8>, Option<Vec<u8>>);

impl Value for Option<i64> {
    fn read(row: &Row, column: usize) -> sqlx::Result<Self> {
        match row {
            Row::Sqlite(row) => row.try_get(column),
            // A literal in a statement is narrower than a stored number.
            Row::Postgres(row) => match row.try_column(column)?.type_info().name() {
                "INT4" => Ok(row.try_get::<Option<i32>, _>(column)?.map(i64::from)),
                "NUMERIC" => {
                    numeric(row.try_get_raw(column)?).map_err(|source| sqlx::Error::ColumnDecode { index: column.to_string(), source })
                }
                "BOOL" => Ok(row.try_get::<Option<bool>, _>(column)?.map(i64::from)),
                _ => row.try_get(column),
            },
        }
    }
}

/// The whole number that PostgreSQL adds stored numbers up to, as it comes over the wire: four words (how many digits, the weight of the
/// first, the sign, the scale), then the digits to the base of ten thousand.
fn numeric(value: PgValueRef<'_>) -> Result<Option<i64>, BoxDynError> {
    if value.is_null() {
        return Ok(None);
    }
    let words: Vec<i16> = value.as_bytes()?.as_chunks().0.iter().map(|pair| i16::from_be_bytes(*pair)).collect();
    let [_, weight, sign, 0, digits @ ..] = words.as_slice() else { return Err("a sum that is no whole number".into()) };
    let places = usize::try_from(*weight + 1)?;
    let digits = digits.iter().copied().chain(std::iter::repeat(0)).take(places);
    let size = digits.fold(0_i128, |number, digit| number.saturating_mul(10_000).saturating_add(digit.into()));
    Ok(Some(i64::try_from(if *sign == 0 { size } else { -size })?))
}

impl Value for i64 {
    fn read(row: &Row, column: usize) -> sqlx::Result<Self> {
        let unexpected = || sqlx::Error::ColumnDecode { index: column.to_string(), source: Box::new(sqlx::error::UnexpectedNullError) };
        Option::read(row, column)?.ok_or_else(unexpected)
    }
}

impl Value for bool {
    fn read(row: &Row, column: usize) -> sqlx::Result<Self> {
        Ok(i64::read(row, column)? != 0)
    }
}

impl Value for u32 {
    fn read(row: &Row, column: usize) -> sqlx::Result<Self> {
        let wide = i64::read(row, column)?;
        Self::try_from(wide).map_err(|error| sqlx::Error::ColumnDecode { index: column.to_string(), source: Box::new(error) })
    }
}

/// A row read as a tuple, column by column.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self>;
}

macro_rules! tuples {
    ($(($($type:ident $index:tt),+)),+ $(,)?) => {$(
        impl<$($type: Value),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($(row.try_get::<$type>($index)?,)+))
            }
        }
    )+};
}
tuples!(
    (A 0),
    (A 0, B 1),
    (A 0, B 1, C 2),
    (A 0, B 1, C 2, D 3),
    (A 0, B 1, C 2, D 3, E 4),
    (A 0, B 1, C 2, D 3, E 4, F 5),
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6),
);
