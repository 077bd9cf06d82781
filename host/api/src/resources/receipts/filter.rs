use assay_app::ReceiptQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::page::Paging;

/// Which receipts, and which piece of their list; what is absent does not narrow.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Those of this customer, by key or id.
    #[param(example = "acme")]
    customer: Option<String>,
    /// Those about this interaction, by id or subject.
    #[param(example = "T-1")]
    interaction: Option<String>,
    /// Those that this document was issued with, by number or id.
    #[param(example = "INV-000001")]
    invoice: Option<String>,
    /// `next_cursor` of the piece before; absent for the first.
    cursor: Option<String>,
    /// At most so many, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

impl Filter {
    /// Which receipts, and which piece of the list.
    pub(super) fn into_parts(self) -> (ReceiptQuery, Paging) {
        let Self { customer, interaction, invoice, cursor, limit } = self;
        (ReceiptQuery { customer, interaction, invoice }, Paging { cursor, limit })
    }
}
