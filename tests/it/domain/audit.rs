//! The chain over the audit log, without a log.

use assay_domain::{
    audit::{AuditHead, AuditViolation, Chain, Content, Link, Recorded, Unreadable, Wrong},
    canon::Digest,
    id::{OperationId, TenantId},
};

/// More than there are here.
const ALL: usize = 100;

/// The digests were computed by a second implementation, in another language.
#[test]
fn what_is_hashed_never_changes() {
    let content = Content {
        tenant: Some(TenantId(3)),
        actor: "alice".into(),
        action: "customer.confirm".into(),
        subject: "cus_0000000000001".into(),
        before: None,
        after: Some(r#"{"key":"acme"}"#.into()),
        at: 1_456_790_400_000_000,
    };
    let first = AuditHead::EMPTY.with(&Recorded { id: OperationId(7), content: Ok(content) }).unwrap();
    assert_eq!(first.to_string(), "1:3031dc6a22b8d99ff2860859b2ca3b1958e0df8db9ea8a8d6fee89d96808864a");
    let content = Content {
        tenant: None,
        actor: "engine".into(),
        action: "engine.admit".into(),
        subject: "eng_0000000000001".into(),
        before: Some("{}".into()),
        after: None,
        at: -1,
    };
    let second = first.with(&Recorded { id: OperationId(12), content: Ok(content) }).unwrap();
    assert_eq!(second.to_string(), "2:b1af6c1ddc5d4d09e049270d51601b820cc879e33e9f4e46ef6411dcf977971e");
}

#[test]
fn a_head_is_read_as_it_is_written() {
    let zeros = "0".repeat(64);
    assert_eq!(AuditHead::EMPTY.to_string(), format!("0:{zeros}"));
    let head = AuditHead { size: 1_234, hash: Digest::of(b"test") };
    assert_eq!(head.to_string().parse::<AuditHead>(), Ok(head));
    for text in ["", ":", "5", &zeros, &format!("-1:{zeros}"), &format!("five:{zeros}"), &format!("5:{zeros}0"), "5:xyz"] {
        let refused = text.parse::<AuditHead>().unwrap_err().to_string();
        assert!(refused.contains("as `assay audit head` prints it"), "{refused}");
    }
}

/// An audit log with its chain.
struct Log {
    operations: Vec<Recorded>,
    links: Vec<Link>,
}

fn operation(id: i64, action: &str) -> Recorded {
    let content = Content {
        tenant: Some(TenantId(1)),
        actor: "alice".into(),
        action: action.into(),
        subject: format!("thing {id}"),
        before: None,
        after: Some("{}".into()),
        at: id,
    };
    Recorded { id: OperationId(id), content: Ok(content) }
}

impl Log {
    /// Six operations: 10, 20, … 60.
    fn new() -> Self {
        let mut log = Self { operations: (1..=6).map(|n| operation(10 * n, "thing.make")).collect(), links: Vec::new() };
        log.chain();
        log
    }

    /// Writes the chain anew.
    fn chain(&mut self) {
        let mut head = AuditHead::EMPTY;
        self.links.clear();
        for operation in &self.operations {
            head = head.with(operation).unwrap();
            self.links.push(Link { position: head.size, operation: operation.id, hash: Some(head.hash) });
        }
    }

    fn head(&self, size: usize) -> AuditHead {
        self.links[size - 1].head().unwrap()
    }

    /// What one of the operations says; 1 is the first.
    fn content(&mut self, n: usize) -> &mut Content {
        self.operations[n - 1].content.as_mut().unwrap()
    }

    fn sorted(mut self) -> Self {
        self.operations.sort_by_key(|operation| operation.id);
        self.links.sort_by_key(|link| link.position);
        self
    }

    /// Follows it in stretches, as from a database.
    fn verify(&self, kept: Option<AuditHead>, stretch: usize) -> Option<AuditViolation> {
        let mut chain = Chain::new(kept);
        loop {
            let links = self.links.iter().filter(|link| link.position >= chain.next_place());
            let links: Vec<Link> = links.take(stretch).copied().collect();
            let operations = self.operations.iter().filter(|operation| operation.id >= chain.last_number());
            let operations: Vec<Recorded> = operations.take(stretch + 1).cloned().collect();
            match chain.follow(&links, &operations) {
                Ok(0) => return chain.wrong(&links, &operations),
                Ok(_) => {}
                Err(violation) => return Some(violation),
            }
        }
    }
}

/// Place, operation and name of what is wrong.
fn short(violation: &AuditViolation) -> (i64, i64, &'static str) {
    (violation.position, violation.operation.map_or(0, |operation| operation.0), violation.wrong.name())
}

type Tampering = (&'static str, fn(&mut Log), Option<(i64, i64, &'static str)>);

