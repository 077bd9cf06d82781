//! What goes wrong, and in which order.

use std::{collections::BTreeMap, fmt};

use super::events::shuffle;
use crate::fuzz::Random;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A worker is killed.
    KillWorker,
    /// The server is killed.
    KillServer,
    /// A worker that has something in hand is paused until others have settled it.
    PauseWorker,
    /// A process loses all its connections to the database, and new ones end at once for a while.
    Disconnect,
    /// Nothing passes between a process and the database for a while; for a worker at times until others have settled what it has in hand.
    Stall,
    /// A connection ends in the midst of an answer.
    Cut,
    /// The database crashes and recovers.
    CrashDatabase,
}

impl Fault {
    /// Every fault and its name.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::KillWorker, "a worker is killed"),
        (Self::KillServer, "the server is killed"),
        (Self::PauseWorker, "a worker is paused past its lease"),
        (Self::Disconnect, "connections are lost"),
        (Self::Stall, "connections are held up"),
        (Self::Cut, "a connection is cut in the midst of an answer"),
        (Self::CrashDatabase, "the database crashes"),
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(fault, _)| fault == self).map_or("", |(_, name)| name))
    }
}

/// How often each fault happened.
pub type Tally = BTreeMap<Fault, u64>;

/// Faults by chance, each as often as any other or once less.
pub(super) fn deck(count: usize, random: &mut Random) -> Vec<Fault> {
    let mut deck = Vec::with_capacity(count);
    while deck.len() < count {
        let mut round = Fault::ALL.map(|(fault, _)| fault);
        shuffle(random, &mut round);
        deck.extend(round.into_iter().take(count - deck.len()));
    }
    deck
}
