//! How long an evaluation takes.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use std::{
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{
    case::Case,
    check::agrees,
    peers::{Peer, REFERENCE},
    timelines::resolved_at_last,
};

/// Events of the tickets that are measured.
const SIZES: [i64; 3] = [1, 10, 50];
/// Each peer has its turn in each round, so that a noisy machine hits all alike.
const ROUNDS: usize = 7;
const TURN: Duration = Duration::from_millis(300);
/// Evaluations between two looks at the clock.
const BATCH: u32 = 32;

const NOTES: &str = "
Medians of each peer's rounds: time per evaluation, evaluations per second on one thread, and the time as a multiple of Assay's with a fresh
instance. GoRules: by an expression node; its function node starts a JavaScript engine for each evaluation.
";

/// A row for each peer, a column for each size, in Markdown.
///
/// # Errors
///
/// A peer fails, or answers otherwise than the first.
pub fn table(peers: &mut [Box<dyn Peer>]) -> Result<String> {
    let reference = peers.iter().position(|peer| peer.name() == REFERENCE).context("the reference is none of the peers")?;
    let columns = SIZES.map(|events| medians(peers, &resolved_at_last(events))).into_iter().collect::<Result<Vec<_>>>()?;

    let mut table = String::from("| | 1 event | 10 events | 50 events |\n|---|---|---|---|\n");
    for (row, peer) in peers.iter().enumerate() {
        write!(table, "| {} |", peer.name())?;
        for seconds in &columns {
            write!(table, " {} |", cell(seconds[row], seconds[reference]))?;
        }
        table.push('\n');
    }
    table.push_str(NOTES);
    Ok(table)
}

/// Seconds per evaluation, for each peer.
fn medians(peers: &mut [Box<dyn Peer>], case: &Case) -> Result<Vec<f64>> {
    let expect = peers.first_mut().context("there is nobody to measure")?.judge(case)?;
    for peer in &mut *peers {
        agrees(peer.as_mut(), case, expect)?;
    }
    let mut turns = vec![Vec::new(); peers.len()];
    for _ in 0..ROUNDS {
        for (peer, seconds) in peers.iter_mut().zip(&mut turns) {
            seconds.push(turn(peer.as_mut(), case)?);
        }
    }
    Ok(turns.into_iter().map(median).collect())
}

fn turn(peer: &mut dyn Peer, case: &Case) -> Result<f64> {
    // What the turns of the others left in the caches is not this one's cost.
    black_box(peer.judge(case)?);
    let (started, mut evaluations) = (Instant::now(), 0);
    while started.elapsed() < TURN {
        for _ in 0..BATCH {
            black_box(peer.judge(black_box(case))?);
        }
        evaluations += BATCH;
    }
    Ok(started.elapsed().as_secs_f64() / f64::from(evaluations))
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn cell(seconds: f64, reference: f64) -> String {
    format!("{} µs, {:.0}/s, {} ×", short(1e6 * seconds), seconds.recip(), short(seconds / reference))
}

/// Three digits that matter, or all before the point.
fn short(number: f64) -> String {
    let decimals = if number < 0.1 {
        3
    } else if number < 10.0 {
        2
    } else {
        usize::from(number < 100.0)
    };
    format!("{number:.decimals$}")
}
