use assay_app::export::{Format, FormatError, render, render_all};
use assay_domain::violation::Violation;
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::exported::{Exported, Rendering};
use super::filter::month;
use crate::{
    page::Query,
    problem::{Problem, ProblemBody},
    state::Api,
    who::{Party, Who},
};

/// A page is looked at as it is: nothing is loaded and nothing runs, whatever people have written into it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What is handed out, under a name for a file.
pub(super) struct File {
    name: String,
    format: Format,
    text: String,
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let Self { name, format, text } = self;
        let is_page = format == Format::Html;
        let place = if is_page { "inline" } else { "attachment" };
        let disposition = format!("{place}; filename=\"{name}.{}\"", format.extension());
        let headers = [
            (header::CONTENT_TYPE, format.content_type().to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        ];
        let mut response = (headers, text).into_response();
        if is_page {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        }
        response
    }
}

fn format(name: Option<&str>) -> Result<Format, Violation> {
    let wrong = |problem: String| Violation::new("format", problem, "send html, csv, focus or json");
    let name = name.ok_or_else(|| wrong("it is missing".to_owned()))?;
    name.parse().map_err(|error: FormatError| wrong(error.to_string()))
}

/// Export an invoice or credit note
#[utoipa::path(get, path = "/v1/invoices/{invoice}/export", tag = "invoices",
    params(("invoice" = String, Path, description = "Its number or its id"), Rendering),
    responses(
        (status = 200, description = "The document in that form",
            headers(("Content-Disposition" = String, description = "A name for the file")),
            content((String = "text/html"), (String = "text/csv"), (Object = "application/json"))),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn export(
    State(api): State<Api>,
    who: Who,
    Path(invoice): Path<String>,
    Query(rendering): Query<Rendering>,
) -> Result<File, Problem> {
    let party = who.reads_own()?;
    let format = format(rendering.format.as_deref())?;
    let view = match party {
        Party::Tenant(caller) => api.assay().invoice(&caller, &invoice, None).await?,
        Party::Customer(own) => api.assay().own_invoice(&own, &invoice, None).await?,
    };
    let text = render(&view, format);
    Ok(File { name: view.invoice.number, format, text })
}

/// Export invoices and credit notes, in the order they were issued
///
/// As one file: pages one after the other, a table, or a list. All of them unless a month or a customer is named; with a customer's key all
/// of those to the customer.
#[utoipa::path(get, path = "/v1/invoices/export", tag = "invoices", params(Exported), responses(
    (status = 200, description = "The documents in that form",
        headers(("Content-Disposition" = String, description = "A name for the file")),
        content((String = "text/html"), (String = "text/csv"), (Value = "application/json"))),
    (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn export_all(State(api): State<Api>, who: Who, Query(exported): Query<Exported>) -> Result<File, Problem> {
    let party = who.reads_own()?;
    let format = format(exported.format.as_deref())?;
    let month = month(exported.period.as_deref())?;
    let named = exported.customer.as_deref();
    let views = match party {
        Party::Tenant(caller) => api.assay().invoices_in_full(&caller, month, named).await?,
        Party::Customer(own) => {
            named.map_or(Ok(()), |name| own.check_named(name))?;
            api.assay().own_invoices_in_full(&own, month).await?
        }
    };
    let name = month.map_or_else(|| "invoices".to_owned(), |month| format!("invoices-{month}"));
    Ok(File { name, format, text: render_all(&views, format) })
}