const TAMPERINGS: &[Tampering] = &[
    ("nothing", |_| {}, None),
    ("the actor", |log| log.content(3).actor = "bob".into(), Some((3, 30, "altered"))),
    ("the action", |log| log.content(3).action = "thing.break".into(), Some((3, 30, "altered"))),
    ("the subject", |log| log.content(3).subject.clear(), Some((3, 30, "altered"))),
    ("what was before", |log| log.content(3).before = Some("{}".into()), Some((3, 30, "altered"))),
    ("what is since", |log| log.content(3).after = None, Some((3, 30, "altered"))),
    ("the time", |log| log.content(3).at += 1, Some((3, 30, "altered"))),
    ("whose it is", |log| log.content(3).tenant = None, Some((3, 30, "altered"))),
    ("a column moved into the next", |log| (log.content(3).actor, log.content(3).action) = ("ali".into(), "cething.make".into()), ALTERED),
    ("the first", |log| log.content(1).actor = "bob".into(), Some((1, 10, "altered"))),
    ("the last", |log| log.content(6).actor = "bob".into(), Some((6, 60, "broken"))),
    ("two", |log| (log.content(2).at, log.content(5).at) = (0, 0), Some((2, 20, "altered"))),
    ("made unreadable", |log| log.operations[2].content = Err(Unreadable("after")), Some((3, 30, "unreadable"))),
    ("the last made unreadable", |log| log.operations[5].content = Err(Unreadable("actor")), Some((6, 60, "unreadable"))),
    ("the first taken away", |log| drop(log.operations.remove(0)), Some((1, 10, "missing"))),
    ("one taken away", |log| drop(log.operations.remove(2)), Some((3, 30, "missing"))),
    ("the last taken away", |log| drop(log.operations.pop()), Some((6, 60, "missing"))),
    ("all taken away", |log| log.operations.clear(), Some((1, 10, "missing"))),
    ("put in before the first", |log| log.operations.push(operation(5, "x")), Some((1, 5, "unchained"))),
    ("put in with no number that can be", |log| log.operations.push(operation(i64::MIN, "x")), Some((1, i64::MIN, "unchained"))),
    ("put in between", |log| log.operations.push(operation(35, "x")), Some((4, 35, "unchained"))),
    ("put in with the number of another", |log| log.operations.insert(3, operation(30, "x")), Some((4, 30, "unchained"))),
    ("put in with the number of the last", |log| log.operations.push(operation(60, "x")), Some((7, 60, "unchained"))),
    ("recorded since", |log| log.operations.push(operation(70, "x")), None),
    ("recorded since, and made unreadable", |log| log.operations.push(unreadable(70)), Some((7, 70, "unreadable"))),
    ("two exchanged", |log| exchange(log, 3, 4), Some((3, 30, "moved"))),
    ("two exchanged that are far apart", |log| exchange(log, 1, 6), Some((1, 10, "moved"))),
    ("a number changed a little", |log| log.operations[2].id = OperationId(33), Some((3, 30, "moved"))),
    ("moved to the front", |log| log.operations[2].id = OperationId(5), Some((1, 5, "unchained"))),
    ("moved to the end", |log| log.operations[2].id = OperationId(70), Some((3, 30, "moved"))),
    ("a link", |log| log.links[2].hash = Some(Digest::of(b"other")), Some((3, 30, "link-altered"))),
    ("a link that is none", |log| log.links[2].hash = None, Some((3, 30, "link-altered"))),
    ("the last link", |log| log.links[5].hash = Some(Digest::of(b"other")), Some((6, 60, "broken"))),
    ("whom a link is about", |log| log.links[2].operation = OperationId(35), Some((3, 30, "link-altered"))),
    ("whom a link is about, an earlier one", |log| log.links[2].operation = OperationId(10), Some((3, 30, "link-altered"))),
    ("the place of a link", |log| log.links[2].position = 0, Some((1, 30, "link-altered"))),
    ("the place of a link, to the end", |log| log.links[2].position = 7, Some((3, 30, "link-missing"))),
    ("two links exchanged", |log| (log.links[2].position, log.links[3].position) = (4, 3), Some((3, 30, "link-altered"))),
    (
        "a link taken away",
        |log| {
            log.links.remove(2);
        },
        Some((3, 30, "link-missing")),
    ),
    (
        "the first link taken away",
        |log| {
            log.links.remove(0);
        },
        Some((1, 10, "link-missing")),
    ),
    (
        "the last link taken away",
        |log| {
            log.links.pop();
        },
        None,
    ),
    ("all links taken away", |log| log.links.clear(), None),
    ("one taken away with its link", without_third, Some((3, 40, "link-missing"))),
    ("one taken away with its link, and the others moved up", moved_up, Some((3, 40, "broken"))),
    ("one taken away, and everything written anew", rewritten, None),
];

