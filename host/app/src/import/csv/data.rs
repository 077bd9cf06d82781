//! The data of an event: all columns of its record as one JSON object of strings, written in one go.

use serde_json::Value;

use super::record::Row;

/// Writes the data of every record of a file.
pub(super) struct Data {
    /// Each column's name as a JSON key, with its colon.
    keys: Vec<String>,
    /// What an object takes besides the text of its cells.
    frame_bytes: usize,
}

impl Data {
    pub(super) fn new(columns: &[String]) -> Self {
        let keys: Vec<String> = columns.iter().map(|name| format!("{}:", Value::from(name.as_str()))).collect();
        // A comma and two quotes per cell, two braces.
        let frame_bytes = keys.iter().map(|key| key.len() + 3).sum::<usize>() + 2;
        Self { keys, frame_bytes }
    }

    /// The object of a row, columns in the header's order; cells that hold the missing text are left out.
    pub(super) fn object(&self, row: &Row<'_>, missing: &str) -> String {
        let mut json = String::with_capacity(self.frame_bytes + row.bytes());
        json.push('{');
        for (column, key) in self.keys.iter().enumerate() {
            let text = row.cell(column);
            if text == missing {
                continue;
            }
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(key);
            push_string(&mut json, text);
        }
        json.push('}');
        json
    }
}

/// Appends a JSON string; only few cells hold something to escape.
fn push_string(json: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        json.push_str(&Value::from(text).to_string());
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
}
