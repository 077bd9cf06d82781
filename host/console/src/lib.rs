//! The web console: pages that the service renders itself, for people with a browser and a key; and the portal, its side for customers.
//!
//! Owns: the pages and their one stylesheet, browser sessions as cookies, and how verdicts, disputes and numbers are told in words.
//!
//! Deliberately lacks: scripts, wire types and rules of the product. A page shows what use cases give; it works nothing out itself. The page
//! that verifies receipts is made elsewhere and passed on as it is, with the policy that it brings.
//!
//! Invariants: what people and events say is shown as text and never as markup. A page is scoped to the tenant of the session's key and to
//! nothing else: its handler takes a `Visitor`; one of the portal to the customer whose key it is: its handler takes a `CustomerVisitor`. A
//! request that changes something comes from a page of this site, and a form that changes more than the session is read as `Sent`, which
//! asks for the token that only pages of the same session hold. Every other answer carries the headers of `headers`, which allow neither
//! scripts nor styles but the stylesheet, so no page has a `style`.
//!
//! To add a page: a file with a handler of at most twenty lines that takes a `Visitor` and ends in `layout::page` (in `portal`, a
//! `CustomerVisitor` and `layout::portal`); its line in [`router`] or `portal::routes` and, when people start there, its link in the banner of
//! `layout`; its styles in `assets/console.css`; a case in `tests/it/console`. To add a form: a struct of texts that is read as `Sent`, and
//! the field of the visitor's token in it; what its sender can mend is told above it, by `form::Refusal`.

mod address;
mod assets;
mod chart;
mod dispute;
mod disputes;
mod economics;
mod error;
mod filter;
mod first_steps;
mod form;
mod headers;
mod interaction;
mod interactions;
mod layout;
mod login;
mod overview;
mod portal;
mod reasons;
mod scale;
mod session;
mod verdict;
mod verify;
mod words;

use std::sync::Arc;

use assay_app::Assay;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

/// The largest form: 4,096 letters of three bytes, each of which a form writes as three, and a little more.
const FORM_BYTES_MAX: usize = 40 * 1024;

/// Every page, and the answer to paths that are none: a page for browsers, the bare status for programs.
pub fn router(assay: Arc<Assay>) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/interactions", get(interactions::list))
        .route("/interactions/{id}", get(interaction::show))
        .route("/economics", get(economics::show))
        .route("/disputes", get(disputes::list))
        .route("/disputes/{dispute}", get(disputes::show))
        .route("/disputes/{dispute}/decision", post(disputes::decide))
        .route("/login", get(login::form).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/verify", get(verify::show))
        .route(assets::stylesheet_path(), get(assets::stylesheet))
        .merge(portal::routes())
        .fallback(error::unknown)
        .method_not_allowed_fallback(error::other_method)
        .with_state(assay)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn(headers::own_pages_only))
        .layer(middleware::map_response(headers::secure))
}
