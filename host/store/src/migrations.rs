//! The steps that make the schema: as many and of the same names on both engines.

use sqlx::{
    SqlSafeStr as _, SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// What each step brings, in order.
pub const NAMES: [&str; 14] = [
    "foundation",
    "service",
    "sandbox",
    "settlement",
    "scale",
    "audit_chain",
    "lifecycle",
    "receipts",
    "disputes",
    "backtests",
    "attestations",
    "customer_keys",
    "retention",
    "costs",
];

/// The steps of one engine.
pub(crate) fn migrator(texts: &[&'static str; NAMES.len()]) -> Migrator {
    let steps = (1..).zip(NAMES).zip(texts);
    let step = |((version, name), text): ((i64, &'static str), &&'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(text).into_sql_str(), false)
    };
    Migrator { migrations: steps.map(step).collect::<Vec<_>>().into(), ..Migrator::DEFAULT }
}
