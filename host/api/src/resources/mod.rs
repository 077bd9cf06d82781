//! The nouns of the API: a folder each, and in it a file for each action.

mod agreements;
mod billing_runs;
mod customers;
mod definitions;
mod event_conflicts;
mod event_supersessions;
mod interactions;
mod invoices;
mod keys;
mod operations;
mod rate_cards;
mod reports;
mod retries;
mod rules;
mod tenants;
mod transfers;
mod wallets;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(event_conflicts::routes())
        .merge(event_supersessions::routes())
        .merge(rules::routes())
        .merge(definitions::routes())
        .merge(customers::routes())
        .merge(rate_cards::routes())
        .merge(agreements::routes())
        .merge(interactions::routes())
        .merge(billing_runs::routes())
        .merge(invoices::routes())
        .merge(wallets::routes())
        .merge(transfers::routes())
        .merge(reports::routes())
        .merge(retries::routes())
        .merge(operations::routes())
        .merge(keys::routes())
        .merge(tenants::routes())
}
