//! What to do while there is nothing to show.

use assay_domain::time::Timestamp;
use maud::{Markup, html};

/// How to send the first event to this site.
pub fn event(site: &str, now: Timestamp) -> Markup {
    let event =
        format!(r#"{{"source":"helpdesk","id":"T-1-opened","type":"ticket.opened","subject":"T-1","time":"{now}","customer":"acme"}}"#);
    html! {
        section.empty aria-labelledby="no-events" {
            h2 id="no-events" { "No events yet" }
            p { "Everything here is told from events. Send the first with a key that has the role ingest:" }
            pre tabindex="0" {
                code {
                    "curl " (site) "/v1/events \\\n"
                    "  -H \"Authorization: Bearer $KEY\" \\\n"
                    "  -H 'Content-Type: application/json' \\\n"
                    "  -d '" (event) "'"
                }
            }
            p { "The same event twice counts once, so it is safe to repeat. Past months come in with " code { "assay import csv" } "." }
        }
    }
}

/// How to say what counts.
pub fn definition() -> Markup {
    html! {
        section.empty aria-labelledby="no-definitions" {
            h2 id="no-definitions" { "No definitions yet" }
            p { "Events are recorded, but nothing says what counts as an outcome. Upload a rule and put a definition in force:" }
            pre tabindex="0" {
                code {
                    "assay rule push resolved-ticket.component.wasm\n"
                    "assay definition create resolved-ticket --rule resolved-ticket --active-from 2026-01-01"
                }
            }
        }
    }
}
