//! Which interactions to list: from the address, as a form, and back into an address.

use assay_app::{DefinitionView, InteractionQuery, Page};
use assay_domain::{id::InteractionId, outcome::OutcomeState};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{address::query, error::Failure};

/// What the address says; what is absent or empty does not narrow.
#[derive(Debug, Deserialize)]
pub struct Filter {
    state: Option<String>,
    reason: Option<String>,
    definition: Option<String>,
    customer: Option<String>,
    faulted: Option<String>,
    unassigned: Option<String>,
    after: Option<String>,
}

impl Filter {
    /// What to ask the use case.
    pub fn query(&self) -> Result<InteractionQuery, Failure> {
        Ok(InteractionQuery {
            customer: given(&self.customer).map(str::to_owned),
            unassigned: flag(&self.unassigned).is_some(),
            definition: given(&self.definition).map(str::to_owned),
            state: given(&self.state).map(str::parse::<OutcomeState>).transpose().map_err(|_| Failure::Malformed)?,
            reason: given(&self.reason).map(str::to_owned),
            faulted: flag(&self.faulted).is_some(),
        })
    }

    /// Which piece of the list.
    pub fn page(&self, limit: u32) -> Result<Page, Failure> {
        let after = given(&self.after).map(str::parse::<InteractionId>).transpose().map_err(|_| Failure::Malformed)?;
        Ok(Page { after: after.map_or(0, |id| id.0), limit })
    }

    /// Whether it lists everything from the start.
    pub fn is_blank(&self) -> bool {
        self.address(None) == "/interactions" && given(&self.after).is_none()
    }

    /// Where the list goes on after an interaction, or begins.
    pub fn address(&self, after: Option<InteractionId>) -> String {
        let after = after.map(|id| id.to_string());
        let narrowed = query(&[
            ("state", given(&self.state)),
            ("reason", given(&self.reason)),
            ("definition", given(&self.definition)),
            ("customer", given(&self.customer)),
            ("faulted", flag(&self.faulted)),
            ("unassigned", flag(&self.unassigned)),
            ("after", after.as_deref()),
        ]);
        format!("/interactions{narrowed}")
    }

    /// The form that narrows the list.
    pub fn form(&self, definitions: &[DefinitionView]) -> Markup {
        let states = OutcomeState::ALL.map(|(_, name)| name);
        let slugs: Vec<&str> = definitions.iter().map(|definition| definition.slug.as_str()).collect();
        html! {
            form.filter method="get" action="/interactions" {
                (choice("state", "State", given(&self.state), &states))
                (choice("definition", "Definition", given(&self.definition), &slugs))
                (text("reason", "Reason (code)", given(&self.reason)))
                (text("customer", "Customer (key)", given(&self.customer)))
                (tick("faulted", "Quarantined", flag(&self.faulted)))
                (tick("unassigned", "Belongs to nobody", flag(&self.unassigned)))
                button { "Filter" }
                @if !self.is_blank() { a href="/interactions" { "Show all" } }
            }
        }
    }
}

fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

fn flag(value: &Option<String>) -> Option<&'static str> {
    given(value).filter(|value| *value != "false").map(|_| "true")
}

fn choice(name: &str, label: &str, chosen: Option<&str>, options: &[&str]) -> Markup {
    html! {
        label {
            span { (label) }
            select name=(name) {
                option value="" { "any" }
                @for option in options { option value=(option) selected[chosen == Some(*option)] { (option) } }
            }
        }
    }
}

fn text(name: &str, label: &str, value: Option<&str>) -> Markup {
    html! { label { span { (label) } input name=(name) value=[value] autocomplete="off"; } }
}

fn tick(name: &str, label: &str, value: Option<&str>) -> Markup {
    html! { label.tick { input type="checkbox" name=(name) value="true" checked[value.is_some()]; " " (label) } }
}
