//! Logging in with a customer's key, and out again.

use std::sync::Arc;

use assay_app::Assay;
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use maud::{Markup, html};

use crate::{
    address::local,
    error::InPortal,
    layout::{self, There},
    login::{self, Asked, Entry},
    session::is_portal,
};

/// The form.
pub async fn form(asked: Result<Query<Asked>, QueryRejection>) -> Result<Markup, InPortal> {
    let Query(asked) = asked?;
    Ok(page(next(asked.next.as_deref()), false))
}

/// Opens a session for a customer's key and goes on to where its visitor wanted to go.
pub async fn enter(
    State(assay): State<Arc<Assay>>,
    headers: HeaderMap,
    entry: Result<Form<Entry>, FormRejection>,
) -> Result<Response, InPortal> {
    let Form(entry) = entry?;
    let next = next(entry.next.as_deref());
    let principal = assay.authenticate(entry.key.trim()).await?;
    let is_own = principal.is_some_and(|principal| principal.customer_caller().is_some());
    let opened = if is_own { login::open(&assay, &headers, &entry.key, next).await? } else { None };
    Ok(opened.unwrap_or_else(|| (StatusCode::UNAUTHORIZED, page(next, true)).into_response()))
}

/// Ends the session.
pub async fn leave(State(assay): State<Arc<Assay>>, headers: HeaderMap) -> Result<Response, InPortal> {
    Ok(login::close(&assay, &headers, "/portal/login").await?)
}

/// A page of the portal, whatever was asked for.
fn next(asked: Option<&str>) -> &str {
    let next = local(asked.unwrap_or_default());
    if is_portal(next) { next } else { "/portal" }
}

fn page(next: &str, refused: bool) -> Markup {
    let content = html! {
        div.login {
            h1 { "Your side" }
            p { "Show the key that your vendor gave you. You see your invoices and what stands behind them, and can dispute it." }
            @if refused {
                p.alert id="refused" role="alert" {
                    "This key opens no portal. It is mistyped, unknown, has ended, or is none of a customer's. "
                    "Check it, or ask your vendor for another."
                }
            }
            form method="post" action="/portal/login" {
                label for="key" { "Key" }
                input id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false"
                    aria-invalid=[refused.then_some("true")] aria-describedby=[refused.then_some("refused")];
                input name="next" type="hidden" value=(next);
                button.primary { "Log in" }
            }
        }
    };
    layout::portal("Log in", There::Login, None, content)
}
