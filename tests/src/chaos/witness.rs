//! What is seen in the database, past the product: who took which interaction in hand, and who settled it. Triggers write it down, within
//! the transactions that they tell of.

use tokio::runtime::{Builder, Runtime};

use crate::raw::Raw;

/// Leases and settlements, with the revision that each led to. Whose connection it is is known by the role that it was opened by.
const WITNESS: &str = "\
    create table witness (place bigint generated always as identity primary key, kind text not null, holder text not null, \
        interaction bigint not null, revision bigint not null);
    create index on witness (interaction, revision);
    create function witness() returns trigger language plpgsql security definer as $$
    begin
        insert into witness (kind, holder, interaction, revision) values (tg_argv[0], session_user, new.id, new.revision);
        return null;
    end
    $$;
    create trigger witness_taken after update on interactions for each row
        when (new.leased_until is not null and new.leased_until is distinct from old.leased_until) execute function witness('taken');
    create trigger witness_settled after update on interactions for each row
        when (new.leased_until is null and new.dirty_since is null and new.revision > old.revision) execute function witness('settled');";

/// What is in somebody's hands, by what they took last.
const IN_HAND: &str = "interactions i join witness w on w.interaction = i.id and w.revision = i.revision and w.kind = 'taken' \
    where i.leased_until > extract(epoch from clock_timestamp()) * 1000000";

/// A connection with the rights of a superuser.
pub(super) struct Witness {
    raw: Raw,
    runtime: Runtime,
    url: String,
}

impl Witness {
    /// Writes down from now on what happens in a database.
    pub(super) fn new(url: String) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let raw = runtime.block_on(Raw::of_server(&url));
        let mut witness = Self { raw, runtime, url };
        witness.run(WITNESS);
        witness
    }

    /// Connects again after the database crashed.
    pub(super) fn reconnect(&mut self) {
        self.raw = self.runtime.block_on(Raw::of_server(&self.url));
    }

    fn run(&mut self, sql: &str) -> u64 {
        self.runtime.block_on(self.raw.run(sql))
    }

    /// The number that a statement answers with.
    pub(super) fn number(&mut self, sql: &str) -> i64 {
        self.runtime.block_on(self.raw.number(sql))
    }

    /// Keeps everybody from a table, once those are done with it who are at it.
    pub(super) fn hold_up(&mut self, table: &str) {
        self.run("begin");
        self.run(&format!("lock table {table} in access exclusive mode"));
    }

    /// Lets them go on.
    pub(super) fn let_go(&mut self) {
        self.run("commit");
    }

    /// Who has interactions in hand.
    pub(super) fn holders(&mut self) -> Vec<String> {
        self.runtime.block_on(self.raw.texts(&format!("select distinct w.holder from {IN_HAND}")))
    }

    /// Remembers what somebody has in hand; how much it is.
    pub(super) fn remember(&mut self, holder: &str) -> i64 {
        self.run(&format!(
            "drop table if exists remembered; \
             create temp table remembered as select i.id as interaction, i.revision from {IN_HAND} and w.holder = '{holder}'"
        ));
        self.number("select count(*) from remembered")
    }

    /// Whether others have settled all that is remembered of somebody.
    pub(super) fn is_settled_by_others(&mut self, holder: &str) -> bool {
        let settled = format!(
            "select 1 from witness w where w.kind = 'settled' and w.interaction = r.interaction and w.revision > r.revision \
             and w.holder <> '{holder}'"
        );
        self.number(&format!("select count(*) from remembered r where not exists ({settled})")) == 0
    }

    /// The place of what was written down last.
    pub(super) fn latest(&mut self) -> i64 {
        self.number("select coalesce(max(place), 0) from witness")
    }

    /// Whether somebody has taken something in hand after a place.
    pub(super) fn has_taken(&mut self, holder: &str, after: i64) -> bool {
        self.number(&format!("select count(*) from witness where place > {after} and kind = 'taken' and holder = '{holder}'")) > 0
    }

    /// Whether nothing waits to be judged, and no time that is about to come decides anything.
    pub(super) fn is_idle(&mut self) -> bool {
        let soon = "extract(epoch from clock_timestamp()) * 1000000 + 3600000000";
        self.number(&format!("select count(*) from interactions where dirty_since is not null or due_at <= {soon}")) == 0
    }
}
