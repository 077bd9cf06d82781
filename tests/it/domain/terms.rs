//! Which versions judge an interaction.

use assay_domain::{
    canon::Digest,
    definition::{Timing, Version, VersionContent, VersionState},
    id::{AgreementId, CustomerId, DefinitionId, RateCardId, VersionId},
    terms::{AgreedDefinition, Agreement, terms},
};

use super::rules::moment;

/// `id definition number from`, or `draft` instead of a time; one version a line.
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
            state: if words[3] == "draft" { VersionState::Draft } else { VersionState::Active { from: moment(words[3]) } },
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
        rate_card: RateCardId(1),
        overrides: None,
        from: moment("0"),
        until: None,
    }
}

/// The ids of the versions that judge what opened on a day, however the versions are listed.
fn check(text: &str, agreed: Option<&str>, opened_on: &str, expect: &[i64]) {
    let agreed = agreed.map(agreement);
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
