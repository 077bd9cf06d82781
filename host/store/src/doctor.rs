//! Whether the database is sound, guarded as the schema says, and as durable as it promises.

use std::collections::BTreeMap;

use crate::{
    connection::Database,
    error::Result,
    postgres,
    sql::{Sql, query_as, query_scalar},
    sqlite,
};

/// Damage beyond this is not listed piece by piece.
const DAMAGE: &str = "pragma quick_check(10)";

/// What is wrong with the database, one sentence each; nothing when it is sound. A server looks after its own files.
pub async fn problems(c: &mut impl Database) -> Result<Vec<String>> {
    let is_file = matches!(c.sql(), Sql::Sqlite(_));
    let mut problems = if is_file { damage(c).await? } else { Vec::new() };
    let expected = if is_file { triggers() } else { postgres_triggers() };
    problems.extend(unguarded(c, expected).await?);
    problems.extend(if is_file { undurable(c).await? } else { unsynchronised(c).await? });
    Ok(problems)
}

async fn damage(c: &mut impl Database) -> Result<Vec<String>> {
    let found: Vec<String> = query_scalar(DAMAGE).fetch_all(c.sql()).await?;
    Ok(found.into_iter().filter(|line| line != "ok").map(|line| format!("the file is damaged: {line}")).collect())
}

/// Triggers of the schema that are not there, or do something else.
async fn unguarded(c: &mut impl Database, expected: BTreeMap<String, String>) -> Result<Vec<String>> {
    let sql = match c.sql() {
        Sql::Sqlite(_) => "select name, sql from sqlite_master where type = 'trigger'",
        Sql::Postgres(_) => "select tgname::text, case tgenabled when 'O' then 'on' else 'off' end from pg_trigger where tgparentid = 0",
    };
    let rows: Vec<(String, String)> = query_as(sql).fetch_all(c.sql()).await?;
    let found: BTreeMap<String, String> = rows.into_iter().map(|(name, sql)| (name, in_one_line(&sql))).collect();
    let problem = |(name, expected): (String, String)| match found.get(&name) {
        None => Some(format!("the trigger {name} is missing, so what it guards can be changed")),
        Some(sql) if *sql != expected => Some(format!("the trigger {name} is not the schema's, so what it guards can be changed")),
        Some(_) => None,
    };
    Ok(expected.into_iter().filter_map(problem).collect())
}

/// The triggers that the migrations create, by name, with their text as the file keeps it.
fn triggers() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for migration in sqlite::migrations().iter() {
        for rest in migration.sql.as_str().split("create trigger ").skip(1) {
            let body = in_one_line(rest.split_once(" end;").map_or(rest, |(body, _)| body));
            let name = body.split(' ').next().unwrap_or_default().to_owned();
            all.insert(name, format!("CREATE TRIGGER {body} end"));
        }
    }
    all
}

/// The triggers that the migrations create on a server, where each is on or off.
fn postgres_triggers() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for migration in postgres::migrations().iter() {
        let rest = migration.sql.as_str().split("create trigger ").skip(1);
        all.extend(rest.filter_map(|rest| Some((rest.split_whitespace().next()?.to_owned(), "on".to_owned()))));
    }
    all
}

fn in_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was answered must survive the loss of power.
async fn undurable(c: &mut impl Database) -> Result<Vec<String>> {
    let journal: String = query_scalar("pragma journal_mode").fetch_one(c.sql()).await?;
    let synchronous: i64 = query_scalar("pragma synchronous").fetch_one(c.sql()).await?;
    let journal = (journal != "wal").then(|| format!("its journal is {journal}, not a write-ahead log"));
    // 2 is FULL, 3 is EXTRA.
    let synchronous = (synchronous < 2).then(|| format!("its writes are not waited for: synchronous is {synchronous}, not FULL"));
    Ok(journal.into_iter().chain(synchronous).collect())
}

/// The same of a server.
async fn unsynchronised(c: &mut impl Database) -> Result<Vec<String>> {
    let sql = "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'";
    let rows: Vec<(String, String)> = query_as(sql).fetch_all(c.sql()).await?;
    let problem = |(name, setting)| format!("the server does not wait for its disk: {name} is {setting}");
    Ok(rows.into_iter().map(problem).collect())
}
