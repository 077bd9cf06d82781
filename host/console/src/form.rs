//! Forms that change something. Each holds a text that follows from the session's secret, so that no other site can send one in the
//! visitor's name, whatever a browser tells of where it comes from.

use std::sync::Arc;

use assay_app::{AppError, Assay};
use assay_domain::canon::{Digest, Encoder};
use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use maud::{Markup, html};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{error::Failure, session};

/// What the forms of a session hold.
pub struct FormToken(String);

impl FormToken {
    /// That of the session with a secret.
    pub fn of(secret: &str) -> Self {
        let mut to = Encoder::new("assay.1.form");
        to.text(secret);
        Self(to.digest().to_string())
    }

    /// The field that each form has.
    pub fn field(&self) -> Markup {
        html! { input type="hidden" name="token" value=(self.0); }
    }

    /// Whether a form has held it. Hashes are compared, so that the time it takes tells nothing of it.
    fn is(&self, shown: &str) -> bool {
        Digest::of(self.0.as_bytes()) == Digest::of(shown.as_bytes())
    }
}

/// A form of a page that this session was shown.
pub struct Sent<T>(pub T);

#[derive(Deserialize)]
struct Whole<T> {
    #[serde(default)]
    token: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<Assay>> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, assay: &Arc<Assay>) -> Result<Self, Failure> {
        let token = session::secret(request.headers()).map(FormToken::of).ok_or(Failure::Foreign)?;
        let Form(whole) = Form::<Whole<T>>::from_request(request, assay).await?;
        if token.is(&whole.token) { Ok(Self(whole.form)) } else { Err(Failure::Foreign) }
    }
}

/// What was typed: browsers end the lines of a form in a way of their own.
pub fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Why a form was not carried out, for whoever has sent it.
pub struct Refusal {
    /// The status of the page that says so.
    pub status: StatusCode,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Refusal {
    /// What a form's sender can mend or has to know; anything else is a failure of its own.
    pub fn of(error: AppError) -> Result<Self, Failure> {
        let status = match &error {
            AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::Conflict { .. } | AppError::Activation(_) => StatusCode::CONFLICT,
            _ => return Err(error.into()),
        };
        Ok(Self { status, text: error.to_string() })
    }

    /// The form cannot be read, in these words.
    pub fn unread(text: &str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, text: text.to_owned() }
    }
}

/// What stands above a form that was refused.
pub fn alert(refusal: Option<&Refusal>) -> Markup {
    html! { @if let Some(Refusal { text, .. }) = refusal { p.alert id="refused" role="alert" { (text) } } }
}

/// The status of a page with a form.
pub fn status(refusal: Option<&Refusal>) -> StatusCode {
    refusal.map_or(StatusCode::OK, |refusal| refusal.status)
}
