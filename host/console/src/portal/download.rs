//! What can be kept: documents in every form, and what is to be signed.

use std::sync::Arc;

use assay_app::{
    Assay,
    export::{Format, render},
};
use assay_domain::id::ProposalId;
use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    error::{Failure, InPortal},
    session::CustomerVisitor,
};

/// A file, which a browser keeps and does not show: it may hold what people have written.
pub struct Download {
    name: String,
    content_type: &'static str,
    text: String,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        ([(header::CONTENT_TYPE, self.content_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)], self.text).into_response()
    }
}

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    format: Option<String>,
}

/// A document in one of its forms.
pub async fn document(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    name: Result<Path<String>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Download, InPortal> {
    let (Path(name), Query(asked)) = (name?, asked?);
    let format: Format = asked.format.unwrap_or_default().parse().map_err(|_| Failure::Malformed)?;
    let view = assay.own_invoice(&visitor.own, &name, None).await?;
    let text = render(&view, format);
    Ok(Download { name: format!("{}.{}", view.invoice.number, format.extension()), content_type: format.content_type(), text })
}

/// What is to be looked at and signed, for `assay approve`.
pub async fn proposal(
    State(assay): State<Arc<Assay>>,
    visitor: CustomerVisitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<Download, InPortal> {
    let Path(id) = id?;
    let id: ProposalId = id.parse().map_err(|_| Failure::NotFound)?;
    let text = assay.own_proposal_file(&visitor.own, id).await?;
    Ok(Download { name: format!("{id}.json"), content_type: "application/json", text })
}
