//! Money worked out by hand, in `tests/vectors/rating`: the crate says it, and the oracle does.

use std::{collections::BTreeSet, fmt::Debug, fs};

use assay_rating::{
    card::RateCard,
    rate::{Coverage, rate, rate_advance},
    settle::{PostedLine, settle},
};
use serde_json::{Map, Value};

use super::{
    oracle,
    support::{card, deltas, posted, rated, table, time, usage, whole},
};

const FILES: [(&str, &str); 14] = [
    ("advance.json", include_str!("../../vectors/rating/advance.json")),
    ("cap.json", include_str!("../../vectors/rating/cap.json")),
    ("commitment.json", include_str!("../../vectors/rating/commitment.json")),
    ("credit.json", include_str!("../../vectors/rating/credit.json")),
    ("graduated.json", include_str!("../../vectors/rating/graduated.json")),
    ("market.json", include_str!("../../vectors/rating/market.json")),
    ("meters.json", include_str!("../../vectors/rating/meters.json")),
    ("packages.json", include_str!("../../vectors/rating/packages.json")),
    ("percentage.json", include_str!("../../vectors/rating/percentage.json")),
    ("proration.json", include_str!("../../vectors/rating/proration.json")),
    ("rounding.json", include_str!("../../vectors/rating/rounding.json")),
    ("tax.json", include_str!("../../vectors/rating/tax.json")),
    ("volume.json", include_str!("../../vectors/rating/volume.json")),
    ("worked.json", include_str!("../../vectors/rating/worked.json")),
];

/// A card as it is written and as it is read, and one case of it.
struct Vector<'a> {
    written: &'a Value,
    card: RateCard,
    case: &'a Map<String, Value>,
}

#[test]
fn what_was_worked_out_by_hand_is_what_is_charged() {
    let mut wrong = Vec::new();
    for (file, text) in FILES {
        let groups: Vec<Value> = serde_json::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for group in &groups {
            let cases = group["cases"].as_array().filter(|cases| !cases.is_empty()).expect("a group has cases");
            for case in cases.iter().map(|case| case.as_object().expect("a case")) {
                let why = case["why"].as_str().expect("a case says why");
                let vector = Vector { written: &group["card"], card: card(group["card"].clone()), case };
                wrong.extend(vector.wrong().into_iter().map(|what| format!("{file}: {why}: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_file_of_vectors_is_worked_through() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/rating");
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names.collect::<BTreeSet<_>>(), listed);
}

impl Vector<'_> {
    /// What is not as the case says.
    fn wrong(&self) -> Vec<String> {
        self.check_fields();
        let (coverage, usage) = (self.coverage(), usage(&self.lines("usage").expect("usage").join("\n")));
        let lines = rate(&self.card, &coverage, &usage).expect("it can be rated");
        let early = rate_advance(&self.card, &coverage).expect("it can be rated");
        let settled = settle(&lines, &self.posted()).expect("it can be settled");
        let found = [("lines", rated(&lines)), ("advance", rated(&early)), ("deltas", deltas(&settled))];
        let by_hand = found.into_iter().filter_map(|(field, found)| differ(field, found, self.lines(field)?));
        let opinions = [
            differ("the oracle's lines", oracle::read(&lines), oracle::rate(self.written, &coverage, &usage)),
            differ("the oracle's advance", oracle::read(&early), oracle::rate_advance(self.written, &coverage)),
        ];
        by_hand.chain(opinions.into_iter().flatten()).collect()
    }

    /// What is misspelt would be compared with nothing.
    fn check_fields(&self) {
        for field in self.case.keys() {
            let fields = ["why", "coverage", "usage", "lines", "advance", "posted", "deltas"];
            assert!(fields.contains(&field.as_str()), "{field:?} is no field of a case");
        }
        assert!(self.case.contains_key("lines"), "{:?} says no lines", self.case);
        assert_eq!(self.case.contains_key("posted"), self.case.contains_key("deltas"), "{:?}", self.case);
    }

    fn lines(&self, field: &str) -> Option<Vec<String>> {
        let lines = self.case.get(field)?.as_array().expect("lines").iter();
        Some(lines.flat_map(|line| table(line.as_str().expect("a line"))).collect())
    }

    fn posted(&self) -> Vec<PostedLine> {
        posted(&self.lines("posted").unwrap_or_default().join("\n"), self.card.currency.code())
    }

    fn coverage(&self) -> Coverage {
        let coverage = &self.case["coverage"];
        let at = |field: &str| coverage[field].as_str().map(time);
        let ended = coverage["ended"].as_bool().expect("a period has ended or not");
        let period = match coverage["month"].as_str() {
            Some(month) => whole(month).period,
            None => (at("start").expect("a month, or start and end"), at("end").expect("an end")),
        };
        Coverage { period, covered: (at("from").unwrap_or(period.0), at("until").unwrap_or(period.1)), ended }
    }
}

fn differ<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Option<String> {
    (found != expected).then(|| format!("{what}\n   found {found:#?}\nexpected {expected:#?}"))
}
