//! Outcomes per day: a picture with axes and units, and the same numbers as a table. No colour carries what a pattern does not.

use assay_app::DayView;
use maud::{Markup, html};

use crate::{
    layout::scroll,
    scale::{BASE, HEIGHT, LEFT, RIGHT, Scale, TOP, Tenths, WIDTH},
    words::{date, day_and_month, grouped},
};

/// What is stacked on what, from the base up.
struct Band {
    name: &'static str,
    count: fn(&DayView) -> i64,
}

const BANDS: [Band; 3] = [
    Band { name: "succeeded", count: |day| day.succeeded },
    Band { name: "failed", count: |day| day.failed },
    Band { name: "open", count: |day| day.open },
];

/// The picture, with its table folded beneath it.
pub fn figure(days: &[DayView]) -> Markup {
    html! {
        figure {
            (scroll("Chart of outcomes per day", &picture(days)))
            figcaption { "Attempts by the day they opened, as they stand now. Succeeded is final or provisional." }
        }
        details {
            summary { "The same numbers as a table" }
            (scroll("Table of outcomes per day", &table(days)))
        }
    }
}

fn picture(days: &[DayView]) -> Markup {
    let scale = Scale::new(days.len(), days.iter().map(total).max().unwrap_or_default());
    let bars = (0_i64..).zip(days).filter(|(_, day)| total(day) > 0);
    html! {
        svg.chart role="img" aria-labelledby="chart-title chart-text" viewBox={ "0 0 " (Tenths(WIDTH)) " " (Tenths(HEIGHT)) } {
            title id="chart-title" { "Outcomes per day" }
            desc id="chart-text" { (description(days)) }
            (patterns())
            (counts(scale))
            (dates(scale, days))
            @for (place, day) in bars { (bar(scale, place, day)) }
            (legend())
        }
    }
}

fn description(days: &[DayView]) -> String {
    let sum = |count: fn(&DayView) -> i64| grouped(days.iter().map(count).sum());
    let told: Vec<String> = BANDS.iter().map(|band| format!("{} {}", sum(band.count), band.name)).collect();
    let first_and_last: Vec<String> = days.first().into_iter().chain(days.last()).map(|day| date(day.day)).collect();
    let busiest = days.iter().max_by_key(|day| total(day));
    let busiest = busiest.map(|day| format!("the busiest day is {} with {}", date(day.day), grouped(total(day)))).unwrap_or_default();
    let span = first_and_last.join(" to ");
    format!(
        "Stacked bars, one for each day from {span}. In all: {}; {busiest}. The table below the chart has every number.",
        told.join(", ")
    )
}

/// How each band is filled: plain, hatched, dotted.
pub fn patterns() -> Markup {
    html! {
        defs {
            @for band in &BANDS {
                pattern id={ "band-" (band.name) } width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect class={ (band.name) "-ground" } width="6" height="6" {}
                    @if band.name == "failed" { rect.failed-mark width="2.4" height="6" {} }
                    @if band.name == "open" { circle.open-mark cx="3" cy="3" r="1.3" {} }
                }
            }
        }
    }
}

/// The upward axis.
fn counts(scale: Scale) -> Markup {
    html! {
        text.unit x="0" y="14" { "Attempts per day" }
        @for count in scale.ticks() {
            @let y = scale.y(count);
            line.grid x1=(Tenths(LEFT)) x2=(Tenths(RIGHT)) y1=(Tenths(y)) y2=(Tenths(y)) {}
            text.tick x=(Tenths(LEFT - 80)) y=(Tenths(y + 40)) text-anchor="end" { (grouped(count)) }
        }
    }
}

/// The axis to the right, labelled about once a week and always at the last day.
fn dates(scale: Scale, days: &[DayView]) -> Markup {
    let days: Vec<_> = (0_i64..).zip(days).collect();
    let labelled = days.iter().rev().step_by((days.len() / 8).max(1));
    html! {
        line.axis x1=(Tenths(LEFT)) x2=(Tenths(RIGHT)) y1=(Tenths(BASE)) y2=(Tenths(BASE)) {}
        @for (place, day) in labelled {
            @let x = scale.x(*place) + scale.day_width() / 2;
            line.axis x1=(Tenths(x)) x2=(Tenths(x)) y1=(Tenths(BASE)) y2=(Tenths(BASE + 40)) {}
            text.tick x=(Tenths(x)) y=(Tenths(BASE + 180)) text-anchor="middle" { (day_and_month(day.day)) }
        }
        text.unit x=(Tenths(RIGHT)) y=(Tenths(HEIGHT - 60)) text-anchor="end" { "Day opened, UTC" }
    }
}

/// A day's bar; all the height above it answers to the pointer, too.
fn bar(scale: Scale, place: i64, day: &DayView) -> Markup {
    let (x, width) = (scale.x(place), scale.day_width());
    html! {
        g.day {
            title { (in_words(day)) }
            rect.slot x=(Tenths(x)) width=(Tenths(width)) y=(Tenths(TOP)) height=(Tenths(BASE - TOP)) {}
            @for (name, from, to) in stack(day) {
                rect class={ "band " (name) } x=(Tenths(x + width / 8)) width=(Tenths(width * 3 / 4)) y=(Tenths(scale.y(to)))
                    height=(Tenths(scale.y(from) - scale.y(to))) fill={ "url(#band-" (name) ")" } {}
            }
        }
    }
}

/// The bands that a day has anything in, each from a count to a count.
fn stack(day: &DayView) -> Vec<(&'static str, i64, i64)> {
    let mut to = 0;
    let mut bands = Vec::new();
    for band in &BANDS {
        let from = to;
        to += (band.count)(day);
        if to > from {
            bands.push((band.name, from, to));
        }
    }
    bands
}

fn legend() -> Markup {
    html! {
        @for (place, band) in (0_i64..).zip(&BANDS) {
            @let x = RIGHT - 3_000 + 1_080 * place;
            rect class={ "band " (band.name) } x=(Tenths(x)) width="12" y="4" height="12" fill={ "url(#band-" (band.name) ")" } {}
            text.tick x=(Tenths(x + 180)) y="14" { (band.name) }
        }
    }
}

fn table(days: &[DayView]) -> Markup {
    html! {
        table {
            caption { "Attempts by the day they opened" }
            thead {
                tr {
                    th scope="col" { "Day" }
                    @for band in &BANDS { th.number scope="col" { (band.name) } }
                    th.number scope="col" { "all" }
                }
            }
            tbody {
                @for day in days {
                    tr {
                        th scope="row" { (date(day.day)) }
                        @for band in &BANDS { td.number { (grouped((band.count)(day))) } }
                        td.number { (grouped(total(day))) }
                    }
                }
            }
        }
    }
}

fn in_words(day: &DayView) -> String {
    let told: Vec<String> = BANDS.iter().map(|band| format!("{} {}", grouped((band.count)(day)), band.name)).collect();
    format!("{}: {}", date(day.day), told.join(", "))
}

fn total(day: &DayView) -> i64 {
    day.succeeded + day.failed + day.open
}
