//! The console: its pages through its router in this process, and once in a real browser.

mod browser;
mod headers;
mod interactions;
mod overview;
mod sessions;
mod superseded;
mod support;
