//! The HTTP API under `/v1`.
//!
//! Owns: the wire types, the routes, who may call them, problem documents, the OpenAPI document, and the listener.
//!
//! Deliberately lacks: rules of the product and SQL; a handler parses, calls one use case and maps what it gives. Domain types are
//! not serialised to clients: every shape a client sees is written down here.
//!
//! Conventions, followed by every route: nouns in the plural, kebab-case paths, snake_case members; ids prefixed, decimals and amounts
//! as strings, times RFC 3339 UTC; errors are [`Problem`]s; lists are [`page::Listing`]s read by cursor; a POST that creates takes an
//! `Idempotency-Key` (but for events, whose identity is theirs), answers 201, and answers the same when it is repeated. The caller comes
//! from [`who::Who`] and from nowhere else, so every query is scoped to the key's tenant.
//!
//! A process that has only a part of the service to do has [`health_router`] in the place of [`router`]; one that is being started or ended
//! answers by [`not_ready`].
//!
//! Known quirks: a repeated request for a new key is answered without the secret, which is stored nowhere. Resources that people name
//! (definitions, customers, rate cards, invoices) are found by that name or by their id.
//!
//! To add an operation: a file in the folder of its noun with a handler of at most twenty lines and its `#[utoipa::path]`; its line
//! in the noun's `routes`; a case in `tests/it/api`, where the list of routes is checked against the OpenAPI document.

mod body;
mod docs;
mod events;
mod health;
pub mod kind;
mod limits;
mod measure;
pub mod page;
mod problem;
mod rate;
mod resources;
mod serve;
mod state;
mod trace;
pub mod who;

use std::sync::Arc;

use assay_app::Assay;
use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use events::read_event;
pub use health::not_ready;
pub use limits::Limits;
pub use problem::Problem;
pub use serve::serve;
use state::Api;

/// Every route of the API, and beside it those of another room, under one outermost layer.
pub fn router(assay: Arc<Assay>, limits: Limits, beside: Router) -> Router {
    let (routes, document) = operations().split_for_parts();
    let document = docs::complete(document);
    // What neither room knows is answered by the fallback of the room beside, if it has one.
    compose(Api::new(assay, limits), routes.merge(docs::routes(&document)), beside)
}

/// Only what tells how the process is, and beside it the routes of another room, if there is one: for a process that leaves the API to
/// others.
pub fn health_router(assay: Arc<Assay>, limits: Limits, beside: Option<Router>) -> Router {
    let (routes, _) = health::endpoints().split_for_parts();
    compose(Api::new(assay, limits), routes, beside.unwrap_or_else(|| Router::new().fallback(elsewhere)))
}

fn compose(api: Api, routes: Router<Api>, beside: Router) -> Router {
    let routes = routes.method_not_allowed_fallback(other_methods);
    routes.with_state(api.clone()).merge(beside).layer(middleware::from_fn_with_state(api, trace::trace))
}

/// The OpenAPI document.
pub fn openapi() -> OpenApi {
    docs::complete(operations().split_for_parts().1)
}

fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new().merge(events::routes()).merge(resources::routes()).merge(health::endpoints())
}

async fn other_methods() -> Problem {
    Problem::new(kind::Kind::MethodNotAllowed, "the path knows other methods, which `Allow` names")
}

async fn elsewhere() -> Problem {
    Problem::new(kind::Kind::NotFound, "this process answers /livez, /readyz and /metrics alone; the API is served by others")
}
