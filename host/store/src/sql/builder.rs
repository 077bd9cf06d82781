//! Statements that are put together from pieces.

use super::{
    Value,
    query::{List, Query, Read},
};

/// A statement in the making. Its values are bound in the order of their places.
pub(crate) struct Builder {
    sql: String,
    values: Vec<Value>,
    list: Option<List>,
}

impl Builder {
    /// Starts with a text.
    pub(crate) fn new(head: &str) -> Self {
        Self { sql: head.to_owned(), values: Vec::new(), list: None }
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    /// Adds a placeholder and binds its value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.sql.push('?');
        self
    }

    /// Adds `values (…), (…)`, a row for each item.
    pub(crate) fn push_values<T>(&mut self, items: &[T], push: impl Fn(&mut Values, &T)) -> &mut Self {
        self.sql.push_str("values ");
        let mut row = Values::default();
        for (position, item) in items.iter().enumerate() {
            push(&mut row, item);
            self.sql.push_str(if position == 0 { "(" } else { ", (" });
            self.push_row(row.0.drain(..));
        }
        self
    }

    /// Adds ` in (…)` with the given values, of which there is one at least; a statement has one such list.
    pub(crate) fn push_in<V: Into<Value> + Clone>(&mut self, values: &[V]) -> &mut Self {
        self.list = Some(List { at: self.sql.len(), after: self.values.len(), values: values.iter().cloned().map(Into::into).collect() });
        self
    }

    fn push_row(&mut self, values: impl Iterator<Item = Value>) {
        for (position, value) in values.enumerate() {
            if position > 0 {
                self.sql.push_str(", ");
            }
            self.push_bind(value);
        }
        self.sql.push(')');
    }

    /// The statement; the builder is empty afterwards.
    pub(crate) fn build(&mut self) -> Query {
        Query::built(std::mem::take(&mut self.sql), std::mem::take(&mut self.values), self.list.take())
    }

    /// The statement, its rows read as tuples.
    pub(crate) fn build_query_as<T>(&mut self) -> Read<T> {
        self.build().read()
    }
}

/// The values of one row, in the order of the columns.
#[derive(Default)]
pub(crate) struct Values(pub(super) Vec<Value>);

impl Values {
    /// Adds the next value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.0.push(value.into());
        self
    }

    /// What was added.
    pub(crate) fn into_inner(self) -> Vec<Value> {
        self.0
    }
}
