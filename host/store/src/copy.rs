//! From a file to a server: every row of every table, as it is, in one transaction.

use assay_domain::id::TenantId;
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::{
    connection::{Database as _, Store},
    error::{Result, StoreError},
    sql::{Sql, Value, query, query_as, query_scalar},
};

/// Rows that are sent together.
const CHUNK: usize = 4_096;

/// Every table of a file, those that others refer to first.
pub const TABLES: [&str; 73] = [
    "tenants",
    "engines",
    "components",
    "names",
    "customers",
    "keys",
    "sessions",
    "interactions",
    "events",
    "payloads",
    "costs",
    "event_keys",
    "event_key_ends",
    "webhook_endpoints",
    "webhook_secrets",
    "webhook_secret_ends",
    "key_attestations",
    "webhook_attestations",
    "conflicts",
    "assignments",
    "rules",
    "definitions",
    "versions",
    "activations",
    "retirements",
    "approval_keys",
    "approval_key_ends",
    "proposals",
    "withdrawals",
    "rejections",
    "approvals",
    "backtests",
    "backtest_pieces",
    "rate_cards",
    "agreements",
    "dispute_terms",
    "evaluations",
    "outcomes",
    "usage",
    "veils",
    "receipts",
    "log_keys",
    "log_tiles",
    "checkpoints",
    "metered",
    "breakers",
    "discrepancies",
    "supersessions",
    "merges",
    "billing_runs",
    "unrated",
    "invoices",
    "invoice_lines",
    "invoice_changes",
    "invoice_heads",
    "disputes",
    "dispute_steps",
    "dispute_findings",
    "dispute_fixtures",
    "fixture_trials",
    "samples",
    "sample_items",
    "sample_judgements",
    "lots",
    "transfers",
    "balances",
    "wallets",
    "top_ups",
    "retentions",
    "answers",
    "operations",
    "audit_chain",
    "sequences",
];

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// How many rows of each table.
    pub tables: Vec<(String, u64)>,
}

/// Copies everything from a file to a server whose database is empty: all of it or nothing. `progress` is told the table and how many of its
/// rows are there.
pub async fn copy(from: &Store, to: &Store, mut progress: impl FnMut(&str, u64)) -> Result<Copied> {
    if from.is_shared() || !to.is_shared() {
        return Err(StoreError::Unsupported("a copy goes from a file of SQLite to a database of PostgreSQL"));
    }
    let mut reader = from.read_installation().await?;
    let mut tx = to.begin_installation().await?;
    let (Sql::Sqlite(file), Sql::Postgres(server)) = (reader.sql(), tx.sql()) else {
        return Err(StoreError::Unsupported("a copy goes from a file of SQLite to a database of PostgreSQL"));
    };
    let mut file = file.begin().await?;
    let tenants: Vec<i64> = query_scalar("select id from tenants order by id").fetch_all(Sql::Sqlite(&mut file)).await?;
    let mut tables = Vec::new();
    for name in TABLES {
        let table = Table::read(&mut file, name).await?;
        let mut rows = 0;
        if table.has_tenant() && !table.is_of_the_installation() {
            for tenant in &tenants {
                see(server, TenantId(*tenant)).await?;
                rows += table.copy(&mut file, server, &format!("where tenant = {tenant}")).await?;
                progress(name, rows);
            }
        }
        see(server, TenantId(0)).await?;
        rows += match name {
            "operations" => table.copy(&mut file, server, "where tenant is null").await?,
            "audit_chain" => table.copy(&mut file, server, "where tenant = 0").await?,
            _ if table.has_tenant() && !table.is_of_the_installation() => 0,
            _ => table.copy(&mut file, server, "").await?,
        };
        progress(name, rows);
        tables.push((name.to_owned(), rows));
    }
    number(server, &tenants).await?;
    drop(file);
    tx.keep("copy").await?;
    Ok(Copied { tables })
}

/// From here on the transaction sees the rows of one tenant.
async fn see(server: &mut PgConnection, tenant: TenantId) -> Result<()> {
    query("select set_config('assay.tenant', $1, true)").bind(tenant.0.to_string()).execute(Sql::Postgres(server)).await?;
    Ok(())
}

/// A table of the file.
struct Table {
    name: &'static str,
    /// Names and declared types.
    columns: Vec<(String, String)>,
}

impl Table {
    async fn read(file: &mut SqliteConnection, name: &'static str) -> Result<Self> {
        let columns: Vec<(String, String)> =
            query_as("select name, lower(type) from pragma_table_info($1) order by cid").bind(name).fetch_all(Sql::Sqlite(file)).await?;
        Ok(Self { name, columns })
    }

