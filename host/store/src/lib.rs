//! Storage in SQLite.
