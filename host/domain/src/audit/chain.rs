//! Following a chain along its log, and finding out what is wrong where it cannot be followed.

use std::cmp::Ordering;

use super::{AuditHead, AuditViolation, Link, Recorded, Unreadable, Wrong};
use crate::id::OperationId;

/// A chain as far as it was followed: everything up to its head is as it was chained.
///
/// It is followed in stretches: so many links from [`next_place`](Self::next_place) on, and one operation more from
/// [`last_number`](Self::last_number) on.
#[derive(Debug)]
pub struct Chain {
    head: AuditHead,
    last: Option<OperationId>,
    kept: Option<AuditHead>,
}

impl Chain {
    /// At its beginning; a head that was kept is compared on the way.
    pub fn new(kept: Option<AuditHead>) -> Self {
        Self { head: AuditHead::EMPTY, last: None, kept }
    }

    /// How far it was followed.
    pub fn head(&self) -> AuditHead {
        self.head
    }

    /// The place from which on the next links are. At first that is before all, so that one with a place that nothing has shows.
    pub fn next_place(&self) -> i64 {
        if self.last.is_none() { i64::MIN } else { self.head.size.saturating_add(1) }
    }

    /// The number from which on the next operations are: that of the last one, which comes again, so that a second one of its number shows.
    pub fn last_number(&self) -> OperationId {
        self.last.unwrap_or(OperationId(i64::MIN))
    }

    /// Goes on as far as the links agree with the operations; gives back by how many, or that it came to where another head was kept.
    pub fn follow(&mut self, links: &[Link], log: &[Recorded]) -> Result<usize, AuditViolation> {
        self.compare_kept()?;
        let mut followed = 0;
        for (link, operation) in links.iter().zip(self.unread(log)) {
            if !self.step(link, operation) {
                break;
            }
            self.compare_kept()?;
            followed += 1;
        }
        Ok(followed)
    }

    /// What is wrong where it cannot be followed any further; `None` where it has come to a good end.
    pub fn wrong(&self, links: &[Link], log: &[Recorded]) -> Option<AuditViolation> {
        let log = self.unread(log);
        match links.first() {
            Some(link) => {
                let (operation, wrong) = self.compare(link, links, log);
                Some(AuditViolation { position: self.head.size.saturating_add(1), operation: Some(operation), wrong })
            }
            None => self.end(log),
        }
    }

    /// The operations without the last one, if it comes first.
    fn unread<'l>(&self, log: &'l [Recorded]) -> &'l [Recorded] {
        match log {
            [first, rest @ ..] if Some(first.id) == self.last => rest,
            all => all,
        }
    }

    fn step(&mut self, link: &Link, operation: &Recorded) -> bool {
        let Ok(head) = self.head.with(operation) else { return false };
        if link.operation != operation.id || link.head() != Some(head) {
            return false;
        }
        (self.head, self.last) = (head, Some(operation.id));
        true
    }

    fn compare_kept(&self) -> Result<(), AuditViolation> {
        let is_other = self.kept.is_some_and(|kept| kept.size == self.head.size && kept.hash != self.head.hash);
        if is_other { Err(AuditViolation { position: self.head.size, operation: self.last, wrong: Wrong::Rewritten }) } else { Ok(()) }
    }

    /// What is wrong where there are no more links; what comes then waits for one.
    fn end(&self, log: &[Recorded]) -> Option<AuditViolation> {
        let next = self.head.size.saturating_add(1);
        let at = |position, operation, wrong| Some(AuditViolation { position, operation, wrong });
        if let Some(second) = log.first().filter(|first| Some(first.id) == self.last) {
            return at(next, Some(second.id), Wrong::Unchained);
        }
        if let Some(kept) = self.kept.filter(|kept| kept.size > self.head.size) {
            return at(self.head.size, self.last, Wrong::Truncated { kept: kept.size });
        }
        let unreadable = log.iter().find_map(|operation| Some((operation.id, operation.content.as_ref().err().copied()?)));
        unreadable.and_then(|(id, Unreadable(column))| at(next, Some(id), Wrong::Unreadable { column }))
    }

    fn compare(&self, link: &Link, links: &[Link], log: &[Recorded]) -> (OperationId, Wrong) {
        let next = log.first();
        match link.position.cmp(&self.head.size.saturating_add(1)) {
            Ordering::Less => return (link.operation, Wrong::LinkAltered),
            Ordering::Greater => return (next.map_or(link.operation, |next| next.id.min(link.operation)), Wrong::LinkMissing),
            Ordering::Equal => {}
        }
        if let Some(next) = next.filter(|next| next.id != link.operation && self.is_about(link, next, next.id)) {
            return (next.id, Wrong::LinkAltered);
        }
        if self.last.is_some_and(|last| link.operation <= last) {
            return (link.operation, Wrong::LinkAltered);
        }
        let is_moved =
            |other: &&Recorded| other.id != link.operation && self.is_about(link, other, link.operation) && !is_linked(other, links);
        if let Some(other) = log.iter().find(is_moved) {
            return (link.operation, Wrong::Moved { to: other.id });
        }
        match next {
            Some(next) if next.id == link.operation => (next.id, self.changed(next, links, log)),
            Some(next) if next.id < link.operation => {
                let has_link = links.iter().any(|other| other.operation == next.id);
                (next.id, if has_link { Wrong::LinkAltered } else { Wrong::Unchained })
            }
            _ => (link.operation, Wrong::Missing),
        }
    }

    /// Whether a link is about what an operation says, under a number that it had.
    fn is_about(&self, link: &Link, operation: &Recorded, id: OperationId) -> bool {
        self.head.with_as(operation, id).is_ok_and(|head| link.head() == Some(head))
    }

    /// Which was changed, the next operation or its link, as the link after it tells.
    fn changed(&self, next: &Recorded, links: &[Link], log: &[Recorded]) -> Wrong {
        let here = match self.head.with(next) {
            Ok(here) => here,
            Err(Unreadable(column)) => return Wrong::Unreadable { column },
        };
        let [link, later, ..] = links else { return Wrong::Broken };
        let Some(operation) = log.iter().find(|operation| operation.id == later.operation) else { return Wrong::Broken };
        let leads_on = |head: AuditHead| head.with(operation).is_ok_and(|head| later.head() == Some(head));
        if leads_on(here) {
            Wrong::LinkAltered
        } else if link.head().is_some_and(leads_on) {
            Wrong::Altered
        } else {
            Wrong::Broken
        }
    }
}

/// Whether an operation has a link of its own, which says what it says: one like another was not moved.
fn is_linked(operation: &Recorded, links: &[Link]) -> bool {
    links.windows(2).any(|pair| match pair {
        [before, own] if own.operation == operation.id => {
            before.head().is_some_and(|head| head.with(operation).is_ok_and(|head| own.head() == Some(head)))
        }
        _ => false,
    })
}
