//! The console: its pages through its router in this process, and once in a real browser.

mod attested;
mod browser;
mod economics;
mod headers;
mod interactions;
mod overview;
mod portal;
mod portal_browser;
mod portal_disputes;
mod portal_forms;
mod portal_proposals;
mod sessions;
mod superseded;
mod support;
