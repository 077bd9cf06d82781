//! An admitted rule and its evaluation: a fresh instance each time, discarded with everything it did.

use std::sync::Arc;

use assay_domain::{
    canon::Digest,
    fault::{Fault, FaultCode},
    manifest::{EventType, Manifest},
    projection::InputEvent,
    time::Timestamp,
    value::Value,
    verdict::{Answer, VerdictContext},
};
use wasmtime::Store;

use crate::{
    config::Engine,
    contract::{OutcomeRule, Pre, manifest_from_wit, reads_from_wit, timeline_to_wit, value_to_wit, verdict_from_wit},
    fault::classify,
    limits::Limiter,
};

/// A rule that passed admission; cheap to clone.
#[derive(Clone)]
pub struct Rule(Arc<Inner>);

struct Inner {
    engine: Engine,
    digest: Digest,
    contract: String,
    manifest: Manifest,
    pre: Pre,
    origin: Origin,
}

/// Where a rule's compiled code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was compiled.
    Compiled,
    /// It was kept from before.
    Kept,
    /// Something was kept in its place that this installation did not write, or that does not fit; it was compiled instead.
    Replaced,
}

/// What a rule is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// When the interaction opened.
    pub opened_at: Timestamp,
    /// The read events, in timeline order, none later than `as_of`.
    pub events: &'a [InputEvent],
    /// The parameters, in the manifest's order.
    pub parameters: &'a [Value],
    /// The time of asking.
    pub as_of: Timestamp,
}

/// An answer and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The checked answer.
    pub answer: Answer,
    /// Instructions used by the call, in the engine's fuel.
    pub fuel: u64,
    /// Those used by instantiating before it.
    pub instantiation_fuel: u64,
    /// Bytes of linear memory that the instance had in the end.
    pub memory_bytes: usize,
}

/// Why a rule could not be configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigureError {
    /// The rule refuses the parameters, in its own words.
    Refused(String),
    /// It faulted.
    Fault(Fault),
}

impl Rule {
    pub(crate) fn new(engine: Engine, digest: Digest, contract: String, manifest: Manifest, pre: Pre, origin: Origin) -> Self {
        Self(Arc::new(Inner { engine, digest, contract, manifest, pre, origin }))
    }

    /// Where its compiled code came from.
    pub fn origin(&self) -> Origin {
        self.0.origin
    }

    /// The hash of the component.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The contract version it speaks.
    pub fn contract(&self) -> &str {
        &self.0.contract
    }

    /// What it declares about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    pub(crate) fn describe(engine: &Engine, pre: &Pre) -> Result<Manifest, Fault> {
        let mut instance = Instance::new(engine, pre)?;
        let (manifest, _) = instance.call(|rule, store| rule.assay_rule_rule().call_describe(store))?;
        manifest_from_wit(manifest)
    }

    /// Checks the parameters and says what the rule reads with them.
    pub fn configure(&self, parameters: &[Value]) -> Result<Vec<EventType>, ConfigureError> {
        let parameters: Vec<_> = parameters.iter().map(value_to_wit).collect();
        let mut instance = Instance::new(&self.0.engine, &self.0.pre).map_err(ConfigureError::Fault)?;
        let called = instance.call(|rule, store| rule.assay_rule_rule().call_configure(store, &parameters));
        match called.map_err(ConfigureError::Fault)?.0 {
            Ok(reads) => Ok(reads_from_wit(reads)),
            Err(message) => Err(self.0.engine.error(message).map_or_else(ConfigureError::Fault, ConfigureError::Refused)),
        }
    }

    /// What it reads with its defaults; `None` when a parameter has none.
    pub fn default_reads(&self) -> Option<Vec<EventType>> {
        self.configure(&self.manifest().defaults()?).ok()
    }

    /// Asks the rule in a fresh instance.
    pub fn evaluate(&self, question: &Question<'_>) -> Result<Evaluated, Fault> {
        Instance::new(&self.0.engine, &self.0.pre)?.evaluate(&self.0, question)
    }

    /// One instance to ask again and again: the floor that a fresh instance is measured against. Never used to judge.
    pub fn reuse(&self) -> Result<InstanceReuse, Fault> {
        Ok(InstanceReuse { instance: Instance::new(&self.0.engine, &self.0.pre)?, rule: self.clone() })
    }
}

