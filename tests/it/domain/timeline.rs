//! Timelines: an order of the facts, never of their arrival.

use assay_domain::{
    event::Actor,
    id::{CustomerId, EventId},
    time::Timestamp,
    timeline::{Fact, Timeline},
};

fn second(n: i64) -> Timestamp {
    Timestamp::from_micros(n * 1_000_000).unwrap()
}

/// `second sequence source id [customer]`.
fn fact(text: &str) -> Fact {
    let words: Vec<&str> = text.split_whitespace().collect();
    Fact {
        event: EventId(0),
        source: words[2].into(),
        source_id: words[3].into(),
        kind: "x".into(),
        occurred_at: second(words[0].parse().unwrap()),
        sequence: words[1].parse().unwrap(),
        customer: words.get(4).map(|customer| CustomerId(customer.parse().unwrap())),
        actor: Actor::Unknown,
        data: "{}".into(),
        superseded_by: None,
    }
}

fn facts(text: &str) -> Vec<Fact> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect()
}

/// Every order of some facts.
fn permutations(facts: &[Fact]) -> Vec<Vec<Fact>> {
    let Some((first, rest)) = facts.split_first() else { return vec![vec![]] };
    let insert = |order: Vec<Fact>| {
        (0..=order.len()).map(move |at| {
            let mut order = order.clone();
            order.insert(at, first.clone());
            order
        })
    };
    permutations(rest).into_iter().flat_map(insert).collect()
}

/// The facts, given in timeline order, end up so however they arrive.
fn check_order(text: &str) {
    let expect = facts(text);
    let orders = permutations(&expect);
    assert_eq!(orders.len(), (1..=expect.len()).product::<usize>());
    for order in orders {
        assert_eq!(Timeline::new(order, None).facts(), expect);
    }
}

#[test]
fn time_comes_first_then_sequence_source_and_id() {
    check_order(
        "
        -1  9  z  z
         1 -1  z  z
         1  0  b  z
         1  0  c  a
         1  0  c  b
         2 -9  a  a
        ",
    );
}

#[test]
fn names_are_compared_bytewise() {
    check_order(
        "
        1  0  B   1
        1  0  a   10
        1  0  a   9
        1  0  a   A
        1  0  a   a
        1  0  ab  0
        1  0  é   0
        ",
    );
}

#[test]
fn sequences_are_compared_as_numbers() {
    check_order(
        "
        1  -10  a  a
        1  -9   a  a
        1  2    a  a
        1  10   a  a
        ",
    );
}

const FOUR: &str = "
    1  0  a  a
    3  0  a  b  7
    3  1  a  c  8
    5  0  a  d  9
";

#[test]
fn what_lies_ahead_is_withheld() {
    fn check(as_of: i64, known: usize, opened_at: Option<i64>, next: Option<i64>) {
        let timeline = Timeline::new(facts(FOUR), None);
        assert_eq!(timeline.known(second(as_of)), &facts(FOUR)[..known]);
        assert_eq!(timeline.opened_at(second(as_of)), opened_at.map(second));
        assert_eq!(timeline.next_withheld(second(as_of)), next.map(second));
        assert_eq!(timeline.facts().len(), 4);
    }
    check(0, 0, None, Some(1));
    check(1, 1, Some(1), Some(3));
    check(2, 1, Some(1), Some(3));
    check(3, 3, Some(1), Some(5));
    check(5, 4, Some(1), None);
    check(9, 4, Some(1), None);
    assert_eq!(Timeline::default().opened_at(second(9)), None);
    assert_eq!(Timeline::default().next_withheld(second(0)), None);
}

#[test]
fn an_earlier_fact_moves_the_opening() {
    let mut late = facts(FOUR);
    late.push(fact("0 0 z z"));
    assert_eq!(Timeline::new(late, None).opened_at(second(9)), Some(second(0)));
}

#[test]
fn what_another_fact_stands_for_is_left_out_where_that_one_is_given() {
    let chain = |n: i64, by: Option<i64>| Fact { event: EventId(n), superseded_by: by.map(EventId), ..fact(&format!("{n} 0 a {n}")) };
    let all = [chain(1, Some(3)), chain(2, None), chain(3, Some(4)), chain(4, None)];
    for (until, expect) in [(2, [1, 2]), (3, [2, 3]), (4, [2, 4])] {
        let given: Vec<Fact> = all.iter().filter(|fact| fact.event.0 <= until).cloned().collect();
        for order in permutations(&given) {
            let timeline = Timeline::new(order, None);
            let found: Vec<i64> = timeline.facts().iter().map(|fact| fact.event.0).collect();
            assert_eq!(found, expect, "the first {until}");
        }
    }
}

#[test]
fn the_earliest_fact_that_names_a_customer_decides() {
    fn check(text: &str, assigned: Option<i64>, as_of: i64, expect: Option<i64>) {
        for order in permutations(&facts(text)) {
            let timeline = Timeline::new(order, assigned.map(CustomerId));
            assert_eq!(timeline.customer(second(as_of)), expect.map(CustomerId));
        }
    }
    check(FOUR, None, 2, None);
    check(FOUR, None, 3, Some(7));
    check(FOUR, None, 9, Some(7));
    check("3 1 a a 7\n3 0 b b 8\n5 0 a a 9", None, 9, Some(8));
    check("1 0 a a", None, 9, None);
    check(FOUR, Some(1), 9, Some(1));
    check(FOUR, Some(1), 0, Some(1));
    check("1 0 a a", Some(1), 9, Some(1));
}
