//! One schema on two engines: what the catalogues of both say is the same, but for what only a server has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use assay_store::{MIGRATIONS, Store};
use assay_tests::{assay::at, postgres};
use sqlx::{
    AssertSqlSafe, Connection as _, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection,
    postgres::PgRow,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tempfile::TempDir;

/// The tables that a server cuts into months, and by which time. Their primary keys end with it, nothing refers to them, and no other key
/// of theirs can be unique.
const PARTITIONED: [(&str, &str); 6] = [
    ("evaluations", "recorded_at"),
    ("events", "recorded_at"),
    ("metered", "dated_at"),
    ("operations", "at"),
    ("payloads", "recorded_at"),
    ("usage", "dated_at"),
];

/// In the place of the unique key that events have in a file.
const IDENTITIES: &str = "identities";

/// A file with the whole schema, and a database of a server.
struct Both {
    file: SqliteConnection,
    server: PgConnection,
    _folder: TempDir,
}

impl Both {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("assay.db");
        Store::open(&path).await.expect("a store").close().await;
        let file = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.expect("the file");
        let url = postgres::database();
        assay_store::migrate(&url, at("2016-03-01T00:00:00Z")).await.expect("a schema");
        let server = PgConnection::connect(&url).await.expect("the server");
        Self { file, server, _folder: folder }
    }

    /// What the file's catalogue answers; `{tables}` stands for the condition that `m` is a table of ours.
    async fn file<T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin>(&mut self, sql: &str) -> Vec<T> {
        let sql = sql.replace("{tables}", "m.type = 'table' and m.name not glob '_*' and m.name not glob 'sqlite_*'");
        sqlx::query_as::<Sqlite, T>(AssertSqlSafe(sql)).fetch_all(&mut self.file).await.expect("the file's catalogue")
    }

    /// What the server's catalogue answers; `{tables}` stands for the condition that `c` is a table of ours and no partition.
    async fn server<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(&mut self, sql: &str) -> Vec<T> {
        let tables =
            "c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^_'";
        let sql = sql.replace("{tables}", tables);
        sqlx::query_as::<Postgres, T>(AssertSqlSafe(sql)).fetch_all(&mut self.server).await.expect("the server's catalogue")
    }

    /// The partitions, each after its table.
    async fn partitions(&mut self) -> Vec<(String, String)> {
        let sql = "select c.relname::text, p.relname::text from pg_inherits i join pg_class c on c.oid = i.inhparent \
                   join pg_class p on p.oid = i.inhrelid where c.relkind = 'p'";
        self.server(sql).await
    }
}

fn set(rows: Vec<(String,)>) -> BTreeSet<String> {
    rows.into_iter().map(|(line,)| line).collect()
}

#[test]
fn both_engines_have_steps_of_the_same_numbers_and_names() {
    let expected: Vec<String> = (1..).zip(MIGRATIONS).map(|(number, name)| format!("{number:04}_{name}.sql")).collect();
    for engine in ["sqlite", "postgres"] {
        let folder = format!("{}/../host/store/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a name");
        let entries = fs::read_dir(&folder).expect("the folder");
        let mut found: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        found.sort();
        assert_eq!(found, expected, "{engine}");
    }
}

/// `table.column type`, in the words of a server. A primary key of a file always has a value, which its catalogue does not say.
const FILE_COLUMNS: &str = "select m.name || '.' || c.name || ' ' || case upper(c.type) when 'INTEGER' then 'bigint' \
    when 'TEXT' then 'text collate \"C\"' when 'BLOB' then 'bytea' else c.type end \
    || case when c.\"notnull\" or c.pk > 0 then ' not null' else '' end \
    from sqlite_schema m join pragma_table_info(m.name) c where {tables}";
const SERVER_COLUMNS: &str = "select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) \
    || coalesce(' collate ' || nullif(a.attcollation, 0)::regcollation, '') || case when a.attnotnull then ' not null' else '' end \
    from pg_class c join pg_attribute a on a.attrelid = c.oid where {tables} and a.attnum > 0 and not a.attisdropped";

