//! Crashes and failing disks, each at a moment that was drawn.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use assay_store::{Faults, Moment};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A write transaction does not begin.
    BeginFails,
    /// A commit fails, and the process lives on.
    CommitFails,
    /// The process dies before a commit.
    DiesBefore,
    /// The process dies after a commit, before it heard of it.
    DiesAfter,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::BeginFails, Self::CommitFails, Self::DiesBefore, Self::DiesAfter];

    fn happens_at(self, moment: Moment) -> bool {
        match self {
            Self::BeginFails => moment == Moment::Begin,
            Self::CommitFails | Self::DiesBefore => matches!(moment, Moment::Commit(_)),
            Self::DiesAfter => matches!(moment, Moment::Committed(_)),
        }
    }

    fn is_death(self) -> bool {
        matches!(self, Self::DiesBefore | Self::DiesAfter)
    }
}

/// What went wrong, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strike {
    kind: Kind,
    moment: Moment,
}

impl Strike {
    /// Whether the process died of it.
    pub(super) fn is_death(self) -> bool {
        self.kind.is_death()
    }

    /// Whether what was to be done is done all the same.
    pub(super) fn is_committed(self) -> bool {
        self.kind == Kind::DiesAfter
    }

    /// Its row of the table: what went wrong, and with what.
    pub(super) fn name(self) -> String {
        let action = match self.moment {
            Moment::Begin => return "no transaction begins".into(),
            Moment::Commit(action) | Moment::Committed(action) => action,
        };
        match self.kind {
            Kind::DiesBefore => format!("dies before {action}"),
            Kind::DiesAfter => format!("dies after {action}"),
            Kind::BeginFails | Kind::CommitFails => format!("no commit of {action}"),
        }
    }
}

/// Lets at most one thing go wrong, when it is told to.
#[derive(Debug, Default)]
pub(super) struct Injector(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is to go wrong, and at how many such moments it does not yet.
    planned: Option<(Kind, u64)>,
    struck: Option<Strike>,
    /// A dead process writes no more.
    is_dead: bool,
}

impl Injector {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has something go wrong at the `n`th such moment from now on, counted from zero.
    pub(super) fn plan(&self, kind: Kind, n: u64) {
        self.state().planned = Some((kind, n));
    }

    /// What went wrong since this was last asked. What has not by now does not any more.
    pub(super) fn take(&self) -> Option<Strike> {
        let mut state = self.state();
        state.planned = None;
        state.struck.take()
    }

    /// Another process takes over.
    pub(super) fn revive(&self) {
        self.state().is_dead = false;
    }
}

impl Faults for Injector {
    fn strike(&self, moment: Moment) -> io::Result<()> {
        let mut state = self.state();
        if state.is_dead {
            return Err(io::Error::other("this process is dead"));
        }
        let Some((kind, left)) = state.planned.filter(|(kind, _)| kind.happens_at(moment)) else {
            return Ok(());
        };
        if left > 0 {
            state.planned = Some((kind, left - 1));
            return Ok(());
        }
        let strike = Strike { kind, moment };
        *state = State { planned: None, struck: Some(strike), is_dead: kind.is_death() };
        Err(io::Error::other(strike.name()))
    }
}
