//! Which versions judge an interaction.

use assay_domain::{
    approval::{Approval, Approvals, Parties},
    canon::Digest,
    definition::{Timing, Version, VersionContent, VersionState},
    id::{AgreementId, ApprovalKeyId, CustomerId, DefinitionId, RateCardId, VersionId},
    terms::{AgreedDefinition, Agreement, demanded, has_earlier, signers, terms},
};

use super::rules::moment;

/// `1:10` is an approval by the tenant alone for customer 1 from day 10 on; `1:10!` one that the customer has signed.
fn approval(text: &str) -> Approval {
    let (customer, from) = text.split_once(':').expect("a customer and a time");
    let (from, key) = from.strip_suffix('!').map_or((from, None), |from| (from, Some(ApprovalKeyId(1))));
    Approval { customer: CustomerId(customer.parse().unwrap()), from: moment(from), key, at: moment("0") }
}

/// `10`, `draft`, or `10..20` and `draft..20` for what is retired from day 20 on.
fn state(text: &str) -> VersionState {
    let (active, retired) = text.split_once("..").map_or((text, None), |(active, retired)| (active, Some(retired)));
    let active_from = (active != "draft").then(|| moment(active));
    match (retired, active_from) {
        (Some(retired), active_from) => VersionState::Retired { active_from, from: moment(retired) },
        (None, Some(from)) => VersionState::Active { from },
        (None, None) => VersionState::Draft,
    }
}

/// `id definition number state`, then approvals; one version a line.
fn versions(text: &str) -> Vec<Version> {
    let version = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let content = VersionContent {
            component: Digest::of(b"component"),
            contract: "assay:rule@0.1.0".into(),
            parameters: Vec::new(),
            reads: Vec::new(),
            timing: Timing::default(),
        };
        Version {
            id: VersionId(words[0].parse().unwrap()),
            definition: DefinitionId(words[1].parse().unwrap()),
            number: words[2].parse().unwrap(),
            content,
            state: state(words[3]),
            approvals: words[4..].iter().map(|word| approval(word)).collect::<Approvals>(),
        }
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(version).collect()
}

/// `definition` or `definition=version`, in some agreement.
fn agreement(text: &str) -> Agreement {
    let agreed = |word: &str| {
        let (definition, version) = word.split_once('=').map_or((word, None), |(definition, version)| (definition, Some(version)));
        let version = version.map(|version| VersionId(version.parse().unwrap()));
        AgreedDefinition { definition: DefinitionId(definition.parse().unwrap()), version }
    };
    Agreement {
        id: AgreementId(1),
        customer: CustomerId(1),
        definitions: text.split_whitespace().map(agreed).collect(),
        parties: Parties::One,
        rate_card: RateCardId(1),
        overrides: None,
        from: moment("0"),
        until: None,
    }
}

/// The ids of the versions that judge what opened on a day, however the versions are listed. An agreement with a `!` in front demands two
/// parties.
fn check(text: &str, agreed: Option<&str>, opened_on: &str, expect: &[i64]) {
    let agreed = agreed.map(|agreed| match agreed.strip_prefix('!') {
        Some(agreed) => Agreement { parties: Parties::Two, ..agreement(agreed) },
        None => agreement(agreed),
    });
    let mut versions = versions(text);
    for _ in 0..2 {
        let found: Vec<i64> = terms(&versions, agreed.as_ref(), moment(opened_on)).iter().map(|version| version.id.0).collect();
        assert_eq!(found, expect, "opened on {opened_on} under {agreed:?}");
        versions.reverse();
    }
}

const VERSIONS: &str = "
    1  1  1  10
    2  1  2  20
    3  1  3  30
    4  1  4  draft
    5  2  1  15
    6  3  1  draft
";

#[test]
fn without_an_agreement_every_definition_judges() {
    check(VERSIONS, None, "9", &[]);
    check(VERSIONS, None, "10-", &[]);
    check(VERSIONS, None, "10", &[1]);
    check(VERSIONS, None, "15", &[1, 5]);
    check(VERSIONS, None, "20-", &[1, 5]);
    check(VERSIONS, None, "20", &[2, 5]);
    check(VERSIONS, None, "30", &[3, 5]);
    check(VERSIONS, None, "1000", &[3, 5]);
    check("", None, "1000", &[]);
}

