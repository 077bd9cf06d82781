//! The pieces of a back-test, and what is read to make the next one.

use assay_domain::{
    decimal::{Decimal, Quantity},
    id::{BacktestId, CustomerId, DefinitionId, InteractionId},
    outcome::{Credit, Meter},
    time::Timestamp,
};

use crate::{
    bulk,
    connection::{Connection, Database as _, Tx},
    error::{Result, StoreError},
    interactions::{FIELDS, InteractionRow, interaction},
    operations::{parsed, timestamp},
    sql::{Builder, query, query_as},
};

/// What was found in some interactions.
#[derive(Debug, Clone)]
pub struct NewPiece {
    /// The last of them.
    pub interaction: InteractionId,
    /// How many they are, whether they were judged or not.
    pub seen: i64,
    /// The interaction's revision that was judged; of a shadow alone.
    pub revision: Option<i64>,
    /// When to judge it again without a new fact; of a shadow alone.
    pub due_at: Option<Timestamp>,
    /// What they add up to, as JSON.
    pub tally: String,
    /// Those under which the candidate says something else, as JSON; `None` where there are none.
    pub differences: Option<String>,
}

/// A piece as stored.
#[derive(Debug, Clone)]
pub struct PieceRow {
    /// The last of its interactions.
    pub interaction: InteractionId,
    /// What they add up to, as JSON.
    pub tally: String,
    /// Those under which the candidate says something else, as JSON.
    pub differences: Option<String>,
}

/// Keeps a piece; false when somebody else has done so.
pub async fn insert_piece(tx: &mut Tx, id: BacktestId, piece: &NewPiece) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "insert into backtest_pieces (backtest, interaction, tenant, seen, tally, differences) values ($1, $2, $3, $4, $5, $6) \
               on conflict do nothing";
    let statement = query(sql).bind(id.0).bind(piece.interaction.0).bind(tenant.0).bind(piece.seen);
    Ok(statement.bind(&piece.tally).bind(&piece.differences).execute(tx.sql()).await? == 1)
}

const REPLACE: &str = " on conflict (/*tenant, */backtest, interaction) do update set seen = excluded.seen, revision = excluded.revision, \
    due_at = excluded.due_at, tally = excluded.tally, differences = excluded.differences";

/// Keeps pieces, each in the place of the one about the same interaction.
pub async fn put_pieces(tx: &mut Tx, id: BacktestId, pieces: &[NewPiece]) -> Result<()> {
    let tenant = tx.tenant();
    let head = "insert into backtest_pieces (backtest, interaction, tenant, seen, revision, due_at, tally, differences) ";
    bulk::insert(tx, head, REPLACE, pieces, |row, piece| {
        row.push_bind(id.0).push_bind(piece.interaction.0).push_bind(tenant.0).push_bind(piece.seen).push_bind(piece.revision);
        row.push_bind(piece.due_at.map(Timestamp::micros)).push_bind(piece.tally.clone()).push_bind(piece.differences.clone());
    })
    .await?;
    Ok(())
}

/// How many interactions the pieces are about, and the last of them.
pub async fn progress(c: &mut impl Connection, id: BacktestId) -> Result<(i64, InteractionId)> {
    let tenant = c.tenant();
    let sql = "select coalesce(sum(seen), 0), coalesce(max(interaction), 0) from backtest_pieces where tenant = $1 and backtest = $2";
    let (seen, last): (i64, i64) = query_as(sql).bind(tenant.0).bind(id.0).fetch_one(c.sql()).await?;
    Ok((seen, InteractionId(last)))
}

/// Some pieces from one about an interaction on, in order.
pub async fn pieces(c: &mut impl Connection, id: BacktestId, from: InteractionId, limit: u32) -> Result<Vec<PieceRow>> {
    let tenant = c.tenant();
    let sql = "select interaction, tally, differences from backtest_pieces where tenant = $1 and backtest = $2 and interaction >= $3 \
               order by interaction limit $4";
    let rows = query(sql).bind(tenant.0).bind(id.0).bind(from.0).bind(limit).fetch_all(c.sql()).await?;
    rows.iter()
        .map(|row| Ok(PieceRow { interaction: InteractionId(row.try_get(0)?), tally: row.try_get(1)?, differences: row.try_get(2)? }))
        .collect()
}

/// Interactions after one that a shadow has to judge: they are settled, and have changed since it did, or their time has come.
pub async fn waiting(
    c: &mut impl Connection,
    id: BacktestId,
    after: InteractionId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<InteractionRow>> {
    let tenant = c.tenant();
    let mut sql = Builder::new(&format!("select {FIELDS} from interactions i left join backtest_pieces p on p.backtest = "));
    sql.push_bind(id.0).push(" and p.interaction = i.id and p.tenant = i.tenant where +i.tenant = ").push_bind(tenant.0);
    sql.push(" and i.id > ").push_bind(after.0).push(" and i.dirty_since is null and i.opened_at is not null and i.erased_at is null");
    sql.push(" and (p.interaction is null or p.revision <> i.revision or p.due_at <= ").push_bind(now.micros());
    sql.push(") order by i.id limit ").push_bind(limit);
    sql.build().fetch_all(c.sql()).await?.iter().map(interaction).collect()
}

/// Usage of an interaction that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedUsage {
    /// Who pays.
    pub customer: CustomerId,
    /// Of which meter.
    pub meter: Meter,
    /// The date that decides its billing period.
    pub dated_at: Timestamp,
    /// The class of the success.
    pub class: Option<String>,
    /// How much.
    pub quantity: Quantity,
    /// What the success is worth.
    pub value: Option<Decimal>,
    /// Who is credited with the success.
    pub credit: Option<Credit>,
    /// How many, less those that were withdrawn.
    pub count: i64,
}

/// What stands of the usage of interactions under a definition, by the changes up to a number.
pub async fn recorded(
    c: &mut impl Connection,
    definition: DefinitionId,
    interactions: &[InteractionId],
    last: i64,
) -> Result<Vec<(InteractionId, RecordedUsage)>> {
    let tenant = c.tenant();
    let keys: Vec<i64> = interactions.iter().map(|id| id.0).collect();
    let mut found = Vec::new();
    for chunk in bulk::lists(c, &keys) {
        let mut sql = Builder::new(
            "select interaction, customer, meter, dated_at, class, abs(quantity), value, credit, \
             sum(case when quantity > 0 then 1 else -1 end) from usage where interaction",
        );
        sql.push_in(chunk);
        sql.push(" and +tenant = ").push_bind(tenant.0).push(" and +definition = ").push_bind(definition.0);
        sql.push(" and id <= ").push_bind(last).push(" group by 1, 2, 3, 4, 5, 6, 7, 8");
        sql.push(" having sum(case when quantity > 0 then 1 else -1 end) <> 0");
        for row in sql.build().fetch_all(c.sql()).await? {
            let meter: String = row.try_get(2)?;
            let usage = RecordedUsage {
                customer: CustomerId(row.try_get(1)?),
                meter: Meter::from_name(&meter).ok_or_else(|| StoreError::corrupt("usage", "meter", meter))?,
                dated_at: timestamp("usage", "dated_at", row.try_get(3)?)?,
                class: row.try_get(4)?,
                quantity: Quantity::from_micros(row.try_get(5)?),
                value: parsed("usage", "value", row.try_get(6)?)?,
                credit: parsed("usage", "credit", row.try_get(7)?)?,
                count: row.try_get(8)?,
            };
            found.push((InteractionId(row.try_get(0)?), usage));
        }
    }
    Ok(found)
}
