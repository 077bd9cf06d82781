//! PostgreSQL: any number of processes on one database.

use assay_domain::{id::TenantId, period::BillingPeriod, time::Timestamp};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    connection::Beside,
    error::{Result, StoreError},
    migrations::migrator,
    sql::{Sql, query_as, query_scalar},
};

/// Connections of one process that read, and that write.
const READERS: u32 = 8;
const WRITERS: u32 = 6;
/// The first half of the numbers of the locks that writers of a tenant take.
const LOCKS: i32 = 0x0A55_A700;
/// Every statement has an index to go by. A plan that was made while a table was empty would read all of it, and is kept when it has grown.
/// Compiling a plan takes longer than running it: a table of many months makes a large one of a small question.
const PLANS: [(&str, &str); 2] = [("enable_seqscan", "off"), ("jit", "off")];
/// How long a writer may leave its transaction alone. A process that is stopped in the midst of one would keep its tenant from everybody.
const IDLE_MAX: &str = "5s";
/// Months for which partitions are made along with the schema.
const AHEAD: u32 = 12;

/// The tables that are cut into months.
const PARTITIONED: [&str; 6] = ["events", "payloads", "evaluations", "usage", "metered", "operations"];

/// Connects; gives back the readers and the writers. The schema must be this version's, and the role one that the walls hold for.
pub(crate) async fn connect(url: &str, is_durable: bool) -> Result<(PgPool, PgPool)> {
    let options = options(url)?.options(PLANS).options([("synchronous_commit", if is_durable { "on" } else { "off" })]);
    // Past the pool, which would try again for half a minute and then not say why.
    let mut first = PgConnection::connect_with(&options).await?;
    check_role(&mut first).await?;
    check_schema(&mut first).await?;
    first.close().await?;
    let readers = options.clone().options([("default_transaction_read_only", "on")]);
    let writers = options.options([("idle_in_transaction_session_timeout", IDLE_MAX)]);
    let write = PgPoolOptions::new().max_connections(WRITERS).connect_with(writers).await?;
    let read = PgPoolOptions::new().max_connections(READERS).connect_with(readers).await?;
    Ok((read, write))
}

fn options(url: &str) -> Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse()?;
    // Statements of many rows come in as many shapes as there are powers of two.
    Ok(options.application_name("assay").statement_cache_capacity(512).disable_statement_logging())
}

/// Refuses a role that row-level security does not hold for: a query that forgot its scope would see every tenant.
async fn check_role(connection: &mut PgConnection) -> Result<()> {
    let role: (String, bool) = query_as("select rolname::text, rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        .fetch_one(Sql::Postgres(connection))
        .await?;
    if role.1 { Err(StoreError::Unwalled { role: role.0 }) } else { Ok(()) }
}

/// Refuses a schema of another version: rows of one that is not known would be misread.
async fn check_schema(connection: &mut PgConnection) -> Result<()> {
    let applied = applied(connection).await?.into_iter().max().unwrap_or_default();
    let expected = migrations().iter().map(|step| step.version).max().unwrap_or_default();
    if applied < expected { Err(StoreError::Schema { applied, expected }) } else { Ok(()) }
}

/// The steps that a database has behind it.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>> {
    let there = "select to_regclass('_sqlx_migrations')::text";
    let table: Option<String> = query_scalar(there).fetch_one(Sql::Postgres(connection)).await?;
    let Some(_) = table else { return Ok(Vec::new()) };
    query_scalar("select version from _sqlx_migrations where success").fetch_all(Sql::Postgres(connection)).await
}

/// Brings the schema of a database up to date, under a lock that others wait for; gives back the steps that were missing.
pub async fn migrate(url: &str, now: Timestamp) -> Result<Vec<i64>> {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options(url)?).await?;
    let before = applied(&mut *pool.acquire().await?).await?;
    migrations().run(&pool).await?;
    maintain(&pool, now, AHEAD).await?;
    let after = applied(&mut *pool.acquire().await?).await?;
    pool.close().await;
    Ok(after.into_iter().filter(|version| !before.contains(version)).collect())
}

/// Starts a write transaction: whose data it sees, and whom it waits for, in one exchange with the server.
pub(crate) async fn begin(pool: &PgPool, tenant: TenantId, beside: Beside) -> Result<Transaction<'static, Postgres>> {
    let lock = match beside {
        Beside::Nobody => "pg_advisory_xact_lock",
        Beside::Others => "pg_advisory_xact_lock_shared",
    };
    let sql = format!("begin; set local assay.tenant = '{}'; select {lock}({LOCKS}, {})", tenant.0, half(tenant));
    Ok(pool.begin_with(AssertSqlSafe(sql)).await?)
}