#[test]
fn an_agreement_names_the_definitions() {
    check(VERSIONS, Some("1"), "25", &[2]);
    check(VERSIONS, Some("2"), "25", &[5]);
    check(VERSIONS, Some("2 1"), "25", &[2, 5]);
    check(VERSIONS, Some("1 2"), "12", &[1]);
    check(VERSIONS, Some("3"), "25", &[]);
    check(VERSIONS, Some("4"), "25", &[]);
    check(VERSIONS, Some(""), "25", &[]);
}

#[test]
fn a_customer_may_have_a_version_of_its_own() {
    check(VERSIONS, Some("1=1"), "25", &[1]);
    check(VERSIONS, Some("1=1"), "1000", &[1]);
    check(VERSIONS, Some("1=1 2"), "35", &[1, 5]);
    check(VERSIONS, Some("1=9"), "25", &[]);
}

#[test]
fn a_draft_judges_nobody_but_a_customer_whose_agreement_names_it() {
    check(VERSIONS, Some("1=4"), "1000", &[4]);
    check(VERSIONS, Some("1"), "1000", &[3]);
    check(VERSIONS, Some("3"), "1000", &[]);
}

#[test]
fn the_version_activated_for_the_latest_time_is_in_force() {
    check("1 1 1 20\n2 1 2 10", None, "15", &[2]);
    check("1 1 1 20\n2 1 2 10", None, "25", &[1]);
    check("1 1 1 10\n2 1 2 10", None, "15", &[2]);
    check("9 1 1 10\n2 1 2 10", None, "15", &[2]);
}

#[test]
fn an_agreement_covers_from_inclusive_to_exclusive() {
    fn check(until: Option<&str>, at: &str, expect: bool) {
        let agreement = Agreement { from: moment("10"), until: until.map(moment), ..agreement("1") };
        assert_eq!(agreement.covers(moment(at)), expect, "10 to {until:?} at {at}");
    }
    check(Some("20"), "10-", false);
    check(Some("20"), "10", true);
    check(Some("20"), "20-", true);
    check(Some("20"), "20", false);
    check(None, "10-", false);
    check(None, "1000", true);
}

#[test]
fn agreements_overlap_when_they_share_an_instant() {
    fn check(mine: (&str, Option<&str>), theirs: (&str, Option<&str>), expect: bool) {
        for (mine, theirs) in [(mine, theirs), (theirs, mine)] {
            let agreement = Agreement { from: moment(mine.0), until: mine.1.map(moment), ..agreement("1") };
            assert_eq!(agreement.overlaps(moment(theirs.0), theirs.1.map(moment)), expect, "{mine:?} and {theirs:?}");
        }
    }
    check(("10", Some("20")), ("20", Some("30")), false);
    check(("10", Some("20")), ("20-", Some("30")), true);
    check(("10", Some("20")), ("12", Some("13")), true);
    check(("10", Some("20")), ("20", None), false);
    check(("10", Some("20")), ("0", None), true);
    check(("10", None), ("1000", None), true);
    check(("10", None), ("0", Some("10")), false);
}

/// The one that judges; 0 is none.
fn some(version: i64) -> Vec<i64> {
    (version > 0).then_some(version).into_iter().collect()
}

/// Customer 1 has signed 1 from day 5 and 3 from day 25; nobody has signed 2, and the tenant alone agreed to 4.
const SIGNED: &str = "
    1  1  1  draft  1:5!
    2  1  2  10
    3  1  3  20     1:25! 2:21!
    4  1  4  draft  1:40
";

#[test]
fn under_an_agreement_of_two_parties_the_version_signed_last_judges() {
    for (day, expect) in [("4", 0), ("5", 1), ("10", 1), ("20", 1), ("25-", 1), ("25", 3), ("40", 3)] {
        check(SIGNED, Some("!1"), day, &some(expect));
    }
    check("1 1 1 10", Some("!1"), "1000", &[]);
    check("1 1 1 10 2:10!", Some("!1"), "1000", &[]);
    // A version that the agreement names counts no more than any other.
    check(SIGNED, Some("!1=2"), "30", &[3]);
}

#[test]
fn under_an_agreement_of_one_party_approvals_count_beside_activations() {
    for (day, expect) in [("5", 1), ("10", 2), ("20", 3), ("25", 3), ("40", 4), ("1000", 4)] {
        check(SIGNED, Some("1"), day, &some(expect));
    }
    check(SIGNED, None, "5", &[]);
    check(SIGNED, None, "1000", &[3]);
}

