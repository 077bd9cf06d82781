//! What surrounds every page.

use assay_app::TenantRow;
use assay_domain::key::Mode;
use maud::{DOCTYPE, Markup, html};

use crate::{
    assets,
    session::{CustomerVisitor, Visitor},
};

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
    /// The list of disputes, and each of them.
    Disputes,
    /// What outcomes cost and bring.
    Economics,
    /// Logging in: nothing else can be reached yet.
    Login,
    /// None of them.
    Elsewhere,
}

/// Which part of the portal a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// The documents, and what stands behind them.
    Invoices,
    /// What the customer is billed for, and each of it.
    Outcomes,
    /// The list of disputes, and each of them.
    Disputes,
    /// What the vendor proposes.
    Proposals,
    /// Logging in: nothing else can be reached yet.
    Login,
    /// None of them.
    Elsewhere,
}

/// A whole page of the console around its content.
pub fn page(title: &str, here: Here, visitor: Option<&Visitor>, content: Markup) -> Markup {
    let tenant = visitor.map(|visitor| &visitor.tenant);
    let banner = html! {
        header.banner {
            a.brand href="/" { "Assay" }
            (whose(tenant, None))
            @if here != Here::Login {
                nav aria-label="Pages" {
                    (link("/", "Overview", here == Here::Overview))
                    (link("/interactions", "Interactions", here == Here::Interactions))
                    (link("/disputes", "Disputes", here == Here::Disputes))
                    (link("/economics", "Economics", here == Here::Economics))
                }
            }
            @if let Some(visitor) = visitor { (who(&visitor.key.to_string(), "/logout")) }
        }
    };
    document(title, tenant, banner, content)
}

/// A whole page of the portal around its content.
pub fn portal(title: &str, there: There, visitor: Option<&CustomerVisitor>, content: Markup) -> Markup {
    let tenant = visitor.map(|visitor| &visitor.tenant);
    let banner = html! {
        header.banner {
            a.brand href="/portal" { "Assay" }
            (whose(tenant, visitor.map(|visitor| visitor.own.key())))
            @if there != There::Login {
                nav aria-label="Pages" {
                    (link("/portal", "Invoices", there == There::Invoices))
                    (link("/portal/outcomes", "Outcomes", there == There::Outcomes))
                    (link("/portal/disputes", "Disputes", there == There::Disputes))
                    (link("/portal/proposals", "Proposals", there == There::Proposals))
                }
            }
            @if let Some(visitor) = visitor { (who(&visitor.key.to_string(), "/portal/logout")) }
        }
    };
    document(title, tenant, banner, content)
}

fn document(title: &str, tenant: Option<&TenantRow>, banner: Markup, content: Markup) -> Markup {
    let test = tenant.is_some_and(|tenant| tenant.mode == Mode::Test);
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
                (banner)
                @if test {
                    p.strip { strong { "TEST" } " These are test data. Nothing here ever reaches a bill." }
                }
                main id="content" tabindex="-1" { (content) }
                footer { p { "All times are UTC. " a href="/verify" { "Verify a receipt" } } }
            }
        }
    }
}

/// Which side of which tenant, and of its customers whose.
fn whose(tenant: Option<&TenantRow>, customer: Option<&str>) -> Markup {
    html! {
        @if let Some(tenant) = tenant {
            (mode(tenant.mode))
            strong.tenant { bdi { (tenant.title) } }
            @if let Some(customer) = customer { span.tenant { "for " bdi { (customer) } } }
        }
    }
}

fn who(key: &str, door: &str) -> Markup {
    html! {
        form.who method="post" action=(door) {
            span { "Key " code { (key) } }
            button { "Log out" }
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
