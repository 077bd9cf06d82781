//! JSON, as far as conditions need it: numbers stay the texts they are, and no name is given twice.

use crate::mistake::Mistake;

/// Lists and objects within one another.
const DEPTH_MAX: usize = 24;

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    /// As it was written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// In the order in which they were written, each name once.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// What a person calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads a whole text. What is wrong is named with how many characters come before it.
pub(crate) fn parse(path: &str, text: &str) -> Result<Json, Mistake> {
    let mut reader = Reader { path, text, rest: text };
    let value = reader.value(DEPTH_MAX)?;
    reader.space();
    if reader.rest.is_empty() { Ok(value) } else { reader.wrong("goes on after its end") }
}

struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn wrong<T>(&self, problem: &str) -> Result<T, Mistake> {
        let before = self.text.len().saturating_sub(self.rest.len());
        let place = self.text.get(..before).unwrap_or_default().chars().count().to_string();
        let problem = ["it is no JSON: after ", &place, " characters it ", problem].concat();
        Err(Mistake::new(self.path, problem, "mend it there; the README of the rule has examples"))
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Takes a text off the front, if it is there.
    fn takes(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, Mistake> {
        let Some(depth) = depth.checked_sub(1) else { return self.wrong("lies too deep") };
        self.space();
        match self.rest.chars().next() {
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some('"') => self.text().map(Json::Text),
            Some('-' | '0'..='9') => self.number(),
            _ if self.takes("true") => Ok(Json::Boolean(true)),
            _ if self.takes("false") => Ok(Json::Boolean(false)),
            _ if self.takes("null") => Ok(Json::Null),
            _ => self.wrong("has no value"),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, Mistake> {
        let mut items = Vec::new();
        self.takes("[");
        self.space();
        if self.takes("]") {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.takes("]") {
                return Ok(Json::List(items));
            }
            if !self.takes(",") {
                return self.wrong("has neither , nor ]");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Mistake> {
        let mut members: Vec<(String, Json)> = Vec::new();
        self.takes("{");
        self.space();
        if self.takes("}") {
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            if !self.rest.starts_with('"') {
                return self.wrong("has no name in quotes");
            }
            let name = self.text()?;
            if members.iter().any(|(known, _)| *known == name) {
                return self.wrong("has named the same twice");
            }
            self.space();
            if !self.takes(":") {
                return self.wrong("has no :");
            }
            members.push((name, self.value(depth)?));
            self.space();
            if self.takes("}") {
                return Ok(Json::Object(members));
            }
            if !self.takes(",") {
                return self.wrong("has neither , nor }");
            }
        }
    }

    fn number(&mut self) -> Result<Json, Mistake> {
        let end = self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(self.rest.len());
        let Some((number, rest)) = self.rest.split_at_checked(end) else { return self.wrong("has no value") };
        let digits = number.strip_prefix('-').unwrap_or(number);
        let leads_with_zero = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if leads_with_zero || !digits.ends_with(|last: char| last.is_ascii_digit()) {
            return self.wrong("has a number that is none");
        }
        self.rest = rest;
        Ok(Json::Number(number.to_owned()))
    }

    fn text(&mut self) -> Result<String, Mistake> {
        let mut text = String::new();
        self.takes("\"");
        loop {
            let mut letters = self.rest.chars();
            let Some(letter) = letters.next() else { return self.wrong("has a text without an end") };
            let after = letters.as_str();
            match letter {
                '"' => {
                    self.rest = after;
                    return Ok(text);
                }
                '\\' => {
                    self.rest = after;
                    text.push(self.escaped()?);
                }
                letter if letter.is_control() => return self.wrong("has a control character"),
                letter => {
                    self.rest = after;
                    text.push(letter);
                }
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, Mistake> {
        let plain = [("\"", '"'), ("\\", '\\'), ("/", '/'), ("n", '\n'), ("t", '\t'), ("r", '\r'), ("b", '\u{8}'), ("f", '\u{c}')];
        if let Some((_, letter)) = plain.into_iter().find(|(short, _)| self.takes(short)) {
            return Ok(letter);
        }
        let first = self.unit();
        let code = match first {
            // A letter beyond 65,535 is told in two halves.
            Some(high @ 0xd800..0xdc00) if self.takes("\\") => {
                let low = self.unit().filter(|low| (0xdc00..0xe000).contains(low));
                low.map(|low| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            }
            code => code,
        };
        match code.and_then(char::from_u32) {
            Some(letter) => Ok(letter),
            None => self.wrong("has a backslash before what needs none"),
        }
    }

    /// The number of `u00e9`.
    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.strip_prefix('u')?.split_at_checked(4)?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok().filter(|_| is_number)
    }
}