const ALTERED: Option<(i64, i64, &str)> = Some((3, 30, "altered"));

fn unreadable(id: i64) -> Recorded {
    Recorded { id: OperationId(id), content: Err(Unreadable("actor")) }
}

/// Exchanges what two operations say.
fn exchange(log: &mut Log, one: usize, other: usize) {
    let content = log.operations[one - 1].content.clone();
    log.operations[one - 1].content = log.operations[other - 1].content.clone();
    log.operations[other - 1].content = content;
}

fn without_third(log: &mut Log) {
    log.operations.remove(2);
    log.links.remove(2);
}

fn moved_up(log: &mut Log) {
    without_third(log);
    log.links.iter_mut().skip(2).for_each(|link| link.position -= 1);
}

fn rewritten(log: &mut Log) {
    log.operations.remove(2);
    log.chain();
}

#[test]
fn whatever_is_done_to_the_log_shows_where_it_was_done() {
    for (name, tamper, expect) in TAMPERINGS {
        let mut log = Log::new();
        tamper(&mut log);
        let log = log.sorted();
        assert_eq!(log.verify(None, ALL).as_ref().map(short), *expect, "{name}");
        for stretch in [1, 2, 3, 4] {
            let found = log.verify(None, stretch);
            let place = |(position, ..): (i64, i64, &str)| position;
            assert_eq!(found.as_ref().map(short).map(place), expect.map(place), "{name}, in stretches of {stretch}");
        }
    }
}

#[test]
fn one_like_another_was_not_moved() {
    let mut log = Log::new();
    let content = log.operations[4].content.clone();
    log.operations[2].content = content;
    log.chain();
    log.content(3).actor = "bob".into();
    assert_eq!(log.verify(None, ALL).as_ref().map(short), Some((3, 30, "altered")));
}

#[test]
fn what_was_moved_is_found_where_it_went() {
    let mut log = Log::new();
    exchange(&mut log, 2, 5);
    let found = log.verify(None, ALL).unwrap();
    assert_eq!(found.wrong, Wrong::Moved { to: OperationId(50) });
    let said = "opr_000000000000m, operation 2 of the log, is out of order: what was recorded as it is now opr_000000000001j";
    assert_eq!(found.to_string(), said);
}

#[test]
fn a_head_that_was_kept_shows_what_the_chain_alone_does_not() {
    let log = Log::new();
    let mut longer = Log::new();
    longer.operations.push(operation(70, "x"));
    longer.chain();
    let mut anew = Log::new();
    anew.content(4).actor = "bob".into();
    anew.chain();
    let mut cut = Log::new();
    (cut.operations, cut.links) = (cut.operations[..4].to_vec(), cut.links[..4].to_vec());
    let mut emptied = Log::new();
    (emptied.operations, emptied.links) = (Vec::new(), Vec::new());
    let other = AuditHead { hash: Digest::of(b"other"), ..AuditHead::EMPTY };
    for (name, log, kept, expect) in [
        ("of nothing", &log, AuditHead::EMPTY, None),
        ("of nothing, and wrong", &log, other, Some((0, 0, "rewritten"))),
        ("of the first", &log, log.head(1), None),
        ("of all", &log, log.head(6), None),
        ("of all, and it has grown", &longer, log.head(6), None),
        ("of what has grown", &log, longer.head(7), Some((6, 60, "truncated"))),
        ("of before it was written anew", &anew, log.head(3), None),
        ("of where it was written anew", &anew, log.head(4), Some((4, 40, "rewritten"))),
        ("of after it was written anew", &anew, log.head(6), Some((6, 60, "rewritten"))),
        ("of before it was cut off", &cut, log.head(4), None),
        ("of what was cut off", &cut, log.head(5), Some((4, 40, "truncated"))),
        ("of what is gone", &emptied, log.head(6), Some((0, 0, "truncated"))),
    ] {
        assert_eq!(log.verify(None, ALL), None, "{name}: the chain alone tells nothing");
        for stretch in [1, 2, 3, ALL] {
            assert_eq!(log.verify(Some(kept), stretch).as_ref().map(short), expect, "{name}, in stretches of {stretch}");
        }
    }
}

/// One that is broken before that is told first.
#[test]
fn what_is_wrong_first_is_told() {
    let mut log = Log::new();
    let kept = AuditHead { size: 5, hash: Digest::of(b"other") };
    log.content(3).actor = "bob".into();
    assert_eq!(log.verify(Some(kept), ALL).as_ref().map(short), Some((3, 30, "altered")));
    log.content(3).actor = "alice".into();
    assert_eq!(log.verify(Some(kept), ALL).as_ref().map(short), Some((5, 50, "rewritten")));
}
