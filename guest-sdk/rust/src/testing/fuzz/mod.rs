//! Timelines made up at random, and the laws that every rule keeps, tried on each of them.
//!
//! Events are drawn from what the rule reads: their data are those of fixtures, or put together from values that fixtures and parameters
//! have and a few that are at an edge. They follow one another at once or by the lengths of time that parameters set, and by a little more or
//! less. What breaks a law is made as small as it gets and told as a fixture.
//!
//! To add a law: a variant of [`Law`](breach::Law) with its words, and its question in `breach`.

mod breach;
mod material;
mod shrink;
mod told;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::{
    breach::{Breach, breach, moments},
    material::Material,
};
use super::{files, fixture::Fixture, random::Random, stage::Stage};
use crate::rule::Rule;

/// Times of asking that are tried of each timeline.
const ASKED: usize = 6;

/// How many timelines are made up, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuzz {
    /// How many.
    pub cases: u32,
    /// Another seed makes up others; the same seed makes up the same ones on every machine.
    pub seed: u64,
}

impl Default for Fuzz {
    fn default() -> Self {
        Self { cases: 256, seed: 1 }
    }
}

impl Fuzz {
    /// Looks for a timeline on which the rule breaks a law, with the parameters of one of the fixtures in a folder: the smallest such
    /// timeline as the text of a fixture; `None` when every law held.
    ///
    /// # Errors
    ///
    /// When the folder holds no fixture, or one that the rule cannot be configured with.
    pub fn counterexample<R: Rule>(&self, folder: impl AsRef<Path>) -> Result<Option<String>, String> {
        let fixtures = read(folder.as_ref())?;
        let mut scenes = Vec::with_capacity(fixtures.len());
        for fixture in &fixtures {
            let stage = Stage::<R>::new(fixture)?;
            scenes.push((Material::new(&stage, &fixtures), stage, fixture));
        }
        for case in 0..self.cases {
            // Each case has a stream of its own, so that one can be repeated without those before it.
            let mut random = Random::new(self.seed.wrapping_add(u64::from(case) << 32));
            let Some((material, stage, fixture)) = random.one_of(&scenes) else { break };
            let drawn = Fixture { events: material.draw(&mut random), ..(*fixture).clone() };
            if let Some(found) = first_breach(stage, &drawn, material, &mut random) {
                let (smallest, found) = shrink::shrink(stage, drawn, &material.steps, found);
                return Ok(Some(told::fixture(&smallest, &found, self.seed, case)));
            }
        }
        Ok(None)
    }
}

/// Tries the laws on 256 timelines that are made up out of what the fixtures of a folder tell, the same ones every time. `assay rule test
/// --fuzz` tries others in the sandbox.
///
/// # Panics
///
/// When a law does not hold, with the smallest timeline on which it does not as a fixture.
#[track_caller]
#[expect(clippy::panic, reason = "a failing test panics")]
pub fn run_laws<R: Rule>(folder: impl AsRef<Path>) {
    match Fuzz::default().counterexample::<R>(&folder) {
        Ok(None) => {}
        Ok(Some(fixture)) => panic!("a law does not hold; as a fixture:\n\n{fixture}"),
        Err(problem) => panic!("{}: {problem}", folder.as_ref().display()),
    }
}

fn read(folder: &Path) -> Result<Vec<Fixture>, String> {
    let paths = files(folder).map_err(|error| error.to_string())?;
    let parse = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        Fixture::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    };
    let fixtures = paths.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    if fixtures.is_empty() { Err("holds no fixture (*.toml)".into()) } else { Ok(fixtures) }
}

/// Asks at a few of the moments, and gives back the first law that is broken.
fn first_breach<R: Rule>(stage: &Stage<R>, drawn: &Fixture, material: &Material, random: &mut Random) -> Option<Breach> {
    let moments = moments(drawn, &material.steps);
    (0..ASKED).find_map(|_| random.one_of(&moments).and_then(|at| breach(stage, drawn, *at)))
}

#[cfg(test)]
mod tests;
