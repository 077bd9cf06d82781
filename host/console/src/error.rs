//! Pages for what went wrong. They say what to do and nothing of the inside; that is in the log.

use assay_app::AppError;
use axum::{
    extract::rejection::{FormRejection, PathRejection, QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;

use crate::{
    address::query,
    layout::{self, Here},
};

/// Why there is no page.
#[derive(Debug)]
pub enum Failure {
    /// Nobody is logged in.
    LoggedOut {
        /// Where to go afterwards.
        next: String,
    },
    /// The key may not look at anything here.
    MayNotRead,
    /// A page of another site sent it.
    Foreign,
    /// There is no such thing, for this visitor.
    NotFound,
    /// The page knows other methods.
    OtherMethod,
    /// The address or the form cannot be read.
    Malformed,
    /// The service is going down.
    Stopping,
    /// The service failed.
    Internal,
}

impl Failure {
    fn told(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::LoggedOut { .. } => (StatusCode::SEE_OTHER, "Log in", "This page is for people who are logged in."),
            Self::MayNotRead => (
                StatusCode::FORBIDDEN,
                "This key may not look",
                "The console needs a key of a tenant with the role viewer, author, billing or admin. Log in with another key.",
            ),
            Self::Foreign => (StatusCode::FORBIDDEN, "Sent from elsewhere", "This was sent by a page of another site. Nothing was done."),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Nothing of this name or id exists on this side of your tenant. It may be on the other side, live or test.",
            ),
            Self::OtherMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, "Not like that", "This page cannot be asked in this way. Nothing was done.")
            }
            Self::Malformed => {
                (StatusCode::BAD_REQUEST, "That cannot be read", "The address or the form holds something that this page does not know.")
            }
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "One moment", "The service is being restarted. Try again soon."),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The service failed",
                "It is not your doing, and nothing is lost. Try again; whoever runs the service finds the cause in its log.",
            ),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::LoggedOut { next } = &self {
            return Redirect::to(&format!("/login{}", query(&[("next", Some(next.as_str()))]))).into_response();
        }
        let (status, title, text) = self.told();
        let content = html! {
            h1 { (title) }
            p { (text) }
            p { a href="/" { "To the overview" } " or " a href="/login" { "log in with another key" } "." }
        };
        (status, layout::page(title, Here::Elsewhere, None, content)).into_response()
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound { .. } => Self::NotFound,
            AppError::Invalid(_) => Self::Malformed,
            AppError::Stopped => Self::Stopping,
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "a page failed");
                Self::Internal
            }
        }
    }
}

macro_rules! malformed {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Failure {
            fn from(_: $rejection) -> Self {
                Self::Malformed
            }
        }
    )*};
}
malformed!(FormRejection, PathRejection, QueryRejection);

/// There is no such path. A program is told by the status alone, so that an outer layer can say it in the program's own terms.
pub async fn unknown(headers: HeaderMap) -> Response {
    for_people(&headers, Failure::NotFound)
}

/// The path knows other methods.
pub async fn other_method(headers: HeaderMap) -> Response {
    for_people(&headers, Failure::OtherMethod)
}

fn for_people(headers: &HeaderMap, failure: Failure) -> Response {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|kinds| kinds.to_str().ok());
    let reads_pages = accepted.any(|kinds| kinds.contains("text/html"));
    if reads_pages { failure.into_response() } else { failure.told().0.into_response() }
}
