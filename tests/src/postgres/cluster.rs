//! A cluster in a folder of its own.

use std::{
    fs::{self, File},
    hash::{BuildHasher as _, RandomState},
    io::Write as _,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Once,
};

use assay_domain::time::Timestamp;
use tempfile::TempDir;

use super::{
    execute,
    programs::{self, Programs},
    run,
};

/// A part of the name of the socket where there is no other.
const PORT: u16 = 5432;
/// The longest name of a folder below which a socket has room for its own: 107 bytes are all that an address of one may have.
const FOLDER_BYTES_MAX: usize = 80;
/// Seconds that a busy machine may take to start a server or to stop it.
const PATIENCE: &str = "300";

const INITDB: [&str; 7] = [
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--no-sync",
    "--no-instructions",
];

/// The database that others are copied from.
const TEMPLATE: &str = "template_assay";
/// The tables of that database are cut into the months of this year. Many tests live in it, others do not, so that rows lie in months and
/// beside them.
const CUT_FROM: &str = "2016-01-01T00:00:00Z";

/// A server with databases of its own; dropped, it is stopped and everything is removed.
pub struct Cluster {
    // It goes before the folder does.
    _keeper: Keeper,
    folder: TempDir,
    programs: Programs,
    /// What stands between the user and the database in an address.
    place: String,
    /// The same of the socket, on which nobody is asked for a password.
    socket: String,
    template: Once,
}

impl Cluster {
    /// Starts a server that listens on a socket in its folder and, if wanted, on a port of the loopback. What it was told survives its own
    /// end; that of the machine only if it is `durable`.
    pub fn start(durable: bool, port: bool) -> Self {
        let folder = folder();
        let programs = Programs::with_folder(folder.path());
        let keeper = Keeper::start(&programs, folder.path());
        let made = programs::run(programs.command("initdb").args(INITDB).arg("-D").arg(folder.path().join("data")));
        made.unwrap_or_else(|complaint| panic!("{complaint}"));
        let port = port.then(free_port);
        configure(folder.path(), durable, port);
        let password = format!("{:016x}", RandomState::new().hash_one("assay"));
        let socket = format!("@{}:{}", folder.path().to_string_lossy().replace('/', "%2F"), port.unwrap_or(PORT));
        let place = port.map_or_else(|| socket.clone(), |port| format!(":{password}@127.0.0.1:{port}"));
        let cluster = Self { _keeper: keeper, folder, programs, place, socket, template: Once::new() };
        cluster.start_again();
        cluster.execute(&format!("create role assay login password '{password}'; alter role postgres password '{password}'"));
        cluster
    }

    /// The address of a database, for the ordinary role.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://assay{}/{database}", self.place)
    }

    /// Makes an empty database that belongs to the ordinary role.
    pub fn create(&self, database: &str) -> String {
        self.execute(&format!("create database {database} owner assay"));
        self.url(database)
    }

    /// The same with the schema in it.
    pub fn migrated(&self, database: &str) -> String {
        self.template.call_once(|| {
            let (url, from) = (self.create(TEMPLATE), CUT_FROM.parse::<Timestamp>().expect("a time"));
            run(async { assay_store::migrate(&url, from).await }).expect("a schema");
        });
        self.copied(TEMPLATE, database)
    }

    /// Copies one that nobody is connected to, so that any number may do so at the same time.
    pub fn copied(&self, from: &str, to: &str) -> String {
        self.execute(&format!("create database {to} owner assay template {from} strategy file_copy"));
        self.url(to)
    }

    /// Runs statements with the rights of a superuser.
    pub fn execute(&self, sql: &str) {
        let done = execute(&format!("postgres://postgres{}/postgres", self.socket), sql);
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Makes it crash, and waits until it has recovered.
    pub fn restart(&self) {
        self.control("restart");
    }

    /// Makes it crash, and leaves it at that.
    pub fn stop(&self) {
        self.control("stop");
    }

    /// Starts it where it was stopped, and waits until it has recovered.
    pub fn start_again(&self) {
        self.control("start");
    }

    fn control(&self, what: &str) {
        let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let done = programs::run(&mut control(&self.programs, self.folder.path(), what));
        done.unwrap_or_else(|complaint| panic!("{complaint}{}", log()));
    }
}

/// A new folder whose name is not too long for a socket in it.
fn folder() -> TempDir {
    let usual = std::env::temp_dir();
    let base = if usual.as_os_str().len() > FOLDER_BYTES_MAX { Path::new("/tmp") } else { usual.as_path() };
    TempDir::with_prefix_in("assay-", base).expect("a temporary folder")
}

/// A port that was free a moment ago; a server that finds it taken says so and does not start.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// Adds to the settings that a new cluster comes with; the last of a name counts.
fn configure(folder: &Path, durable: bool, port: Option<u16>) {
    let listens = if port.is_some() { "127.0.0.1" } else { "" };
    let waits = if durable { "on" } else { "off" };
    let settings = format!(
        "unix_socket_directories = '{}'\nlisten_addresses = '{listens}'\nport = {}\n\
         fsync = {waits}\nfull_page_writes = {waits}\nsynchronous_commit = {waits}\n\
         max_connections = 400\nshared_buffers = 256MB\nmax_wal_size = 4GB\nmax_locks_per_transaction = 256\n\
         dynamic_shared_memory_type = mmap\nlog_checkpoints = off\n",
        folder.display(),
        port.unwrap_or(PORT),
    );
    let file = File::options().append(true).open(folder.join("data/postgresql.conf"));
    file.and_then(|mut file| file.write_all(settings.as_bytes())).expect("settings");
}

/// Starts or stops a server. It gets an output of its own: any other that it inherits it would not close while it runs.
fn control(programs: &Programs, folder: &Path, what: &str) -> Command {
    let mut command = programs.command("pg_ctl");
    command.args([what, "-w", "-t", PATIENCE, "-m", "immediate", "-D"]).arg(folder.join("data")).arg("-l").arg(folder.join("log"));
    command
}

/// Waits for its input to end, which it does with the process at the other end, however that ends. Then it stops the server and removes the
/// folder.
const KEEPER: &str = r#"read -r _; "$@"; rm -rf -- "$0""#;

/// A shell that outlives the process of the tests by as long as it takes to clear up; dropped, it has cleared up.
struct Keeper(Child);

impl Keeper {
    fn start(programs: &Programs, folder: &Path) -> Self {
        let stop = control(programs, folder, "stop");
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER]).arg(folder).arg(stop.get_program()).args(stop.get_args());
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A signal to all of a terminal's processes is not meant for it.
        Self(shell.current_dir("/").process_group(0).spawn().expect("a shell"))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}
