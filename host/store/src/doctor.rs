//! Whether the database is sound, guarded as the schema says, and as durable as it promises.

use std::collections::BTreeMap;

use crate::{
    connection::{Database, migrator},
    error::Result,
};

/// Damage beyond this is not listed piece by piece.
const DAMAGE: &str = "pragma quick_check(10)";

/// What is wrong with the database, one sentence each; nothing when it is sound.
pub async fn problems(c: &mut impl Database) -> Result<Vec<String>> {
    let mut problems = damage(c).await?;
    problems.extend(unguarded(c).await?);
    problems.extend(undurable(c).await?);
    Ok(problems)
}

async fn damage(c: &mut impl Database) -> Result<Vec<String>> {
    let found: Vec<String> = sqlx::query_scalar(DAMAGE).fetch_all(c.sql()).await?;
    Ok(found.into_iter().filter(|line| line != "ok").map(|line| format!("the file is damaged: {line}")).collect())
}

/// Triggers of the schema that are not there, or do something else.
async fn unguarded(c: &mut impl Database) -> Result<Vec<String>> {
    let sql = "select name, sql from sqlite_master where type = 'trigger'";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(c.sql()).await?;
    let found: BTreeMap<String, String> = rows.into_iter().map(|(name, sql)| (name, in_one_line(&sql))).collect();
    let problem = |(name, expected): (String, String)| match found.get(&name) {
        None => Some(format!("the trigger {name} is missing, so what it guards can be changed")),
        Some(sql) if *sql != expected => Some(format!("the trigger {name} is not the schema's, so what it guards can be changed")),
        Some(_) => None,
    };
    Ok(triggers().into_iter().filter_map(problem).collect())
}

/// The triggers that the migrations create, by name, with their text as the database keeps it.
fn triggers() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for migration in migrator().iter() {
        for rest in migration.sql.as_str().split("create trigger ").skip(1) {
            let body = in_one_line(rest.split_once(" end;").map_or(rest, |(body, _)| body));
            let name = body.split(' ').next().unwrap_or_default().to_owned();
            all.insert(name, format!("CREATE TRIGGER {body} end"));
        }
    }
    all
}

fn in_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was answered must survive the loss of power.
async fn undurable(c: &mut impl Database) -> Result<Vec<String>> {
    let journal: String = sqlx::query_scalar("pragma journal_mode").fetch_one(c.sql()).await?;
    let synchronous: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(c.sql()).await?;
    let journal = (journal != "wal").then(|| format!("its journal is {journal}, not a write-ahead log"));
    // 2 is FULL, 3 is EXTRA.
    let synchronous = (synchronous < 2).then(|| format!("its writes are not waited for: synchronous is {synchronous}, not FULL"));
    Ok(journal.into_iter().chain(synchronous).collect())
}