/// See [`Rule::reuse`].
pub struct InstanceReuse {
    instance: Instance,
    rule: Rule,
}

impl InstanceReuse {
    /// Asks the same instance once more.
    pub fn evaluate(&mut self, question: &Question<'_>) -> Result<Evaluated, Fault> {
        let ticks = self.rule.0.engine.ticker.ticks(self.rule.0.engine.limits.wall_time_max);
        self.instance.store.set_epoch_deadline(ticks);
        self.instance.evaluate(&self.rule.0, question)
    }
}

struct Instance {
    store: Store<Limiter>,
    rule: OutcomeRule,
    fuel: u64,
    instantiation_fuel: u64,
}

impl Instance {
    /// Instantiates with fuel of its own: start functions are hostile too. The time is for instantiating and calling together.
    fn new(engine: &Engine, pre: &Pre) -> Result<Self, Fault> {
        let limits = &engine.limits;
        let mut store = Store::new(&engine.wasm, Limiter::new(limits));
        store.limiter(|limiter| limiter);
        store.set_hostcall_fuel(limits.output_bytes_max);
        store.set_max_component_handles(0);
        store.set_epoch_deadline(engine.ticker.ticks(limits.wall_time_max));
        store.set_fuel(limits.instantiation_fuel_max).map_err(|error| classify(&error))?;
        let rule = pre.instantiate(&mut store).map_err(|error| classify(&error))?;
        let left = store.get_fuel().map_err(|error| classify(&error))?;
        let instantiation_fuel = limits.instantiation_fuel_max.saturating_sub(left);
        Ok(Self { store, rule, fuel: limits.evaluation_fuel_max, instantiation_fuel })
    }

    /// One call with its own budget; gives back the fuel it used.
    fn call<T>(&mut self, call: impl FnOnce(&OutcomeRule, &mut Store<Limiter>) -> wasmtime::Result<T>) -> Result<(T, u64), Fault> {
        self.store.set_fuel(self.fuel).map_err(|error| classify(&error))?;
        let answer = call(&self.rule, &mut self.store).map_err(|error| classify(&error))?;
        let left = self.store.get_fuel().map_err(|error| classify(&error))?;
        Ok((answer, self.fuel.saturating_sub(left)))
    }

    fn evaluate(&mut self, rule: &Inner, question: &Question<'_>) -> Result<Evaluated, Fault> {
        let timeline = timeline_to_wit(question.opened_at, question.events);
        let parameters: Vec<_> = question.parameters.iter().map(value_to_wit).collect();
        let as_of = question.as_of.micros();
        let (answer, fuel) = self.call(|guest, store| guest.assay_rule_rule().call_evaluate(store, &timeline, &parameters, as_of))?;
        let answer = match answer {
            Ok(verdict) => {
                let verdict = verdict_from_wit(verdict)?;
                verdict.check(&VerdictContext {
                    manifest: &rule.manifest,
                    opened_at: question.opened_at,
                    events: question.events.len(),
                    as_of: question.as_of,
                    limits: rule.engine.limits.verdict,
                })?;
                Answer::Verdict(verdict)
            }
            Err(message) => Answer::RuleError(rule.engine.error(message)?),
        };
        let memory_bytes = self.store.data().memory_bytes();
        Ok(Evaluated { answer, fuel, instantiation_fuel: self.instantiation_fuel, memory_bytes })
    }
}

impl Engine {
    /// The message of a rule's error, as it may be shown.
    fn error(&self, message: String) -> Result<String, Fault> {
        let message = printable(message);
        if message.len() > self.limits.verdict.note_bytes_max {
            return Err(Fault::new(FaultCode::OutputLimit, "the message of the rule's error is too long"));
        }
        Ok(message)
    }
}

/// A rule's text without control characters: it is shown on terminals, which obey some of them.
pub(crate) fn printable(text: String) -> String {
    if text.chars().any(|c| c.is_control() && c != '\n') { text.chars().filter(|c| !c.is_control() || *c == '\n').collect() } else { text }
}
