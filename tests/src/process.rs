//! `assay serve` and `assay worker` as processes of their own, as an operator starts them.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use crate::{bin, http::Client};

/// A running process; dropped, it is killed.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts the server of an installation on a port chosen by the system, and waits until it listens.
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        Self::start_as("serve", data, arguments)
    }

    /// The same for a worker.
    pub fn start_worker(data: &Path) -> Self {
        Self::start_as("worker", data, &[])
    }

    fn start_as(command: &str, data: &Path, arguments: &[&str]) -> Self {
        let mut command = bin::command(data, &[command, "--listen", "127.0.0.1:0"]);
        let log = std::fs::File::options().create(true).append(true).open(data.join("serve.log")).expect("a log");
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(log).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("//").next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| {
            let log = std::fs::read_to_string(data.join("serve.log")).unwrap_or_default();
            panic!("the process said {line:?} and not where it listens: {log}")
        });
        Self { child, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection to it.
    pub fn client(&self) -> Client {
        Client::connect(self.address).expect("a connection")
    }

    /// Kills it while others still hold it.
    pub fn kill_now(&self) {
        self.signal("-KILL");
    }

    /// Asks it to end.
    pub fn ask_to_end(self) -> Ending {
        self.signal("-TERM");
        Ending(self)
    }

    /// Asks it to end, and waits until it has.
    pub fn terminate(self) -> ExitStatus {
        self.ask_to_end().wait()
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(status.success(), "{status}");
    }

    /// The memory that it holds, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kilobytes = anonymous.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        1024 * kilobytes.unwrap_or_default()
    }
}

/// A server that was asked to end.
pub struct Ending(Process);

impl Ending {
    /// Waits until it has.
    pub fn wait(mut self) -> ExitStatus {
        self.0.child.wait().expect("a child")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
