//! The columns of a file, and templates bound to them.

use std::borrow::Cow;

use ::csv::ByteRecord;
use assay_domain::violation::Violation;

use super::{
    mapping::{Piece, Template},
    record::Row,
};

/// The names in a file's header, each once.
pub(super) struct Columns(Vec<String>);

impl Columns {
    /// Refuses a header that is not UTF-8 or names a column twice: the data has each name once.
    pub(super) fn new(header: &ByteRecord) -> Result<Self, Violation> {
        let mut names: Vec<String> = Vec::with_capacity(header.len());
        for (at, name) in header.iter().enumerate() {
            let name = std::str::from_utf8(name).map_err(|_| {
                let problem = format!("the name of column {} is not UTF-8: {:?}", at + 1, String::from_utf8_lossy(name));
                Violation::new("header", problem, "save the file as UTF-8")
            })?;
            if let Some(first) = names.iter().position(|known| known == name) {
                let problem = format!("columns {} and {} are both named {name:?}", first + 1, at + 1);
                return Err(Violation::new("header", problem, "give each column a name of its own"));
            }
            names.push(name.into());
        }
        Ok(Self(names))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    pub(super) fn name(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    fn find(&self, option: &str, name: &str) -> Result<usize, Violation> {
        self.0.iter().position(|known| known == name).ok_or_else(|| {
            let all = self.0.join(", ");
            let remedy = match self.closest(name) {
                Some(closest) => format!("did you mean {closest:?}? The columns are {all}"),
                None => format!("name one of its columns: {all}"),
            };
            Violation::new(option, format!("the file has no column {name:?}"), remedy)
        })
    }

    /// The column whose name differs least, if it differs by no more than a third.
    fn closest(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        let near = self.0.iter().filter(|known| !known.is_empty());
        let near = near.map(|known| (distance(&name, &known.to_lowercase()), known.as_str()));
        let (distance, closest) = near.min_by_key(|(distance, _)| *distance)?;
        (distance <= name.chars().count().div_ceil(3)).then_some(closest)
    }

    /// Finds the columns of a template; `option` and `field` say where a violation lies.
    pub(super) fn bind(&self, option: &str, field: &'static str, template: &Template) -> Result<Bound, Violation> {
        let mut parts = Vec::with_capacity(template.pieces().len());
        for piece in template.pieces() {
            parts.push(match piece {
                Piece::Text(text) => Part::Text(text.clone()),
                Piece::Column(name) => Part::Cell(self.find(option, name)?),
            });
        }
        let named = template.pieces().iter().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        });
        let named = named.collect::<Vec<_>>().join(" or ");
        Ok(Bound { field, named, parts })
    }
}

/// How many characters must be added, dropped or replaced to make one text of the other (Levenshtein), one row at a time.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, a) in from.chars().enumerate() {
        let (mut diagonal, mut left) = (done, done + 1);
        for (above, b) in row.iter_mut().skip(1).zip(&to) {
            left = (diagonal + usize::from(a != *b)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, left);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// A template whose columns were found.
pub(super) struct Bound {
    field: &'static str,
    /// The columns in words.
    named: String,
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    Cell(usize),
}

impl Bound {
    /// The text for a row; `None` when a column has no value there.
    pub(super) fn render<'r>(&'r self, row: &Row<'r>, missing: &str) -> Option<Cow<'r, str>> {
        let value = |column: usize| Some(row.cell(column)).filter(|text| !text.is_empty() && *text != missing);
        match self.parts.as_slice() {
            [Part::Text(text)] => Some(Cow::Borrowed(text.as_str())),
            [Part::Cell(column)] => value(*column).map(Cow::Borrowed),
            parts => {
                let mut text = String::with_capacity(32);
                for part in parts {
                    text.push_str(match part {
                        Part::Text(literal) => literal.as_str(),
                        Part::Cell(column) => value(*column)?,
                    });
                }
                Some(Cow::Owned(text))
            }
        }
    }

    /// The text for a row, which must have one.
    pub(super) fn require<'r>(&'r self, row: &Row<'r>, missing: &str) -> Result<Cow<'r, str>, Violation> {
        self.render(row, missing).ok_or_else(|| {
            let problem = format!("column {} has no value", self.named);
            Violation::new(self.field, problem, "fill it in, or take the field from another column")
        })
    }
}
