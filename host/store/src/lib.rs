//! Everything that is remembered: in one file of SQLite, or in PostgreSQL where many machines share it.
//!
//! Owns: the schema, its migrations, and every SQL statement of the product, one file per noun; the statements are the same for both
//! engines, and `sql` runs them.
//!
//! Invariants: a transaction that is dropped rolls back. The only commit of a change is [`Tx::commit`], which writes the audit record in
//! the same transaction. A [`Connection`] sees one tenant's data: statements take the tenant from it and from nowhere else.
//! Events, evaluations, usage, invoices and operations are insert-only, by trigger. A lookup that finds nothing is `None`.
//!
//! Deliberately lacks: business rules, and any clock: no statement says `now()`.
//!
//! To add a noun: its table in a new migration of each engine, a file here whose readers take `&mut impl Connection` and whose writers take
//! `&mut Tx`, and a case in the store suite of `tests/it`.

pub mod agreements;
pub mod answers;
pub mod approval_keys;
pub mod approvals;
pub mod attestations;
pub mod audit_chain;
pub mod backtests;
pub mod billing;
pub mod breakers;
mod bulk;
mod connection;
pub mod conservation;
pub mod copy;
pub mod costs;
pub mod customers;
pub mod definitions;
pub mod discrepancies;
pub mod disputes;
pub mod doctor;
pub mod dump;
pub mod engines;
mod error;
pub mod evaluations;
pub mod event_keys;
pub mod events;
mod faults;
pub mod holds;
pub mod interactions;
pub mod invoice_changes;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod ledger_audit;
pub mod merges;
pub mod metered;
mod migrations;
pub mod notices;
pub mod operations;
pub mod outcomes;
mod page;
mod postgres;
pub mod proposals;
pub mod rate_cards;
pub mod receipts;
pub mod retention;
pub mod rules;
pub mod samples;
mod sequences;
mod sql;
mod sqlite;
pub mod supersessions;
pub mod tenants;
pub mod usage;
pub mod wallets;
pub mod webhooks;

pub use connection::{Connection, Database, InstallationReader, InstallationTx, Reader, Store, Tx};
pub use error::StoreError;
pub use faults::{Faults, Moment, Opening};
pub use migrations::NAMES as MIGRATIONS;
pub use page::Page;
pub use postgres::migrate;
pub use sql::Sql;
