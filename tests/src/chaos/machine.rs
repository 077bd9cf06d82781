//! A process of the product, kept running by whoever looks after it, with a way to the database of its own.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{patience::until, proxy::Proxy};
use crate::{bin, postgres::Cluster};

/// Lines of a log that are shown when something is wrong.
const LINES_SHOWN: usize = 12;

/// One process, or the place for one.
pub(super) struct Machine {
    /// What it is called, as the role that it connects by is.
    pub(super) name: &'static str,
    /// Its way to the database.
    pub(super) proxy: Proxy,
    arguments: Vec<String>,
    data: PathBuf,
    url: String,
    running: Mutex<Option<Running>>,
}

/// The address of a database for the ordinary role, in its parts.
struct Address<'u> {
    /// With the colon before it, if there is one.
    password: &'u str,
    server: SocketAddr,
    database: &'u str,
}

impl<'u> Address<'u> {
    fn of(url: &'u str) -> Self {
        let (password, place) = url.strip_prefix("postgres://assay").and_then(|rest| rest.split_once('@')).expect("an address");
        let (server, database) = place.split_once('/').expect("a database");
        Self { password, server: server.parse().expect("a port of the loopback"), database }
    }
}

struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Machine {
    /// The place for a process on a database of a cluster. It connects by a role of its own and then acts as the ordinary one, so that what
    /// it does can be told from what others do.
    pub(super) fn new(name: &'static str, arguments: &[&str], data: &Path, cluster: &Cluster, url: &str) -> Self {
        let Address { password, server, database } = Address::of(url);
        let secret = password.strip_prefix(':').map(|word| format!("password '{word}'")).unwrap_or_default();
        cluster.execute(&format!("create role {name} login {secret} in role assay; alter role {name} set role to assay"));
        let proxy = Proxy::start(server);
        let url = format!("postgres://{name}{password}@{}/{database}", proxy.address());
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { name, proxy, arguments, data: data.to_owned(), url, running: Mutex::default() }
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts it, again if it ends before it said where it listens.
    pub(super) fn start(&self) -> Result<(), String> {
        let started = until(&format!("{} starts", self.name), || Ok(self.spawn()));
        *self.running() = Some(started.map_err(|what| format!("{what}\n{}", self.log()))?);
        Ok(())
    }

    fn spawn(&self) -> Option<Running> {
        let log = File::options().create(true).append(true).open(self.log_file()).expect("a log");
        let mut command = bin::command(&self.data, &[]);
        command.args(&self.arguments).env("ASSAY_DATABASE", &self.url);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("//").next().and_then(|address| address.parse().ok());
        match address {
            Some(address) => Some(Running { child, address }),
            None => {
                drop(child.kill());
                drop(child.wait());
                None
            }
        }
    }

    /// Where it listens, if it runs.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.running().as_ref().map(|running| running.address)
    }

    /// Kills it with everything that it knew.
    pub(super) fn kill(&self) -> Result<(), String> {
        drop(self.running().take());
        Ok(())
    }

    /// Stops it where it is.
    pub(super) fn pause(&self) -> Result<(), String> {
        self.signal("-STOP");
        until(&format!("{} is stopped", self.name), || Ok(self.is_stopped().then_some(())))
    }

    /// Lets it go on where it was.
    pub(super) fn go_on(&self) -> Result<(), String> {
        self.signal("-CONT");
        Ok(())
    }

    /// Tells it to end, and waits until it has.
    pub(super) fn terminate(&self) -> Result<(), String> {
        self.signal("-TERM");
        let ended = || self.running().as_mut().and_then(|running| running.child.try_wait().expect("a child"));
        let status = until(&format!("{} ends", self.name), || Ok(ended()))?;
        self.kill()?;
        if status.success() { Ok(()) } else { Err(format!("{} was told to end, and did with {status}", self.name)) }
    }

    /// What became of it if it ended and nobody wanted that.
    pub(super) fn ended(&self) -> Option<String> {
        let status = self.running().as_mut()?.child.try_wait().expect("a child")?;
        Some(format!("{} ended by itself with {status}", self.name))
    }

    fn id(&self) -> Option<u32> {
        self.running().as_ref().map(|running| running.child.id())
    }

    fn signal(&self, signal: &str) {
        let id = self.id().expect("a process that runs").to_string();
        let status = Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(status.success(), "kill {signal} {}: {status}", self.name);
    }

    fn is_stopped(&self) -> bool {
        let status = self.id().and_then(|id| fs::read_to_string(format!("/proc/{id}/status")).ok()).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:\tT"))
    }

    fn log_file(&self) -> PathBuf {
        self.data.join(format!("{}.log", self.name))
    }

    /// The end of its log.
    pub(super) fn log(&self) -> String {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        format!("the log of {}:\n{}", self.name, lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n"))
    }
}
