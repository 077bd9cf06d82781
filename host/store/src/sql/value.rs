//! What is bound to a statement.

use sqlx::{Arguments as _, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments};

/// A value of one of the three types that both engines store.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A number; microseconds, millionths and minor units are numbers too.
    Integer(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// Numbers of many rows; of PostgreSQL alone, as the other arrays.
    Integers(Vec<Option<i64>>),
    /// Texts of many rows.
    Texts(Vec<Option<String>>),
    /// Bytes of many rows.
    ManyBytes(Vec<Option<Vec<u8>>>),
}

impl Value {
    /// One array of a column's values, which are all of one type.
    pub(crate) fn array(column: Vec<Self>) -> Option<Self> {
        let numbers = |column: Vec<Self>| column.into_iter().map(|value| if let Self::Integer(value) = value { value } else { None });
        let texts = |column: Vec<Self>| column.into_iter().map(|value| if let Self::Text(value) = value { value } else { None });
        let bytes = |column: Vec<Self>| column.into_iter().map(|value| if let Self::Bytes(value) = value { value } else { None });
        Some(match column.first()? {
            Self::Integer(_) => Self::Integers(numbers(column).collect()),
            Self::Text(_) => Self::Texts(texts(column).collect()),
            Self::Bytes(_) => Self::ManyBytes(bytes(column).collect()),
            Self::Integers(_) | Self::Texts(_) | Self::ManyBytes(_) => return None,
        })
    }

    /// PostgreSQL's name of the type.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "bigint",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytea",
            Self::Integers(_) => "bigint[]",
            Self::Texts(_) => "text[]",
            Self::ManyBytes(_) => "bytea[]",
        }
    }

    pub(super) fn add_to_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Integer(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value),
            Self::Bytes(value) => arguments.add(value),
            Self::Integers(_) | Self::Texts(_) | Self::ManyBytes(_) => Err("SQLite has no arrays".into()),
        }
    }

    pub(super) fn add_to_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Integer(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value),
            Self::Bytes(value) => arguments.add(value),
            Self::Integers(value) => arguments.add(value),
            Self::Texts(value) => arguments.add(value),
            Self::ManyBytes(value) => arguments.add(value),
        }
    }
}

macro_rules! bound {
    ($($from:ty as $variant:ident by $convert:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some($convert(value)))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )*};
}
bound!(
    i64 as Integer by i64::from,
    i32 as Integer by i64::from,
    u32 as Integer by i64::from,
    bool as Integer by i64::from,
    &str as Text by str::to_owned,
    String as Text by String::from,
    &String as Text by String::clone,
    &[u8] as Bytes by <[u8]>::to_vec,
    Vec<u8> as Bytes by Vec::from,
);

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}