#[test]
fn an_approval_follows_the_version_that_an_agreement_names() {
    check("1 1 1 10\n2 1 2 20\n3 1 3 draft 1:30", Some("1=1"), "25", &[1]);
    check("1 1 1 10\n2 1 2 20\n3 1 3 draft 1:30", Some("1=1"), "30", &[3]);
    check("1 1 1 10 1:-5\n2 1 2 20", Some("1=2"), "25", &[2]);
}

#[test]
fn a_retired_version_judges_nothing_that_opens_later_and_none_comes_back() {
    for (text, day, expect) in [
        ("1 1 1 10\n2 1 2 20..30", "30-", 2),
        ("1 1 1 10\n2 1 2 20..30", "30", 0),
        ("1 1 1 10\n2 1 2 20..30\n3 1 3 40", "40", 3),
        ("1 1 1 10..30\n2 1 2 20", "40", 2),
        // Over before it began: never in force.
        ("1 1 1 10\n2 1 2 20..20", "25", 1),
        ("1 1 1 10\n2 1 2 20..15", "25", 1),
        ("1 1 1 draft..20 1:10!\n2 1 2 5", "15", 1),
        ("1 1 1 draft..20 1:10!\n2 1 2 5", "20", 0),
    ] {
        check(text, Some("1"), day, &some(expect));
    }
    check("1 1 1 10..20", Some("1=1"), "19", &[1]);
    check("1 1 1 10..20", Some("1=1"), "20", &[]);
    check("1 1 1 draft 1:5!\n2 1 2 draft..30 1:20!", Some("!1"), "30", &[]);
    check("1 1 1 draft 1:5!\n2 1 2 draft..20 1:20!", Some("!1"), "30", &[1]);
}

#[test]
fn a_version_is_the_first_when_no_other_came_before_it() {
    let mine = agreement("1=2");
    for (text, customer, agreed, expect) in [
        ("1 1 1 draft", None, None, false),
        ("1 1 1 10", None, None, true),
        ("1 1 1 draft 1:5", None, None, false),
        ("1 1 1 draft\n2 1 2 draft 1:5", None, None, true),
        ("1 1 1 draft\n2 1 2 10..10", None, None, true),
        ("1 1 1 draft\n2 2 1 10", None, None, false),
        ("1 1 1 10", Some(1), None, false),
        ("1 1 1 10 1:5", Some(1), None, true),
        ("1 1 1 10 2:5", Some(1), None, false),
        ("1 1 1 draft\n2 1 2 10", Some(1), None, true),
        ("1 1 1 draft\n2 1 2 draft 2:5!", Some(1), None, false),
        ("1 1 1 draft\n2 1 2 draft 1:5!", Some(1), None, true),
        ("1 1 1 draft\n2 1 2 draft", Some(1), Some(&mine), true),
        ("1 1 1 draft\n2 1 2 draft", Some(2), Some(&mine), false),
    ] {
        let (versions, agreements) = (versions(text), agreed.into_iter().cloned().collect::<Vec<_>>());
        let found = has_earlier(&versions, &agreements, &versions[0], customer.map(CustomerId));
        assert_eq!(found, expect, "{text:?} for {customer:?} with {agreements:?}");
    }
}

#[test]
fn those_sign_whose_agreements_demand_it_from_then_on() {
    let two = |customer: i64, named: &str, from: &str, until: Option<&str>| Agreement {
        customer: CustomerId(customer),
        parties: Parties::Two,
        from: moment(from),
        until: until.map(moment),
        ..agreement(named)
    };
    let one = Agreement { customer: CustomerId(9), ..agreement("1") };
    let all = [two(1, "1", "0", Some("10")), two(2, "1 2", "20", None), two(3, "2", "0", None), one];
    for (day, expect) in [("9", vec![1, 2]), ("10", vec![2]), ("1000", vec![2])] {
        let found: Vec<i64> = signers(&all, DefinitionId(1), moment(day)).into_iter().map(|customer| customer.0).collect();
        assert_eq!(found, expect, "day {day}");
    }
    for (customer, day, expect) in [(1, "9", Parties::Two), (1, "10", Parties::One), (2, "19", Parties::One), (9, "9", Parties::One)] {
        assert_eq!(demanded(&all, CustomerId(customer), moment(day)), expect, "{customer} on day {day}");
    }
}
