//! A way to the database that can be broken: all connections at once and new ones for a while, or one of them in the midst of an answer;
//! and that can be held up, so that nothing passes until everything goes on as if nothing had been.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Bytes that are read at once.
const PIECE: usize = 16 * 1024;
/// What the server answers to a commit.
const COMMITTED: &[u8] = b"COMMIT\0";

/// A proxy on a port of the loopback chosen by the system; dropped, it takes its connections along.
pub(super) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_over: bool,
    is_refusing: bool,
    is_stalled: bool,
    cut: Option<Cut>,
    seen: Seen,
    next: u64,
    connections: BTreeMap<u64, Link>,
}

/// Both ends of a connection.
struct Link {
    client: TcpStream,
    server: TcpStream,
}

impl Link {
    /// Ends it for whoever reads or writes on it, too.
    fn close(&self) {
        for end in [&self.client, &self.server] {
            drop(end.shutdown(Shutdown::Both));
        }
    }
}

/// What has happened since the proxy was started.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Connections that were refused.
    pub(super) refused: u64,
    /// Pieces of what was sent that were held back.
    pub(super) held: u64,
    /// Connections that were cut in the midst of an answer.
    pub(super) cut: u64,
}

/// Which answer is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// The one after so many others, or the first before that which says that a transaction is committed.
    pub(super) spared: u64,
    /// How much of it passes, in thousandths; never all of it.
    pub(super) passes_permille: usize,
}

impl Proxy {
    /// Starts one in front of a server.
    pub(super) fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { server, state: Mutex::default(), changed: Condvar::new() });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(&listener));
        Self { address, shared }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends every connection, and ends new ones at once until it admits them again.
    pub(super) fn refuse(&self) {
        let mut state = self.shared.state();
        state.is_refusing = true;
        state.end_all();
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Refuses no more.
    pub(super) fn admit(&self) {
        self.shared.state().is_refusing = false;
    }

    /// Passes nothing on until it is told to.
    pub(super) fn stall(&self) {
        self.shared.state().is_stalled = true;
    }

    /// Passes on what it held back, and everything from now on.
    pub(super) fn resume(&self) {
        self.shared.state().is_stalled = false;
        self.shared.changed.notify_all();
    }

    /// Cuts one connection in the midst of an answer that is still to come.
    pub(super) fn cut(&self, cut: Cut) {
        self.shared.state().cut = Some(cut);
    }

    /// What has happened so far.
    pub(super) fn seen(&self) -> Seen {
        self.shared.state().seen
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_over = true;
        state.end_all();
        drop(state);
        self.shared.changed.notify_all();
        // Whoever waits for the next connection looks up.
        drop(TcpStream::connect(self.address));
    }
}

impl State {
    fn end_all(&mut self) {
        for link in std::mem::take(&mut self.connections).values() {
            link.close();
        }
    }

    /// A number for a connection, unless none is wanted.
    fn enter(&mut self, link: Link) -> Option<u64> {
        if self.is_refusing || self.is_over {
            self.seen.refused += 1;
            return None;
        }
        self.next += 1;
        self.connections.insert(self.next, link);
        Some(self.next)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.state().is_over {
                return;
            }
            // A client that is gone, or a server that is down: the client finds its connection ended.
            drop(client.and_then(|client| self.connect(client)));
        }
    }

    fn connect(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(self.server)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let asking = (client.try_clone()?, server.try_clone()?);
        let answering = (server.try_clone()?, client.try_clone()?);
        let Some(id) = self.state().enter(Link { client, server }) else { return Ok(()) };
        for ((from, to), is_answer) in [(asking, false), (answering, true)] {
            let shared = Arc::clone(self);
            thread::spawn(move || shared.carry(id, from, to, is_answer));
        }
        Ok(())
    }

    /// Carries bytes one way until the connection ends.
    fn carry(&self, id: u64, mut from: TcpStream, mut to: TcpStream, is_answer: bool) {
        let mut buffer = vec![0; PIECE];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let passing = self.passing(id, &buffer[..length], is_answer);
            if to.write_all(&buffer[..passing]).is_err() || passing < length {
                break;
            }
        }
        if let Some(link) = self.state().connections.remove(&id) {
            link.close();
        }
        self.changed.notify_all();
    }

    /// How many bytes of a piece go on; fewer than all of them are the last of their connection.
    fn passing(&self, id: u64, piece: &[u8], is_answer: bool) -> usize {
        let mut state = self.state();
        state.seen.held += u64::from(state.is_stalled);
        while state.is_stalled && state.connections.contains_key(&id) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.connections.contains_key(&id) {
            return 0;
        }
        let Some(cut) = state.cut.filter(|_| is_answer) else { return piece.len() };
        if cut.spared > 0 && !says_committed(piece) {
            state.cut = Some(Cut { spared: cut.spared - 1, ..cut });
            return piece.len();
        }
        state.cut = None;
        state.seen.cut += 1;
        (piece.len() * cut.passes_permille / 1_000).min(piece.len() - 1)
    }
}

fn says_committed(piece: &[u8]) -> bool {
    piece.windows(COMMITTED.len()).any(|window| window == COMMITTED)
}