#[tokio::test]
async fn tables_have_the_same_columns_of_the_same_types() {
    let mut both = Both::new().await;
    let (mut file, server) = (set(both.file(FILE_COLUMNS).await), set(both.server(SERVER_COLUMNS).await));
    assert!(file.contains("payloads.recorded_at bigint not null"), "{file:?}");
    for column in ["tenant bigint", "source bigint", "source_id text collate \"C\"", "id bigint", "content bytea"] {
        file.insert(format!("{IDENTITIES}.{column} not null"));
    }
    let differing: Vec<&String> = file.symmetric_difference(&server).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// `table.column table`: what refers to what. On a server the tenant goes with it.
const FILE_REFERENCES: &str =
    "select m.name || '.' || f.\"from\" || ' ' || f.\"table\" from sqlite_schema m join pragma_foreign_key_list(m.name) f where {tables}";
const SERVER_REFERENCES: &str = "select c.relname || '.' || a.attname || ' ' || f.confrelid::regclass from pg_constraint f \
    join pg_class c on c.oid = f.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[cardinality(f.conkey)] \
    where {tables} and f.contype = 'f'";

#[tokio::test]
async fn rows_refer_to_the_same_tables_but_for_those_in_months() {
    let mut both = Both::new().await;
    let mut file = set(both.file(FILE_REFERENCES).await);
    assert!(file.contains("metered.event events"), "{file:?}");
    file.retain(|line| !PARTITIONED.iter().any(|(table, _)| line.ends_with(&format!(" {table}"))));
    assert_eq!(set(both.server(SERVER_REFERENCES).await), file);
}

/// Table, name, what it is, column, and which rows it is about; a row for each column, in order.
type KeyColumn = (String, String, String, String, Option<String>);

const FILE_KEYS: &str = "select m.name, '', 'primary', c.name, null, c.pk from sqlite_schema m join pragma_table_info(m.name) c \
    where {tables} and c.pk > 0 union all \
    select m.name, l.name, case when l.\"unique\" then 'unique' else 'index' end, coalesce(i.name, 'an expression'), \
    case when l.partial then substr(x.sql, instr(x.sql, ' where ') + 7) end, i.seqno from sqlite_schema m \
    join pragma_index_list(m.name) l join pragma_index_info(l.name) i left join sqlite_schema x on x.type = 'index' and x.name = l.name \
    where {tables} and l.origin <> 'pk' order by 1, 2, 6";
const SERVER_KEYS: &str = "select c.relname::text, i.relname::text, \
    case when x.indisprimary then 'primary' when x.indisunique then 'unique' else 'index' end, coalesce(a.attname::text, 'an expression'), \
    lower(trim(pg_get_expr(x.indpred, x.indrelid), '()')) from pg_class c join pg_index x on x.indrelid = c.oid \
    join pg_class i on i.oid = x.indexrelid cross join unnest(x.indkey::int2[]) with ordinality k (number, place) \
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where {tables} order by 1, 2, k.place";

/// A primary key, a unique key or an index: which of them, its columns, and which rows it is about if not all.
type Key = (String, Vec<String>, Option<String>);

/// The keys of each table.
fn keys(columns: Vec<KeyColumn>) -> BTreeMap<String, BTreeSet<Key>> {
    let mut named: BTreeMap<(String, String), Key> = BTreeMap::new();
    for (table, name, kind, column, condition) in columns {
        named.entry((table, name)).or_insert((kind, Vec::new(), condition)).1.push(column);
    }
    let mut keys: BTreeMap<String, BTreeSet<Key>> = BTreeMap::new();
    for ((table, _), key) in named {
        keys.entry(table).or_default().insert(key);
    }
    keys
}

fn key(kind: &str, columns: &[&str]) -> Key {
    (kind.to_owned(), columns.iter().map(|&column| column.to_owned()).collect(), None)
}

/// The keys that a server needs for those of a file: the tenant leads them where every row has one.
fn led(table: &str, keys: BTreeSet<Key>, has_tenant: bool) -> BTreeSet<Key> {
    let month = PARTITIONED.iter().find(|(name, _)| *name == table).map(|(_, time)| (*time).to_owned());
    let led = |(kind, mut columns, condition): Key| {
        if has_tenant {
            columns.retain(|column| column != "tenant");
            columns.insert(0, "tenant".to_owned());
        }
        if kind == "primary" {
            columns.extend(month.clone());
        }
        let kind = if kind == "unique" && month.is_some() { "index".to_owned() } else { kind };
        (kind, columns, condition)
    };
    let all: BTreeSet<Key> = keys.into_iter().map(led).collect();
    let primary = all.iter().find(|(kind, ..)| kind == "primary").map(|(_, columns, _)| columns.clone()).expect("a primary key");
    // What the primary key begins with needs no index of its own.
    all.into_iter().filter(|(kind, columns, _)| kind != "index" || !primary.starts_with(columns)).collect()
}

/// An index without the id at its end, with which every index of a file ends whether it says so or not.
fn without_id((kind, mut columns, condition): Key) -> Key {
    if kind == "index" && columns.last().is_some_and(|column| column == "id") {
        columns.pop();
    }
    (kind, columns, condition)
}

#[tokio::test]
async fn keys_and_indexes_are_the_same_with_the_tenant_in_front() {
    let mut both = Both::new().await;
    let columns = set(both.file(FILE_COLUMNS).await);
    let (mut file, mut server) = (keys(both.file(FILE_KEYS).await), keys(both.server(SERVER_KEYS).await));
    let identity = key("unique", &["tenant", "source", "source_id"]);
    assert!(file.get_mut("events").expect("events").remove(&identity));
    assert_eq!(server.remove(IDENTITIES), Some(BTreeSet::from([("primary".to_owned(), identity.1, None)])));
    for (table, keys) in file {
        let expected = led(&table, keys, columns.contains(&format!("{table}.tenant bigint not null")));
        let found = server.remove(&table).unwrap_or_default();
        let found: BTreeSet<Key> = found.into_iter().map(|key| if expected.contains(&key) { key } else { without_id(key) }).collect();
        assert_eq!(found, expected, "{table}");
    }
    assert!(server.is_empty(), "only on the server: {server:?}");
}

#[tokio::test]
async fn tables_that_grow_are_cut_into_months_with_a_place_for_the_rest() {
    let mut both = Both::new().await;
    let sql = "select c.relname || ' ' || pg_get_partkeydef(c.oid) || ' ' || p.partdefid::regclass from pg_partitioned_table p \
               join pg_class c on c.oid = p.partrelid";
    let expected: BTreeSet<String> = PARTITIONED.iter().map(|(table, time)| format!("{table} RANGE ({time}) {table}_default")).collect();
    assert_eq!(set(both.server(sql).await), expected);
    let partitions: BTreeSet<(String, String)> = both.partitions().await.into_iter().collect();
    for (table, _) in PARTITIONED {
        assert!(partitions.contains(&(table.to_owned(), format!("{table}_2016_03"))), "{table}: {partitions:?}");
    }
}

/// Tables whose rows cannot be changed, nor taken away one by one.
const FILE_FIXED: &str = "select m.tbl_name from sqlite_schema m where m.type = 'trigger' \
    and instr(m.sql, '''' || m.tbl_name || ' is insert-only''') group by m.tbl_name having count(*) = 2";
/// The same, nor all at once: one trigger before each row that is updated or deleted (27), one before the table is emptied (34).
const SERVER_FIXED: &str = "select c.relname::text from pg_class c join pg_trigger t on t.tgrelid = c.oid join pg_proc p on p.oid = t.tgfoid \
    where p.proname = 'insert_only' and t.tgenabled = 'O' group by c.oid, c.relname \
    having array_agg(t.tgtype order by t.tgtype) = array[27, 34]::int2[]";

#[tokio::test]
async fn the_same_tables_are_insert_only_each_month_of_them_too() {
    let mut both = Both::new().await;
    let mut expected = set(both.file(FILE_FIXED).await);
    assert!(expected.contains("events"), "{expected:?}");
    expected.insert(IDENTITIES.to_owned());
    let partitions = both.partitions().await;
    let months: Vec<String> = partitions.into_iter().filter(|(table, _)| expected.contains(table)).map(|(_, month)| month).collect();
    expected.extend(months);
    assert_eq!(set(both.server(SERVER_FIXED).await), expected);
}

/// Everything with a tenant: name, whether it is a partition, whether there is a wall that its owner meets too, and the gates in it.
const WALLS: &str = "select c.relname::text, c.relispartition, c.relrowsecurity and c.relforcerowsecurity, \
    coalesce((select string_agg(concat_ws(' ', p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), \
    '; ') from pg_policy p where p.polrelid = c.oid), '') from pg_class c where c.relnamespace = current_schema()::regnamespace \
    and c.relkind in ('r', 'p') and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant') order by 1";

const TENANT_ONLY: &str = "tenant_only * (tenant = assay_tenant()) (tenant = assay_tenant())";
const AND_THE_INSTALLATION: &str =
    "tenant_only * ((tenant = assay_tenant()) OR (assay_tenant() = 0)) ((tenant = assay_tenant()) OR (assay_tenant() = 0))";
/// Whoever makes a partition asks whether its rows lie here, for no tenant.
const MAINTENANCE: &str = "maintenance r (assay_tenant() IS NULL)";

#[tokio::test]
async fn whatever_has_a_tenant_shows_each_tenant_its_own_rows() {
    let mut both = Both::new().await;
    let walls: Vec<(String, bool, bool, String)> = both.server(WALLS).await;
    let tables = walls.iter().filter(|(_, is_partition, ..)| !is_partition).count();
    let file = set(both.file(FILE_COLUMNS).await);
    // One more than in the file: the identities.
    assert_eq!(tables, file.iter().filter(|line| line.contains(".tenant ")).count() + 1);
    for (table, is_partition, is_walled, gates) in walls {
        let expected = match table.as_str() {
            // Whoever calls is found out by a key before it is known whose it is.
            "keys" => (false, ""),
            "operations" => (true, AND_THE_INSTALLATION),
            // A partition is read through its table; by its own name it shows nothing.
            _ if is_partition && table.ends_with("_default") => (true, MAINTENANCE),
            _ if is_partition => (true, ""),
            _ => (true, TENANT_ONLY),
        };
        assert_eq!((is_walled, gates.as_str()), expected, "{table}");
    }
}
