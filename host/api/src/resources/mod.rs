//! The nouns of the API: a folder each, and in it a file for each action.

mod agreements;
mod approval_keys;
mod audit;
mod backtests;
mod billing_runs;
mod customers;
mod definitions;
mod disputes;
mod event_conflicts;
mod event_keys;
mod event_supersessions;
mod interactions;
mod invoices;
mod keys;
mod log;
mod operations;
mod proposals;
mod rate_cards;
mod receipts;
mod reports;
mod retention;
mod retries;
mod rules;
mod samples;
mod tenants;
mod transfers;
mod wallets;
mod webhook_endpoints;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(event_conflicts::routes())
        .merge(event_supersessions::routes())
        .merge(event_keys::routes())
        .merge(webhook_endpoints::routes())
        .merge(rules::routes())
        .merge(definitions::routes())
        .merge(backtests::routes())
        .merge(proposals::routes())
        .merge(customers::routes())
        .merge(approval_keys::routes())
        .merge(rate_cards::routes())
        .merge(agreements::routes())
        .merge(interactions::routes())
        .merge(billing_runs::routes())
        .merge(invoices::routes())
        .merge(receipts::routes())
        .merge(log::routes())
        .merge(disputes::routes())
        .merge(wallets::routes())
        .merge(transfers::routes())
        .merge(reports::routes())
        .merge(samples::routes())
        .merge(retention::routes())
        .merge(retries::routes())
        .merge(operations::routes())
        .merge(audit::routes())
        .merge(keys::routes())
        .merge(tenants::routes())
}
