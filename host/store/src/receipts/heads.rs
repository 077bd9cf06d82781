//! What documents name of the log: how large it was, and the newest receipt of each customer whose usage they bill.

use assay_domain::{
    canon::Digest,
    id::{CustomerId, InvoiceId},
};

use super::heads;
use crate::{
    bulk,
    connection::{Connection, Tx},
    error::Result,
    rules::digest,
    sql::{Row, query, query_scalar},
};

/// What a document names of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceHead {
    /// Whose usage it bills.
    pub customer: CustomerId,
    /// The number and the digest of its newest receipt; `None` where there was none.
    pub head: Option<(i64, Digest)>,
    /// How large the log was.
    pub log_size: i64,
}

/// Has a document name the newest receipts of customers, and the size of the log.
pub async fn insert_invoice_heads(tx: &mut Tx, invoice: InvoiceId, customers: &[CustomerId], log_size: i64) -> Result<()> {
    let tenant = tx.tenant();
    let known = heads(tx, customers).await?;
    let rows: Vec<_> = customers.iter().map(|customer| (*customer, known.get(customer).copied())).collect();
    let head = "insert into invoice_heads (invoice, customer, tenant, number, digest, log_size) ";
    bulk::insert(tx, head, "", &rows, |row, (customer, head)| {
        row.push_bind(invoice.0).push_bind(customer.0).push_bind(tenant.0).push_bind(head.map(|(number, _)| number));
        row.push_bind(head.map(|(_, digest)| digest.as_bytes().to_vec())).push_bind(log_size);
    })
    .await?;
    Ok(())
}

fn invoice_head(row: &Row) -> Result<InvoiceHead> {
    let stored = row.try_get::<Option<Vec<u8>>>(2)?.map(|stored| digest("invoice_heads", stored)).transpose()?;
    Ok(InvoiceHead { customer: CustomerId(row.try_get(0)?), head: row.try_get::<Option<i64>>(1)?.zip(stored), log_size: row.try_get(3)? })
}

/// What a document names, by customer; nothing of one from before there were receipts.
pub async fn of_invoice(c: &mut impl Connection, invoice: InvoiceId) -> Result<Vec<InvoiceHead>> {
    let sql = "select customer, number, digest, log_size from invoice_heads where tenant = $1 and invoice = $2 order by customer";
    query(sql).bind(c.tenant().0).bind(invoice.0).fetch_all(c.sql()).await?.iter().map(invoice_head).collect()
}

/// What the last document of a run before named of a customer.
pub async fn before(c: &mut impl Connection, invoice: InvoiceId, customer: CustomerId) -> Result<Option<InvoiceHead>> {
    let sql = "select h.customer, h.number, h.digest, h.log_size from invoice_heads h join invoices i on i.id = h.invoice \
               where h.tenant = $1 and h.customer = $2 and h.invoice < $3 and i.run <> (select x.run from invoices x where x.id = $3) \
               order by h.invoice desc limit 1";
    let statement = query(sql).bind(c.tenant().0).bind(customer.0).bind(invoice.0);
    statement.fetch_optional(c.sql()).await?.as_ref().map(invoice_head).transpose()
}

/// How large the log was at every document before one that names a customer.
pub async fn sizes_before(c: &mut impl Connection, invoice: InvoiceId, customer: CustomerId) -> Result<Vec<i64>> {
    let sql = "select distinct log_size from invoice_heads where tenant = $1 and customer = $2 and invoice < $3 order by log_size";
    query_scalar(sql).bind(c.tenant().0).bind(customer.0).bind(invoice.0).fetch_all(c.sql()).await
}
