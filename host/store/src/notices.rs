//! Notices: what one process tells the others, who would find it by themselves a little later.

use assay_domain::id::TenantId;
use sqlx::postgres::PgListener;

use crate::{
    connection::{Connection as _, Database as _, Store, Tx},
    error::Result,
    sql::{Sql, query},
};

const CHANNEL: &str = "assay_facts";

/// Tells every process that listens that a tenant has new facts, once the transaction is committed. Where there is one process nobody is told.
pub async fn tell(tx: &mut Tx) -> Result<()> {
    let tenant = tx.tenant();
    if let Sql::Postgres(_) = tx.sql() {
        query("select pg_notify($1, $2)").bind(CHANNEL).bind(tenant.0.to_string()).execute(tx.sql()).await?;
    }
    Ok(())
}

/// What other processes tell.
pub struct Notices(PgListener);

impl Notices {
    /// Listens from now on; `None` where there is one process.
    pub async fn listen(store: &Store) -> Result<Option<Self>> {
        let Some(pool) = store.server() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Self(listener)))
    }

    /// The next tenant that has new facts; `None` when something was told that this version does not know. A connection that was lost is made
    /// anew; what was told meanwhile is not heard.
    pub async fn next(&mut self) -> Result<Option<TenantId>> {
        Ok(self.0.recv().await?.payload().parse().ok().map(TenantId))
    }
}
