//! Timelines made up at random, and the laws that every rule keeps, tried on each of them in the sandbox.
//!
//! Events are drawn from what the rule reads with the parameters of a fixture: their data are those of fixtures, or put together from values that
//! fixtures and parameters have and a few that are at an edge. They follow one another at once or by the lengths of time that parameters set, and
//! by a little more or less. What breaks a law is made as small as it gets and told as a fixture.
//!
//! The SDK tries the same laws natively (`guest-sdk/rust/src/testing/fuzz`); here a fault is one of the sandbox, whatever language the rule is
//! written in.
//!
//! To add a law: a variant of [`Law`](breach::Law) with its words, and its question in `breach`.

mod breach;
mod material;
mod random;
mod shrink;
mod told;

use std::path::Path;

use anyhow::Result;
use assay_runtime::Rule;
use clap::Args;
use serde_json::json;

use self::{
    breach::{Breach, breach, moments},
    material::{Drawn, Material},
    random::Random,
};
use crate::{
    fixtures::{self, Stage},
    output::Output,
};

/// Times of asking that are tried of each timeline.
const ASKED: usize = 6;

/// Whether timelines are made up, and how many.
#[derive(Debug, Args)]
pub struct Fuzz {
    /// Then make up so many timelines out of what the fixtures tell, and try the laws on them; what breaks one is printed as a fixture.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1000", conflicts_with = "watch")]
    fuzz: Option<u32>,
    /// Another seed makes up other timelines; the same one the same, on every machine.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "fuzz")]
    seed: u64,
}

/// What was made up, and what came of it.
struct Found {
    cases: u32,
    /// The text of a fixture on which a law is broken, and the law.
    broken: Option<(String, String)>,
}

/// Goes on with made-up timelines once the fixtures were asked, if that is wanted.
pub(crate) fn after(output: Output, rule: &Rule, fuzz: &Fuzz, place: &Path) -> Result<Output> {
    let Some(cases) = fuzz.fuzz else { return Ok(output) };
    let found = run(rule, cases, fuzz.seed, place)?;
    let words = match &found.broken {
        None => format!("\n{} timelines made up, seed {}: every law held", found.cases, fuzz.seed),
        Some((law, text)) => format!("\nbroken after {} timelines, seed {}: {law}; as a fixture:\n\n{text}", found.cases, fuzz.seed),
    };
    let (law, text) = found.broken.unzip();
    let failed = law.is_some();
    let output = output.and("fuzz", json!({ "cases": found.cases, "seed": fuzz.seed, "broken": law, "fixture": text }), &words);
    Ok(if failed { output.with_code(1) } else { output })
}

/// Up to the first timeline on which a law is broken.
fn run(rule: &Rule, cases: u32, seed: u64, place: &Path) -> Result<Found> {
    let fixtures = fixtures::read_all(place)?;
    let mut scenes = Vec::with_capacity(fixtures.len());
    for (_, fixture) in &fixtures {
        let stage = Stage::new(rule, &fixture.parameters())?;
        let material = Material::new(&stage, &fixtures)?;
        scenes.push((stage, material, fixture));
    }
    for case in 0..cases {
        // Each case has a stream of its own, so that one can be repeated without those before it.
        let mut random = Random::new(seed.wrapping_add(u64::from(case) << 32));
        let Some((stage, material, fixture)) = random.one_of(&scenes) else { break };
        let drawn = material.draw(&mut random);
        if let Some(found) = first_breach(stage, &drawn, material, &mut random) {
            let (smallest, found) = shrink::shrink(stage, drawn, &material.steps, found);
            let text = told::fixture(&fixture.parameters(), &smallest, &found, seed, case);
            return Ok(Found { cases: case + 1, broken: Some((found.law.to_string(), text)) });
        }
    }
    Ok(Found { cases, broken: None })
}

/// Asks at a few of the moments, and gives back the first law that is broken.
fn first_breach(stage: &Stage<'_>, drawn: &[Drawn], material: &Material, random: &mut Random) -> Option<Breach> {
    let moments = moments(drawn, &material.steps);
    (0..ASKED).find_map(|_| random.one_of(&moments).and_then(|at| breach(stage, drawn, *at)))
}
