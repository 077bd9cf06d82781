//! Past the product: what a test looks at in the database, and what it does there behind the back of every use case.

use std::path::Path;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _, SqliteConnection, ValueRef as _,
    postgres::{PgConnectOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqliteRow},
};

/// A connection of one's own. To a server it is a superuser's, so that it sees every tenant, as one to a file does.
pub enum Raw {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Raw {
    /// To a file that is there.
    pub async fn of_file(file: &Path) -> Self {
        Self::Sqlite(SqliteConnectOptions::new().filename(file).connect().await.expect("a connection to the file"))
    }

    /// To a database of a server, at an address with a superuser's name.
    pub async fn of_server(url: &str) -> Self {
        let options: PgConnectOptions = url.parse().expect("an address of a database");
        Self::Postgres(options.connect().await.expect("a connection to the server"))
    }

    /// What a statement answers with, every value as text; nothing is an empty text.
    pub async fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let rows = match self {
            Self::Sqlite(file) => statement.fetch_all(file).await.map(|rows| rows.iter().map(of_file).collect()),
            Self::Postgres(server) => statement.fetch_all(server).await.map(|rows| rows.iter().map(of_server).collect()),
        };
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// What a statement answers with in its first column.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        self.rows(sql).await.into_iter().map(|row| row.into_iter().next().expect("a column")).collect()
    }

    /// The number that a statement answers with.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let found = self.texts(sql).await;
        found.first().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{sql}: {found:?} is no number"))
    }

    /// Runs a statement; how many rows it changed, or what the database says against it.
    pub async fn execute(&mut self, sql: &str) -> Result<u64, String> {
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = match self {
            Self::Sqlite(file) => statement.execute(file).await.map(|done| done.rows_affected()),
            Self::Postgres(server) => statement.execute(server).await.map(|done| done.rows_affected()),
        };
        done.map_err(|error| error.to_string())
    }

    /// Runs a statement that nothing is said against; how many rows it changed.
    pub async fn run(&mut self, sql: &str) -> u64 {
        self.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Lets this connection change what is only ever added to, and leave what refers to nothing. A file loses its triggers for good.
    pub async fn unguarded(&mut self) {
        let is_file = matches!(self, Self::Sqlite(_));
        let guards = if is_file {
            self.run("pragma foreign_keys = off").await;
            self.texts("select 'drop trigger ' || name from sqlite_master where type = 'trigger'").await
        } else {
            vec!["set session_replication_role = replica".to_owned()]
        };
        for sql in guards {
            self.run(&sql).await;
        }
    }
}

fn of_file(row: &SqliteRow) -> Vec<String> {
    let value = |column: usize| {
        let number = row.try_get::<Option<i64>, _>(column).map(|number| number.map(|number| number.to_string()));
        number.or_else(|_| row.try_get::<Option<String>, _>(column)).expect("a number or a text").unwrap_or_default()
    };
    (0..row.len()).map(value).collect()
}

/// The server writes every value of such an answer as text itself.
fn of_server(row: &PgRow) -> Vec<String> {
    let value = |column: usize| {
        let value = row.try_get_raw(column).expect("a value");
        if value.is_null() { String::new() } else { value.as_str().expect("text").to_owned() }
    };
    (0..row.len()).map(value).collect()
}
