//! What surrounds every page.

use assay_domain::key::Mode;
use maud::{DOCTYPE, Markup, html};

use crate::{assets, session::Visitor};

/// The letter in the tab's corner, within the address itself.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
                    %3Crect width='16' height='16' rx='4' fill='%234350c7'/%3E\
                    %3Cpath d='M4 11l4-7 4 7M5.5 9h5' fill='none' stroke='white' stroke-width='1.6'/%3E%3C/svg%3E";

/// Which part of the console a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// The first page.
    Overview,
    /// The list of interactions, and each of them.
    Interactions,
    /// Logging in: nothing else can be reached yet.
    Login,
    /// None of them.
    Elsewhere,
}

/// A whole page around its content.
pub fn page(title: &str, here: Here, visitor: Option<&Visitor>, content: Markup) -> Markup {
    let test = visitor.is_some_and(|visitor| visitor.tenant.mode == Mode::Test);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { @if test { "TEST · " } (title) " · Assay" }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href=(assets::stylesheet_path());
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (banner(here, visitor))
                @if test {
                    p.strip { strong { "TEST" } " These are test data. Nothing here ever reaches a bill." }
                }
                main id="content" tabindex="-1" { (content) }
                footer { p { "All times are UTC." } }
            }
        }
    }
}

fn banner(here: Here, visitor: Option<&Visitor>) -> Markup {
    html! {
        header.banner {
            a.brand href="/" { "Assay" }
            @if let Some(visitor) = visitor {
                (mode(visitor.tenant.mode))
                strong.tenant { bdi { (visitor.tenant.title) } }
            }
            @if here != Here::Login {
                nav aria-label="Pages" {
                    (link("/", "Overview", here == Here::Overview))
                    (link("/interactions", "Interactions", here == Here::Interactions))
                }
            }
            @if let Some(visitor) = visitor {
                form.who method="post" action="/logout" {
                    span { "Key " code { (visitor.key) } }
                    button { "Log out" }
                }
            }
        }
    }
}

fn mode(mode: Mode) -> Markup {
    match mode {
        Mode::Live => html! { span.mode.live { "LIVE" } },
        Mode::Test => html! { span.mode.test { "TEST" } },
    }
}

fn link(address: &str, words: &str, current: bool) -> Markup {
    html! { a href=(address) aria-current=[current.then_some("page")] { (words) } }
}

/// What may be wider than the window, in a frame that scrolls, with the keyboard too.
pub fn scroll(label: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (content) } }
}
