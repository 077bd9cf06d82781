//! What became of issued documents, beside them and never in them: paid or voided, each at most once.

use assay_domain::{id::InvoiceId, time::Timestamp};

use crate::{
    billing::LineRow,
    connection::{Connection, Database as _, Tx},
    error::Result,
    sql::{query, query_scalar},
};

/// What can become of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceChange {
    /// It is paid.
    Paid,
    /// It does not stand any more; its postings are open again.
    Voided,
}

impl InvoiceChange {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Voided => "voided",
        }
    }
}

/// Writes down what became of a document; for a payment the reason is its reference.
pub async fn insert(tx: &mut Tx, invoice: InvoiceId, change: InvoiceChange, reason: &str, actor: &str, now: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "insert into invoice_changes (tenant, invoice, kind, reason, actor, at) values ($1, $2, $3, $4, $5, $6)";
    let statement = query(sql).bind(tenant.0).bind(invoice.0).bind(change.name()).bind(reason).bind(actor).bind(now.micros());
    statement.execute(tx.sql()).await?;
    Ok(())
}

/// Why a document was voided, or by what it was paid.
pub async fn reason(c: &mut impl Connection, invoice: InvoiceId) -> Result<Option<String>> {
    let tenant = c.tenant();
    let sql = "select reason from invoice_changes where tenant = $1 and invoice = $2 order by id desc limit 1";
    query_scalar(sql).bind(tenant.0).bind(invoice.0).fetch_optional(c.sql()).await
}

/// The numbers of the credit notes that take back from an invoice, in order of issue.
pub async fn credit_notes(c: &mut impl Connection, invoice: InvoiceId) -> Result<Vec<String>> {
    let tenant = c.tenant();
    let sql = "select number from invoices where tenant = $1 and corrects = $2 order by id";
    query_scalar(sql).bind(tenant.0).bind(invoice.0).fetch_all(c.sql()).await
}

/// The number of the invoice that was first to bill a line's charge for its period; where none did, of the first that billed the
/// period at all. Only what was issued before the document counts, so that the answer never changes.
pub async fn original(c: &mut impl Connection, document: InvoiceId, line: &LineRow) -> Result<Option<String>> {
    let tenant = c.tenant();
    // A preview comes after everything that is issued.
    let before = if document.0 == 0 { i64::MAX } else { document.0 };
    let sql = "select o.number from invoice_lines e join invoices o on o.id = e.invoice where e.tenant = $1 and e.customer = $2 \
               and e.agreement = $3 and e.period = $4 and o.kind = 'invoice' and o.id < $5 order by e.charge <> $6, o.id limit 1";
    let query = query_scalar(sql).bind(tenant.0).bind(line.customer.0).bind(line.agreement.0).bind(line.period.to_string());
    query.bind(before).bind(&line.charge).fetch_optional(c.sql()).await
}

/// How much prepaid credit has paid of an invoice, in minor units; negative is what a credit note gave back to it.
pub async fn drawn(c: &mut impl Connection, document: InvoiceId) -> Result<i64> {
    let tenant = c.tenant();
    let sql = "select coalesce(sum(case when debit = 'wallet' then amount else -amount end), 0) from transfers \
               where tenant = $1 and invoice = $2 and 'wallet' in (debit, credit) and 'receivable' in (debit, credit)";
    query_scalar(sql).bind(tenant.0).bind(document.0).fetch_one(c.sql()).await
}
