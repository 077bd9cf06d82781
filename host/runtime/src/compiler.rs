//! Compiling, in a process of its own: what a component makes of the compiler hurts nobody else.

use std::{
    ffi::OsString,
    io::{self, Read as _, Write as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use crate::{admission::Refusal, order::CompileOrder};

/// As much compiled code as this is not taken from the compiling process.
const CODE_BYTES_MAX: u64 = 256 << 20;
/// More of its complaints is not read.
const COMPLAINT_BYTES_MAX: u64 = 4 << 10;

/// Where components are compiled.
#[derive(Debug, Clone, Default)]
pub enum Compiler {
    /// In this process: for what trusts the component, and for what can be lost.
    #[default]
    Here,
    /// In a process of its own, under limits that the operating system holds.
    Apart {
        /// The program, which calls [`compile_and_exit`](crate::compile_and_exit).
        program: PathBuf,
        /// What it is called with, before the order.
        arguments: Vec<OsString>,
    },
}

/// Compiles in a process that is started for it and killed when it takes too long.
pub(crate) fn compile_apart(program: &PathBuf, arguments: &[OsString], order: &CompileOrder, component: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut command = Command::new(program);
    command.args(arguments).args(order.arguments()).env_clear().current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| unavailable(&error))?;
    let (code, complaint, status) = talk(child, component, order).map_err(|error| unavailable(&error))?;
    match status {
        Some(status) if status.success() && (code.len() as u64) < CODE_BYTES_MAX => Ok(code),
        status => Err(order.refusal(&Ended { status, complaint })),
    }
}

/// How a compiling process ended that gave no code.
pub(crate) struct Ended {
    /// `None` when it was killed for its time.
    pub(crate) status: Option<ExitStatus>,
    /// The beginning of what it said.
    pub(crate) complaint: String,
}

fn unavailable(error: &io::Error) -> Refusal {
    Refusal::of_host(format!("the compiling process cannot be run: {error}"))
}

/// Gives the component, takes code and complaints, and waits for the end; kills the process when its time is over.
fn talk(mut child: Child, component: &[u8], order: &CompileOrder) -> io::Result<(Vec<u8>, String, Option<ExitStatus>)> {
    let code = child.stdout.take().map(|out| collect(out, CODE_BYTES_MAX));
    let complaint = child.stderr.take().map(|out| collect(out, COMPLAINT_BYTES_MAX));
    let fed = child.stdin.take().map(|mut input| {
        let component = component.to_vec();
        // Whoever died before it had read everything says so by its status.
        std::thread::spawn(move || drop(input.write_all(&component)))
    });
    let code = match code.map(|code| code.recv_timeout(order.wall_time_max)) {
        Some(Err(RecvTimeoutError::Timeout)) => None,
        Some(Ok(code)) => Some(code),
        Some(Err(RecvTimeoutError::Disconnected)) | None => Some(Vec::new()),
    };
    if code.is_none() {
        child.kill()?;
    }
    let status = child.wait()?;
    if let Some(thread) = fed {
        drop(thread.join());
    }
    let complaint = complaint.and_then(|complaint| complaint.recv_timeout(Duration::from_secs(1)).ok()).unwrap_or_default();
    let complaint = String::from_utf8_lossy(&complaint).trim().to_owned();
    Ok(code.map_or((Vec::new(), complaint.clone(), None), |code| (code, complaint, Some(status))))
}

/// Reads up to so many bytes on a thread of its own, and hands them over when there are no more.
fn collect(mut from: impl io::Read + Send + 'static, bytes_max: u64) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if from.by_ref().take(bytes_max).read_to_end(&mut bytes).is_ok() {
            drop(send.send(bytes));
        }
        // The rest is read and thrown away, so that the process can end.
        drop(io::copy(&mut from, &mut io::sink()));
    });
    receive
}
