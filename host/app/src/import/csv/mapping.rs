//! Which parts of a record become which field of an event.

use assay_domain::violation::Violation;

/// How the columns of a file become the fields of its events. All columns together become the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// `--subject`: the key of the interaction.
    pub subject: Template,
    /// `--id`: unique within the source for ever, and the same when the file is imported again.
    pub id: Template,
    /// `--time`: when it happened.
    pub time: Template,
    /// `--time-format`: `rfc3339`, or strftime directives such as `%d/%m/%Y %H:%M`, where leading zeros may be missing. A
    /// time without an offset (`%z`, `%:z`) is UTC; `%s` is Unix seconds.
    pub time_format: String,
    /// `--customer`: the customer's key.
    pub customer: Option<Template>,
    /// `--type`: what kind of thing happened.
    pub kind: Template,
    /// `--sequence`: an integer that orders events of one interaction with the same time; 0 where it is missing.
    pub sequence: Option<Template>,
    /// `--source`: which system tells the events.
    pub source: String,
    /// `--actor`: `ai`, `human`, `customer`, `system` or `unknown`, which it is where it is missing.
    pub actor: Option<Template>,
    /// `--missing`: the text that stands for no value, as an empty cell does in a mapped column. Such a column is left out
    /// of the data.
    pub missing: String,
}

/// Text with parts taken from columns: `{number}-{sys_mod_count}`.
///
/// Braces name columns, `{{` and `}}` are braces themselves. Text without braces is read as the option suggests: a column
/// where records differ (subject, id, time, customer, sequence), itself where they are alike (type, actor).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Column(String),
}

impl Template {
    /// A template of an option whose text without braces names a column; the option appears in what may be wrong with it.
    pub fn column(option: &str, text: &str) -> Result<Self, Violation> {
        if text.is_empty() || text.contains(['{', '}']) {
            return Self::text(option, text);
        }
        Ok(Self(vec![Piece::Column(text.into())]))
    }

    /// A template of an option whose text without braces stands for itself.
    pub fn text(option: &str, text: &str) -> Result<Self, Violation> {
        let pieces = parse(text).map_err(|problem| {
            Violation::new(option, format!("{text:?} {problem}"), "write a column as {name}, and braces themselves as {{ and }}")
        })?;
        Ok(Self(pieces))
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The text, if it is the same for every record.
    pub(super) fn constant(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

fn parse(text: &str) -> Result<Vec<Piece>, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    let (mut pieces, mut literal, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = brace.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else {
            let inside = brace.strip_prefix('{').ok_or("closes a brace that was not opened")?;
            let (column, after) = inside.split_once('}').ok_or("opens a brace that is not closed")?;
            if column.is_empty() {
                return Err("has braces without a column's name");
            }
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Column(column.into()));
            rest = after;
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Ok(pieces)
}
