//! The classes of events.

use std::fmt;

/// What became of an event. The first class that fits is the event's, in this order.
///
/// What takes an event out of its timeline, or keeps it from it, comes first: nothing else is asked about such an event. Then comes what
/// keeps the whole interaction from being known: while facts wait to be judged, opening, customer and terms may still change, so none of
/// its events is said to be anything else. Whether anybody reads the event, and whose it is, is decided before what was made of it.
///
/// Several definitions may read one event. A fault under any of them comes first, because an alarm must not hide behind a verdict, and then a
/// dispute that waits for its answer. Then what is billed comes before what may be, and what may be before what never will: an event is used
/// if any definition uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventClass {
    /// Another event stands in its place.
    Superseded,
    /// It happens later than the time of the report.
    Withheld,
    /// Its interaction has facts that were not judged.
    Waiting,
    /// No definition of its terms reads it, and no price counts it by itself.
    Unread,
    /// Its interaction belongs to nobody.
    Unassigned,
    /// A fault keeps a verdict about it from being renewed, or a success lacks the value that its price needs.
    Quarantined,
    /// Its customer disputes what came of it, and nobody has answered yet.
    Disputed,
    /// What came of it was counted by the documents that bill its period and are not voided.
    Billed,
    /// What came of it has settled, and no document that stands has counted it.
    Billable,
    /// It is part of a success that settles later.
    Provisional,
    /// It is undecided.
    Open,
    /// It is part of a failure.
    Failed,
    /// It is part of a success that people have taken back.
    Overruled,
    /// The facts do not allow a judgement.
    Indeterminate,
    /// The definition is not about it.
    NotEligible,
}

impl EventClass {
    /// Every class and its name, in their order.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Superseded, "superseded"),
        (Self::Withheld, "withheld"),
        (Self::Waiting, "waiting"),
        (Self::Unread, "unread"),
        (Self::Unassigned, "unassigned"),
        (Self::Quarantined, "quarantined"),
        (Self::Disputed, "disputed"),
        (Self::Billed, "billed"),
        (Self::Billable, "billable"),
        (Self::Provisional, "provisional"),
        (Self::Open, "open"),
        (Self::Failed, "failed"),
        (Self::Overruled, "overruled"),
        (Self::Indeterminate, "indeterminate"),
        (Self::NotEligible, "not-eligible"),
    ];
}

impl fmt::Display for EventClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(class, _)| class == self).map_or("waiting", |(_, name)| name))
    }
}
