//! Steps that say what they do and how long they took.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The steps of one chore, in the order they ran.
#[derive(Default)]
pub struct Steps {
    taken: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs one step and prints its name and its time; an error names the step.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("== {name}");
        let started = Instant::now();
        let outcome = work();
        let took = started.elapsed();
        let word = if outcome.is_ok() { "done in" } else { "FAILED after" };
        println!("== {name}: {word} {}", readable(took));
        self.taken.push((name.to_owned(), took));
        outcome.with_context(|| format!("step `{name}` failed"))
    }

    /// The time of each step, one a line; empty for a single step, whose time has just been printed.
    pub fn table(&self) -> String {
        if self.taken.len() < 2 {
            return String::new();
        }
        let total: Duration = self.taken.iter().map(|(_, took)| *took).sum();
        let rows = self.taken.iter().map(|(name, took)| (name.as_str(), *took));
        let mut table = String::from("\n");
        for (name, took) in rows.chain([("total", total)]) {
            table.push_str(&format!("{name:<24} {:>14}\n", readable(took)));
        }
        table
    }
}

/// Runs a program to its end, shown first as a reader could type it.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("`{line}` cannot be started: is it installed and on the PATH?"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name).chain(command.get_args()).map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn readable(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(readable(Duration::from_millis(1_260)), "1.3 s");
        assert_eq!(readable(Duration::from_secs(59)), "59.0 s");
        assert_eq!(readable(Duration::from_secs(64)), "1 min 04 s");
        assert_eq!(readable(Duration::from_secs(425)), "7 min 05 s");
    }

    #[test]
    fn a_failed_step_is_named_and_timed() {
        let mut steps = Steps::default();
        assert!(steps.run("first", || Ok(())).is_ok());
        assert_eq!(steps.table(), "");
        let error = steps.run("second", || bail!("no")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `second` failed: no");
        assert_eq!(steps.table().lines().count(), 4);
    }

    #[test]
    fn a_command_is_shown_without_its_folder() {
        let mut command = Command::new("/opt/bin/cargo");
        command.args(["build", "--workspace"]);
        assert_eq!(shown(&command), "cargo build --workspace");
    }
}
