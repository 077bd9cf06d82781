//! Whether all peers answer alike.

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    case::{Answer, Case},
    peers::Peer,
};

/// Asks every peer about every case and compares with the first, which is the native rule; says how many answers there were of each kind.
///
/// # Errors
///
/// A peer that cannot judge or answers otherwise, with the timeline and both answers; cases that leave a kind of answer out.
pub fn compare(peers: &mut [Box<dyn Peer>], cases: &[Case]) -> Result<String> {
    let (native, others) = peers.split_first_mut().context("there is nobody to compare")?;
    let [mut success, mut waiting, mut pending] = [0; 3];
    for case in cases {
        let expect = native.judge(case)?;
        match expect {
            Answer::Success(_) => success += 1,
            Answer::Pending(Some(_)) => waiting += 1,
            Answer::Pending(None) => pending += 1,
            Answer::Failure => bail!("the rule failed a ticket that may be resolved again:\n{case}"),
        }
        for peer in &mut *others {
            agrees(peer.as_mut(), case, expect)?;
        }
    }
    ensure!(success > 0 && waiting > 0 && pending > 0, "the timelines lack a kind of answer: {success}, {waiting}, {pending}");
    Ok(format!("{} timelines, {success} success, {waiting} pending until a time, {pending} pending", cases.len()))
}

/// Whether a peer gives the expected answer.
///
/// # Errors
///
/// It cannot judge, or it answers otherwise.
pub fn agrees(peer: &mut dyn Peer, case: &Case, expect: Answer) -> Result<()> {
    let answer = peer.judge(case).with_context(|| format!("{} cannot judge\n{case}", peer.name()))?;
    ensure!(answer == expect, "{} answers {answer}, the native rule {expect}, about\n{case}", peer.name());
    Ok(())
}