/// Has a transaction of the installation run beside those of a tenant from here on, and wait for one that is alone.
pub(crate) async fn come_beside(connection: &mut PgConnection, tenant: TenantId) -> Result<()> {
    let sql = format!("select pg_advisory_xact_lock_shared({LOCKS}, {})", half(tenant));
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// The second half of the number of a tenant's lock. Two tenants whose numbers end alike wait for each other, no more.
fn half(tenant: TenantId) -> i32 {
    i32::try_from(tenant.0 & i64::from(i32::MAX)).unwrap_or_default()
}

/// Tables that the planner never looked at, or that have grown tenfold since. Only their owner may have it look.
const UNKNOWN: &str = "select c.oid::regclass::text from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace \
    and pg_has_role(c.relowner, 'usage') and pg_relation_size(c.oid) / current_setting('block_size')::bigint > 10 * c.relpages";

/// Has the planner look at tables that it knows too little of. The server does so by itself, but a minute later, and until then plans are
/// kept that were made for an empty table.
pub(crate) async fn learn(pool: &PgPool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let unknown: Vec<String> = query_scalar(UNKNOWN).fetch_all(Sql::Postgres(&mut connection)).await?;
    for table in unknown {
        sqlx::raw_sql(AssertSqlSafe(format!("analyze (skip_locked) {table}"))).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A month of a table.
struct Partition {
    name: String,
    table: &'static str,
    month: BillingPeriod,
}

pub(crate) async fn maintain(pool: &PgPool, now: Timestamp, ahead: u32) -> Result<Vec<String>> {
    make_missing(&mut *pool.acquire().await?, now, ahead).await
}

/// Makes what is missing, one process at a time.
async fn make_missing(connection: &mut PgConnection, now: Timestamp, ahead: u32) -> Result<Vec<String>> {
    let mut made = Vec::new();
    for partition in missing(connection, now, ahead).await? {
        // Each by itself: one that waits for a table must not keep others from another.
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(AssertSqlSafe(format!("select pg_advisory_xact_lock({LOCKS}, -1)"))).execute(&mut *transaction).await?;
        if make(&mut transaction, &partition).await? {
            made.push(partition.name);
        }
        transaction.commit().await?;
    }
    Ok(made)
}

async fn missing(connection: &mut PgConnection, now: Timestamp, ahead: u32) -> Result<Vec<Partition>> {
    let sql = "select c.relname::text from pg_class c join pg_inherits i on i.inhrelid = c.oid";
    let there: Vec<String> = query_scalar(sql).fetch_all(Sql::Postgres(connection)).await?;
    let months = std::iter::successors(Some(BillingPeriod::containing(now)), |month| Some(month.next()));
    let months: Vec<BillingPeriod> = months.take(ahead as usize + 1).collect();
    let named = |table: &'static str| {
        months.iter().map(move |month| Partition { name: format!("{table}_{}", month.to_string().replace('-', "_")), table, month: *month })
    };
    Ok(PARTITIONED.into_iter().flat_map(named).filter(|partition| !there.contains(&partition.name)).collect())
}

/// Makes a partition, unless the default one holds rows of that month already: there they stay.
async fn make(connection: &mut PgConnection, partition: &Partition) -> Result<bool> {
    let Partition { name, table, month } = partition;
    let (from, until) = (month.start().micros(), month.end().micros());
    let column = match *table {
        "usage" | "metered" => "dated_at",
        "operations" => "at",
        _ => "recorded_at",
    };
    let taken = format!(
        "select to_regclass('{name}') is not null \
         or exists (select 1 from only {table}_default where {column} >= {from} and {column} < {until})"
    );
    if query_scalar(taken).fetch_one(Sql::Postgres(connection)).await? {
        return Ok(false);
    }
    // Asked for by its own name it shows nothing; the triggers of rows come with the table, those of truncation do not.
    let mut sql = format!(
        "create table {name} partition of {table} for values from ({from}) to ({until}); \
         alter table {name} enable row level security, force row level security"
    );
    if *table != "payloads" {
        sql += &format!("; create trigger {name}_no_truncate before truncate on {name} for each statement execute function insert_only()");
    }
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(true)
}

/// Everything that makes the schema, in order.
pub(crate) fn migrations() -> Migrator {
    migrator(&[
        include_str!("../migrations/postgres/0001_foundation.sql"),
        include_str!("../migrations/postgres/0002_service.sql"),
        include_str!("../migrations/postgres/0003_sandbox.sql"),
        include_str!("../migrations/postgres/0004_settlement.sql"),
        include_str!("../migrations/postgres/0005_scale.sql"),
        include_str!("../migrations/postgres/0006_audit_chain.sql"),
        include_str!("../migrations/postgres/0007_lifecycle.sql"),
        include_str!("../migrations/postgres/0008_receipts.sql"),
        include_str!("../migrations/postgres/0009_disputes.sql"),
        include_str!("../migrations/postgres/0010_backtests.sql"),
        include_str!("../migrations/postgres/0011_attestations.sql"),
        include_str!("../migrations/postgres/0012_customer_keys.sql"),
        include_str!("../migrations/postgres/0013_retention.sql"),
        include_str!("../migrations/postgres/0014_costs.sql"),
    ])
}
