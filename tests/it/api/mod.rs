//! The HTTP API through its router, in this process.

mod agreements;
mod billing;
mod definitions;
mod documents;
mod events;
mod idempotency;
mod interactions;
mod keys;
mod keys_and_roles;
mod ledger;
mod merges;
mod openapi;
mod operations;
mod paging;
mod problems;
mod rate_cards;
mod rate_limit;
mod reports;
mod rules;
mod scope;
mod supersessions;
mod support;
mod tenants;
mod wallets;
