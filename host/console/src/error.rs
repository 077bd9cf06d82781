//! Pages for what went wrong. They say what to do and nothing of the inside; that is in the log.

use assay_app::AppError;
use axum::{
    extract::rejection::{FormRejection, PathRejection, QueryRejection},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;

use crate::{
    address::query,
    layout::{self, Here, There},
    session::is_portal,
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
    /// The key may look, and not decide.
    MayNotDecide,
    /// The key is a customer's, whose pages are elsewhere.
    IsCustomer,
    /// The key is no customer's.
    NoCustomer,
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
            Self::MayNotDecide => (
                StatusCode::FORBIDDEN,
                "This key may not decide",
                "Disputes are decided with a key of the role billing or admin. Nothing was done.",
            ),
            Self::IsCustomer => (StatusCode::SEE_OTHER, "Your side", "These pages are for people of the vendor."),
            Self::NoCustomer => (
                StatusCode::FORBIDDEN,
                "This key opens no portal",
                "The portal shows customers their own side, and needs a customer's key. An admin of the vendor makes one.",
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

impl Failure {
    /// Where it leads instead, if it is no page.
    fn elsewhere(&self) -> Option<Redirect> {
        match self {
            Self::LoggedOut { next } => {
                let door = if is_portal(next) { "/portal/login" } else { "/login" };
                Some(Redirect::to(&format!("{door}{}", query(&[("next", Some(next.as_str()))]))))
            }
            Self::IsCustomer => Some(Redirect::to("/portal")),
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Some(elsewhere) = self.elsewhere() {
            return elsewhere.into_response();
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

/// Why there is no page for a customer.
#[derive(Debug)]
pub struct InPortal(Failure);

impl IntoResponse for InPortal {
    fn into_response(self) -> Response {
        if let Some(elsewhere) = self.0.elsewhere() {
            return elsewhere.into_response();
        }
        let (status, title, text) = match self.0 {
            Failure::NotFound => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Nothing of this name or id is yours. What was yours once may belong to another customer by now.",
            ),
            other => other.told(),
        };
        let content = html! {
            h1 { (title) }
            p { (text) }
            p { a href="/portal" { "To your invoices" } " or " a href="/portal/login" { "log in with another key" } "." }
        };
        (status, layout::portal(title, There::Elsewhere, None, content)).into_response()
    }
}

impl From<Failure> for InPortal {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

macro_rules! in_portal {
    ($($error:ty),*) => {$(
        impl From<$error> for InPortal {
            fn from(error: $error) -> Self {
                Self(error.into())
            }
        }
    )*};
}
in_portal!(AppError, FormRejection, PathRejection, QueryRejection);

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
pub async fn unknown(uri: Uri, headers: HeaderMap) -> Response {
    for_people(&uri, &headers, Failure::NotFound)
}

/// The path knows other methods.
pub async fn other_method(uri: Uri, headers: HeaderMap) -> Response {
    for_people(&uri, &headers, Failure::OtherMethod)
}

fn for_people(uri: &Uri, headers: &HeaderMap, failure: Failure) -> Response {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|kinds| kinds.to_str().ok());
    let reads_pages = accepted.any(|kinds| kinds.contains("text/html"));
    match reads_pages {
        true if is_portal(uri.path()) => InPortal::from(failure).into_response(),
        true => failure.into_response(),
        false => failure.told().0.into_response(),
    }
}
