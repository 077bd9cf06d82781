//! Lists in pieces, by cursor.

use std::{fmt::Display, str::FromStr};

use assay_app::Page;
use assay_domain::violation::Violation;
use axum::{
    extract::{FromRequestParts, rejection::QueryRejection},
    http::request::Parts,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::{kind::Kind, problem::Problem, state::Api};

/// Rows of a piece unless asked otherwise, and at most.
const LIMIT: u32 = 50;
const LIMIT_MAX: u32 = 500;

/// Which piece of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// `next_cursor` of the piece before; absent for the first.
    pub cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

/// A piece of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing<T> {
    /// The piece.
    pub data: Vec<T>,
    /// Where the next piece starts; null after the last.
    pub next_cursor: Option<String>,
}

impl Paging {
    /// How many rows.
    pub fn limit(&self) -> Result<u32, Problem> {
        match self.limit.unwrap_or(LIMIT) {
            limit @ 1..=LIMIT_MAX => Ok(limit),
            other => Err(Violation::new("limit", format!("it is {other}"), format!("give a number from 1 to {LIMIT_MAX}")).into()),
        }
    }

    /// The id in the cursor.
    pub fn after<I: FromStr>(&self) -> Result<Option<I>, Problem> {
        let wrong = || Violation::new("cursor", "it is no cursor of this list", "send `next_cursor` of the piece before, as it was");
        self.cursor.as_ref().map(|text| text.parse().map_err(|_| wrong().into())).transpose()
    }

    /// The page to ask for: one row more than wanted, to see whether there are more.
    pub fn page<I: FromStr>(&self, number: impl Fn(I) -> i64) -> Result<Page, Problem> {
        Ok(Page { after: self.after()?.map_or(0, number), limit: self.limit()? + 1 })
    }

    /// Makes the answer of what was found for [`Self::page`].
    pub fn listing<R, I: Display, T>(&self, mut rows: Vec<R>, id: impl Fn(&R) -> I, body: impl Fn(R) -> T) -> Result<Listing<T>, Problem> {
        let limit = self.limit()? as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| id(row).to_string());
        Ok(Listing { data: rows.into_iter().map(body).collect(), next_cursor })
    }
}

/// A query string that is exactly what the operation reads.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, api).await;
        let axum::extract::Query(query) = read.map_err(|error: QueryRejection| Problem::new(Kind::Malformed, error.body_text()))?;
        Ok(Self(query))
    }
}
