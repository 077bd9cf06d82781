//! Extism: `extism-guest` as a plugin, by bytes laid out by hand and by JSON. It runs as it comes, without limits to time, instructions or
//! memory, which is to its advantage.
//!
//! Once: compilation of the plugin and of Extism's own kernel; the instance that is kept. Each evaluation: a plugin from the compiled one
//! (or the one that is kept), the question encoded and copied into it, the rule, the answer copied out of it and decoded.

use ::extism::{CompiledPlugin, Plugin, PluginBuilder, convert::Json};
use anyhow::{Result, bail};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::Peer;
use crate::case::{Answer, Case, Decided, Question, WINDOW};

/// Asks a plugin by one of the protocols.
type Ask = fn(&mut Plugin, &Case) -> Result<Answer>;

pub(super) struct Extism {
    name: &'static str,
    compiled: CompiledPlugin,
    ask: Ask,
    kept: Option<Plugin>,
}

/// What Extism does when nothing is said: memory from the operating system, each time anew.
pub(super) fn on_demand() -> Config {
    Config::new()
}

/// Memory from a pool like that of Assay's engine, which Extism lets one ask for.
pub(super) fn pooled() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.linear_memory_keep_resident(256 << 10).table_keep_resident(64 << 10).pagemap_scan(Enabled::Auto);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// The plugin of this module; nothing is kept on disk.
pub(super) fn compile(module: &[u8], config: Config) -> Result<CompiledPlugin> {
    PluginBuilder::new(module).with_wasmtime_config(config).with_cache_disabled().compile()
}

impl Extism {
    pub(super) fn fresh(name: &'static str, compiled: CompiledPlugin, ask: Ask) -> Self {
        Self { name, compiled, ask, kept: None }
    }

    pub(super) fn reused(name: &'static str, compiled: CompiledPlugin, ask: Ask) -> Result<Self> {
        let kept = Some(Plugin::new_from_compiled(&compiled)?);
        Ok(Self { name, compiled, ask, kept })
    }
}

impl Peer for Extism {
    fn name(&self) -> &str {
        self.name
    }

    fn judge(&mut self, case: &Case) -> Result<Answer> {
        match &mut self.kept {
            Some(plugin) => (self.ask)(plugin, case),
            None => (self.ask)(&mut Plugin::new_from_compiled(&self.compiled)?, case),
        }
    }
}

/// The protocol of JSON.
pub(super) fn json(plugin: &mut Plugin, case: &Case) -> Result<Answer> {
    let answer = plugin.call::<Json<Question<'_>>, Json<Decided>>("judge_json", Json(Question::of(case)))?;
    Ok(answer.into_inner().into())
}

/// The protocol of bytes, which `extism-guest` describes.
pub(super) fn bytes(plugin: &mut Plugin, case: &Case) -> Result<Answer> {
    let question = encode(case);
    decode(plugin.call::<&[u8], &[u8]>("judge_bytes", &question)?)
}

fn encode(case: &Case) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + 48 * case.updates.len());
    for integer in [WINDOW, case.as_of] {
        bytes.extend_from_slice(&integer.to_le_bytes());
    }
    for update in &case.updates {
        for integer in [update.at, update.reopens.unwrap_or(-1), update.reassignments.unwrap_or(-1)] {
            bytes.extend_from_slice(&integer.to_le_bytes());
        }
        // The states are short words.
        bytes.push(update.state.len() as u8);
        bytes.extend_from_slice(update.state.as_bytes());
    }
    bytes
}

fn decode(answer: &[u8]) -> Result<Answer> {
    let Some((tag, at)) = answer.split_first() else {
        bail!("the plugin answers nothing");
    };
    let at = i64::from_le_bytes(at.try_into()?);
    match tag {
        0 => Ok(Answer::Pending(None)),
        1 => Ok(Answer::Pending(Some(at))),
        2 => Ok(Answer::Success(at)),
        other => bail!("the plugin answers with tag {other}"),
    }
}
