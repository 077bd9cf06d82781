//! The web console: pages that the service renders itself, for people with a browser and a key.
//!
//! Owns: the pages and their one stylesheet, browser sessions as cookies, and how verdicts and numbers are told in words.
//!
//! Deliberately lacks: scripts, wire types and rules of the product. A page shows what use cases give; it works nothing out itself.
//!
//! Invariants: what events say is shown as text and never as markup. A page is scoped to the tenant of the session's key and to nothing
//! else: its handler takes a `Visitor`. A request that changes something comes from a page of this site. Every answer carries the headers
//! of `headers`, which allow neither scripts nor styles but the stylesheet, so no page has a `style`.
//!
//! To add a page: a file with a handler of at most twenty lines that takes a `Visitor` and ends in `layout::page`; its line in [`router`]
//! and, when people start there, its link in the banner of `layout`; its styles in `assets/console.css`; a case in `tests/it/console`.

mod address;
mod assets;
mod chart;
mod error;
mod filter;
mod first_steps;
mod headers;
mod interaction;
mod interactions;
mod layout;
mod login;
mod overview;
mod reasons;
mod scale;
mod session;
mod verdict;
mod words;

use std::sync::Arc;

use assay_app::Assay;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

/// The largest form: a key and an address.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// Every page, and the answer to paths that are none: a page for browsers, the bare status for programs.
pub fn router(assay: Arc<Assay>) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/interactions", get(interactions::list))
        .route("/interactions/{id}", get(interaction::show))
        .route("/login", get(login::form).post(login::enter))
        .route("/logout", post(login::leave))
        .route(assets::stylesheet_path(), get(assets::stylesheet))
        .fallback(error::unknown)
        .method_not_allowed_fallback(error::other_method)
        .with_state(assay)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn(headers::own_pages_only))
        .layer(middleware::map_response(headers::secure))
}
