//! A cluster in a folder of its own.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Starts the server, says where it is, and waits for its input to end, which it does when the process that started it is gone, however
/// that went. Then the server is killed and its folder removed.
const KEEPER: &str = r#"
"$BIN/pg_ctl" -D "$FOLDER/data" -l "$FOLDER/log" -o "$OPTIONS" -w start > "$FOLDER/start" 2>&1 || { cat "$FOLDER/start" "$FOLDER/log"; exit 1; }
echo ready
cat > /dev/null
"$BIN/pg_ctl" -D "$FOLDER/data" -m immediate -w stop > /dev/null 2>&1
rm -rf "$FOLDER/data"
"#;

/// Settings of a server that may lose everything.
const CARELESS: &str = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off";
const SETTINGS: &str = "-c max_connections=400 -c shared_buffers=256MB -c max_wal_size=4GB -c max_locks_per_transaction=256";

/// A running server; dropped, it is stopped and its files are removed.
#[derive(Debug)]
pub struct Cluster {
    keeper: Child,
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    has_port: bool,
}

impl Cluster {
    /// Starts a server that listens on a socket in its folder and, if wanted, on a port of the loopback. What it was told survives a crash
    /// either way, and a loss of power if it is `durable`.
    pub fn start(durable: bool, port: bool) -> Self {
        let programs = programs();
        let folder = TempDir::with_prefix("apg").expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        if is_root() {
            let (user, group) = postgres_user();
            chown(folder.path(), Some(user), Some(group)).and_then(|()| chown(&data, Some(user), Some(group))).expect("a server's folder");
        }
        let made = as_server(&programs.join("initdb"))
            .args(["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=postgres", "--no-sync", "-D"])
            .arg(&data)
            .stdin(Stdio::null())
            .output();
        let made = made.expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let number = free_port();
        let listen = if port { "127.0.0.1" } else { "" };
        let careless = if durable { "" } else { CARELESS };
        let options = format!("-k {} -p {number} -c listen_addresses='{listen}' {SETTINGS} {careless}", folder.path().display());
        let keeper = as_server(Path::new("/bin/sh"))
            .args(["-c", KEEPER])
            .env("BIN", &programs)
            .env("FOLDER", folder.path())
            .env("OPTIONS", options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What ends the group of whoever started it must not end it before it has cleared up.
            .process_group(0)
            .spawn();
        let mut keeper = keeper.expect("a shell");
        let mut lines = BufReader::new(keeper.stdout.take().expect("its output")).lines();
        let first = lines.next().transpose().expect("a line").unwrap_or_default();
        assert_eq!(first, "ready", "the server does not start: {}", lines.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let cluster = Self { keeper, programs, folder, port: number, has_port: port };
        cluster.execute("create role assay login");
        cluster
    }

    /// Where a database is, for the ordinary role.
    pub fn url(&self, database: &str) -> String {
        if self.has_port {
            return format!("postgres://assay@127.0.0.1:{}/{database}", self.port);
        }
        let folder = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://assay@{folder}:{}/{database}", self.port)
    }

    /// The port of the loopback that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A fresh, empty database that belongs to the ordinary role.
    pub fn create(&self, database: &str) -> String {
        self.execute(&format!("create database {database} owner assay"));
        self.url(database)
    }

    /// Crashes it, and has it recover.
    pub fn restart(&self) {
        let done = as_server(&self.programs.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .arg("-l")
            .arg(self.folder.path().join("log"))
            .args(["-m", "immediate", "-w", "restart"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(done.expect("pg_ctl runs").success(), "the server does not come back");
    }

    /// Runs a statement with the rights of a superuser.
    pub fn execute(&self, sql: &str) {
        super::execute(&super::superuser(&self.url("postgres")), sql.to_owned());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

/// Where the server's programs are: the newest of those that Debian installs, or those on the path.
fn programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let debian = installed.map(|version| version.path().join("bin")).filter(|folder| folder.join("initdb").is_file());
    let newest = debian.max_by_key(|folder| folder.parent().and_then(Path::file_name)?.to_string_lossy().parse::<u32>().ok());
    #[expect(clippy::disallowed_methods, reason = "programs are looked for where the system says")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = newest.or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file()));
    found.expect("the server programs of PostgreSQL are not installed: sudo apt-get install postgresql, or run `cargo xtask test` as root")
}

/// A program run by who may run a server, which root may not.
fn as_server(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|mine| mine.uid() == 0)
}

/// The user and the group that Debian's package makes.
fn postgres_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("users");
    let line =
        users.lines().find_map(|line| line.strip_prefix("postgres:")).expect("a user named postgres: sudo apt-get install postgresql");
    let mut numbers = line.split(':').skip(1).map(|number| number.parse().expect("a number"));
    (numbers.next().expect("a user"), numbers.next().expect("a group"))
}

/// A port that was free a moment ago; a server that finds it taken says so and does not start.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}