    fn has_tenant(&self) -> bool {
        self.columns.iter().any(|(name, _)| name == "tenant")
    }

    /// Read without knowing whose they are, so not guarded by row.
    fn is_of_the_installation(&self) -> bool {
        self.name == "keys"
    }

    async fn copy(&self, file: &mut SqliteConnection, server: &mut PgConnection, condition: &str) -> Result<u64> {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        // A row refers to earlier ones of its own table, never to later ones.
        let order = if names.contains(&"id") { "order by id" } else { "" };
        let sql = format!("select {} from {} {condition} {order}", names.join(", "), self.name);
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(file);
        let mut columns = self.empty();
        let (mut copied, mut waiting) = (0, 0);
        while let Some(row) = rows.try_next().await? {
            for (index, ((_, kind), column)) in self.columns.iter().zip(&mut columns).enumerate() {
                column.push(match kind.as_str() {
                    "integer" => Value::Integer(row.try_get(index)?),
                    "text" => Value::Text(row.try_get(index)?),
                    _ => Value::Bytes(row.try_get(index)?),
                });
            }
            (copied, waiting) = (copied + 1, waiting + 1);
            if waiting == CHUNK {
                self.send(server, std::mem::replace(&mut columns, self.empty())).await?;
                waiting = 0;
            }
        }
        self.send(server, columns).await?;
        Ok(copied)
    }

    fn empty(&self) -> Vec<Vec<Value>> {
        self.columns.iter().map(|_| Vec::with_capacity(CHUNK)).collect()
    }

    async fn send(&self, server: &mut PgConnection, columns: Vec<Vec<Value>>) -> Result<()> {
        let arrays: Vec<Value> = columns.into_iter().filter_map(Value::array).collect();
        if arrays.is_empty() {
            return Ok(());
        }
        if self.name == "events" {
            self.claim(server, &arrays).await?;
        }
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let types: Vec<String> = (1..).zip(&arrays).map(|(number, array)| format!("${number}::{}", array.type_name())).collect();
        let sql = format!("insert into {} ({}) select * from unnest({})", self.name, names.join(", "), types.join(", "));
        arrays.into_iter().fold(query(sql), |statement, array| statement.bind(array)).execute(Sql::Postgres(server)).await?;
        Ok(())
    }

    /// The identities of events, which the server keeps in a table of their own.
    async fn claim(&self, server: &mut PgConnection, arrays: &[Value]) -> Result<()> {
        let column = |wanted: &str| self.columns.iter().zip(arrays).find(|((name, _), _)| name == wanted).map(|(_, array)| array.clone());
        let sql = "insert into identities (tenant, source, source_id, id, content) \
                   select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bytea[])";
        let wanted = ["tenant", "source", "source_id", "id", "content"].into_iter().filter_map(column);
        wanted.fold(query(sql), |statement, array| statement.bind(array)).execute(Sql::Postgres(server)).await?;
        Ok(())
    }
}

/// New rows are numbered after those that were copied.
async fn number(server: &mut PgConnection, tenants: &[i64]) -> Result<()> {
    let next: Vec<(String, i64)> = query_as("select name, next from sequences").fetch_all(Sql::Postgres(server)).await?;
    let next = |name: &str| next.iter().find(|(found, _)| found == name).map_or(1, |(_, next)| *next);
    for name in ["event", "evaluation"] {
        let sql = format!("select setval('{name}_ids', $1, false)");
        query(sql).bind(next(&format!("{name}s"))).execute(Sql::Postgres(server)).await?;
    }
    for tenant in tenants {
        let sql = "insert into sequences (name, next) values ($1, $2)";
        query(sql).bind(format!("usage/{tenant}")).bind(next("usage")).execute(Sql::Postgres(server)).await?;
    }
    let identities = "select table_name::text from information_schema.columns where table_schema = current_schema() \
                      and column_name = 'id' and is_identity = 'YES'";
    let tables: Vec<String> = query_scalar(identities).fetch_all(Sql::Postgres(server)).await?;
    for table in tables {
        let mut highest = 0;
        for tenant in std::iter::once(&0).chain(tenants) {
            see(server, TenantId(*tenant)).await?;
            let found: Option<i64> = query_scalar(format!("select max(id) from {table}")).fetch_one(Sql::Postgres(server)).await?;
            highest = highest.max(found.unwrap_or_default());
        }
        let sql = format!("select setval(pg_get_serial_sequence('{table}', 'id'), $1, false)");
        query(sql).bind(highest + 1).execute(Sql::Postgres(server)).await?;
    }
    Ok(())
}
