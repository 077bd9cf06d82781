//! The portal: a customer's own side, for people with a browser and a key of the customer.
//!
//! Every page takes a [`CustomerVisitor`](crate::session::CustomerVisitor) and asks for what is the customer's own, so nothing of another is
//! there to be shown. What changes something is a form that a page of the same session holds the token of.

mod answer;
mod dispute;
mod dispute_form;
mod disputes;
mod download;
mod invoice;
mod invoices;
mod line;
mod login;
mod outcome;
mod outcomes;
mod proposal;
mod proposals;

use std::sync::Arc;

use assay_app::Assay;
use axum::{
    Router,
    routing::{get, post},
};

/// Its pages.
pub fn routes() -> Router<Arc<Assay>> {
    Router::new()
        .route("/portal", get(invoices::list))
        .route("/portal/login", get(login::form).post(login::enter))
        .route("/portal/logout", post(login::leave))
        .route("/portal/invoices/{invoice}", get(invoice::show))
        .route("/portal/invoices/{invoice}/export", get(download::document))
        .route("/portal/invoices/{invoice}/lines/{line}", get(line::show))
        .route("/portal/outcomes", get(outcomes::list))
        .route("/portal/outcomes/{interaction}", get(outcome::show))
        .route("/portal/outcomes/{interaction}/dispute", get(dispute_form::form).post(dispute_form::open))
        .route("/portal/disputes", get(disputes::list))
        .route("/portal/disputes/{dispute}", get(dispute::show))
        .route("/portal/disputes/{dispute}/appeal", post(dispute::appeal))
        .route("/portal/proposals", get(proposals::list))
        .route("/portal/proposals/{proposal}", get(proposal::show))
        .route("/portal/proposals/{proposal}/document", get(download::proposal))
        .route("/portal/proposals/{proposal}/approval", post(answer::approve))
        .route("/portal/proposals/{proposal}/rejection", post(answer::reject))
}
