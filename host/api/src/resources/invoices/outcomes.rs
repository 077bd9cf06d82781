use assay_domain::{decimal::Quantity, time::Timestamp};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    page::{Listing, Paging, Query},
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// One interaction behind a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineOutcome)]
pub struct LineOutcomeBody {
    /// The subject of the interaction.
    #[schema(example = "T-1")]
    pub subject: String,
    /// How many units it adds; negative when it takes back what was billed before.
    #[schema(example = "1")]
    pub quantity: String,
    /// The date that decides its month.
    #[schema(example = "2026-03-02T10:00:00Z", format = DateTime)]
    pub dated_at: String,
}

impl From<(String, Quantity, Timestamp)> for LineOutcomeBody {
    fn from((subject, quantity, dated_at): (String, Quantity, Timestamp)) -> Self {
        Self { subject, quantity: quantity.to_string(), dated_at: dated_at.to_string() }
    }
}

/// List the interactions behind a line of an invoice
///
/// A line of one tier answers with the interactions of all tiers of its charge; a flat charge has none.
#[utoipa::path(get, path = "/v1/invoices/{invoice}/lines/{line}/outcomes", tag = "invoices",
    params(
        ("invoice" = String, Path, description = "The number or the id of the document"),
        ("line" = usize, Path, description = "The position of the line, from 1"),
        Paging,
    ),
    responses(
        (status = 200, description = "In order of their dates", body = Listing<LineOutcomeBody>),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn outcomes(
    State(api): State<Api>,
    who: Who,
    Path((invoice, line)): Path<(String, usize)>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listing<LineOutcomeBody>>, Problem> {
    let party = who.reads_own()?;
    let (after, limit) = (paging.after::<usize>()?.unwrap_or(0), paging.limit()? as usize);
    let view = match party {
        Party::Tenant(caller) => api.assay().invoice(&caller, &invoice, Some(line)).await?,
        Party::Customer(own) => api.assay().own_invoice(&own, &invoice, Some(line)).await?,
    };
    // What is behind a line never changes, so a place in it is a cursor.
    let behind = (1usize..).zip(view.lines.into_iter().flat_map(|line| line.behind));
    let rows: Vec<_> = behind.skip(after).take(limit + 1).collect();
    Ok(Json(paging.listing(rows, |(place, _)| *place, |(_, interaction)| LineOutcomeBody::from(interaction))?))
}
