//! Revenue against cost, month by month: a picture with axes and units, and the same numbers as a table.

use assay_app::{EconomicsRow, Money};
use maud::{Markup, html};

use crate::{
    chart::patterns,
    layout::scroll,
    scale::{BASE, HEIGHT, LEFT, RIGHT, Scale, TOP, Tenths, WIDTH},
    words::grouped,
};

/// The bars of a month, from the left: a name for people, the fill, and what it shows.
struct Bar {
    name: &'static str,
    fill: &'static str,
    money: fn(&EconomicsRow) -> Money,
}

const BARS: [Bar; 2] =
    [Bar { name: "revenue", fill: "succeeded", money: |row| row.revenue }, Bar { name: "cost", fill: "failed", money: |row| row.cost }];

/// The months of the currency that most of them are in, with their table folded beneath.
pub(super) fn figure(rows: &[EconomicsRow]) -> Markup {
    let Some(currency) = rows.first().map(|row| row.cost.currency()) else { return html! {} };
    let rows: Vec<&EconomicsRow> = rows.iter().filter(|row| row.cost.currency() == currency).collect();
    html! {
        figure {
            (scroll("Chart of revenue against cost", &picture(&rows, currency.code())))
            figcaption { "Revenue of the charges that count outcomes and attempts, and what the attempts cost that opened in the month." }
        }
        details {
            summary { "The same numbers as a table" }
            (scroll("Table of revenue and cost", &table(&rows)))
        }
    }
}

/// Whole units, rounded up so that what is there is seen.
fn units(money: Money) -> i64 {
    let nanos = money.nanos().max(0);
    i64::try_from((nanos + 999_999_999) / 1_000_000_000).unwrap_or(i64::MAX)
}

fn picture(rows: &[&EconomicsRow], currency: &str) -> Markup {
    let highest = rows.iter().flat_map(|row| BARS.iter().map(|bar| units((bar.money)(row)))).max().unwrap_or_default();
    let scale = Scale::new(rows.len(), highest);
    html! {
        svg.chart role="img" aria-labelledby="chart-title chart-text" viewBox={ "0 0 " (Tenths(WIDTH)) " " (Tenths(HEIGHT)) } {
            title id="chart-title" { "Revenue against cost" }
            desc id="chart-text" { "Two bars for each of " (rows.len()) " months, revenue and cost. The table below the chart has every number." }
            (patterns())
            text.unit x="0" y="14" { (currency) " per month" }
            @for count in scale.ticks() {
                @let y = scale.y(count);
                line.grid x1=(Tenths(LEFT)) x2=(Tenths(RIGHT)) y1=(Tenths(y)) y2=(Tenths(y)) {}
                text.tick x=(Tenths(LEFT - 80)) y=(Tenths(y + 40)) text-anchor="end" { (grouped(count)) }
            }
            line.axis x1=(Tenths(LEFT)) x2=(Tenths(RIGHT)) y1=(Tenths(BASE)) y2=(Tenths(BASE)) {}
            @for (place, row) in (0_i64..).zip(rows) { (month(scale, place, row)) }
            text.unit x=(Tenths(RIGHT)) y=(Tenths(HEIGHT - 60)) text-anchor="end" { "Month opened, UTC" }
            (legend())
        }
    }
}

fn month(scale: Scale, place: i64, row: &EconomicsRow) -> Markup {
    let (x, width) = (scale.x(place), scale.day_width());
    let third = width / 3;
    html! {
        g.day {
            title { (row.month) ": revenue " (row.revenue) ", cost " (row.cost) ", margin " (row.margin()) }
            rect.slot x=(Tenths(x)) width=(Tenths(width)) y=(Tenths(TOP)) height=(Tenths(BASE - TOP)) {}
            @for (n, bar) in (0_i64..).zip(&BARS) {
                @let top = scale.y(units((bar.money)(row)));
                rect class={ "band " (bar.fill) } x=(Tenths(x + third / 2 + n * third)) width=(Tenths(third)) y=(Tenths(top))
                    height=(Tenths(BASE - top)) fill={ "url(#band-" (bar.fill) ")" } {}
            }
            text.tick x=(Tenths(x + width / 2)) y=(Tenths(BASE + 180)) text-anchor="middle" { (row.month) }
        }
    }
}

fn legend() -> Markup {
    html! {
        @for (place, bar) in (0_i64..).zip(&BARS) {
            @let x = RIGHT - 2_000 + 1_080 * place;
            rect class={ "band " (bar.fill) } x=(Tenths(x)) width="12" y="4" height="12" fill={ "url(#band-" (bar.fill) ")" } {}
            text.tick x=(Tenths(x + 180)) y="14" { (bar.name) }
        }
    }
}

fn table(rows: &[&EconomicsRow]) -> Markup {
    html! {
        table {
            caption { "Revenue and cost by month" }
            thead {
                tr { th scope="col" { "Month" } th.number scope="col" { "Revenue" } th.number scope="col" { "Cost" } th.number scope="col" { "Margin" } }
            }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.month) }
                        td.number { (row.revenue) }
                        td.number { (row.cost) }
                        td.number { (row.margin()) }
                    }
                }
            }
        }
    }
}
