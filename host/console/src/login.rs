//! Logging in with a key, and out again.

use std::sync::Arc;

use assay_app::Assay;
use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    address::local,
    error::Failure,
    layout::{self, Here},
    session,
};

/// What the form's address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Where to go afterwards.
    pub next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Entry {
    /// What its owner shows.
    #[serde(default)]
    pub key: String,
    /// Where to go afterwards.
    pub next: Option<String>,
}

/// The form.
pub async fn form(asked: Result<Query<Asked>, QueryRejection>) -> Result<Markup, Failure> {
    let Query(asked) = asked?;
    Ok(page(local(asked.next.as_deref().unwrap_or("/")), false))
}

/// Opens a session for a key and goes on to where its visitor wanted to go.
pub async fn enter(
    State(assay): State<Arc<Assay>>,
    headers: HeaderMap,
    entry: Result<Form<Entry>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(entry) = entry?;
    let next = local(entry.next.as_deref().unwrap_or("/"));
    let opened = open(&assay, &headers, &entry.key, next).await?;
    Ok(opened.unwrap_or_else(|| (StatusCode::UNAUTHORIZED, page(next, true)).into_response()))
}

/// Lets a browser in that shows a key, and sends it on; `None` for what opens nothing.
pub async fn open(assay: &Assay, headers: &HeaderMap, key: &str, next: &str) -> Result<Option<Response>, Failure> {
    let Some((secret, until)) = assay.open_session(key.trim()).await? else { return Ok(None) };
    let seconds = until.since(assay.now()).micros() / 1_000_000;
    let cookie = session::cookie(headers, &secret, seconds);
    Ok(Some(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()))
}

/// Ends the session.
pub async fn leave(State(assay): State<Arc<Assay>>, headers: HeaderMap) -> Result<Response, Failure> {
    close(&assay, &headers, "/login").await
}

/// Ends the session that a browser shows, and sends it to a door.
pub async fn close(assay: &Assay, headers: &HeaderMap, door: &str) -> Result<Response, Failure> {
    if let Some(secret) = session::secret(headers) {
        assay.close_session(secret).await?;
    }
    let cookie = session::cookie(headers, "", 0);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(door)).into_response())
}

fn page(next: &str, refused: bool) -> Markup {
    let content = html! {
        div.login {
            h1 { "Log in" }
            p { "Show a key of your tenant. You see what the key may read, on its side: live or test." }
            @if refused {
                p.alert id="refused" role="alert" {
                    "This key opens nothing. It is mistyped, unknown, or has ended. Check it, or ask an admin for another."
                }
            }
            form method="post" action="/login" {
                label for="key" { "Key" }
                input id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false"
                    aria-invalid=[refused.then_some("true")] aria-describedby=[refused.then_some("refused")];
                input name="next" type="hidden" value=(next);
                button.primary { "Log in" }
            }
            p.quiet { "An admin makes a key with " code { "assay key create" } " or " code { "POST /v1/keys" } "." }
            p.quiet { "A customer of a vendor? Your side is " a href="/portal" { "the portal" } "." }
        }
    };
    layout::page("Log in", Here::Login, None, content)
}
