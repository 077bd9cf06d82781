//! The definitions of a bundle, made ready to judge again: compiled, and found to be what they are said to be.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use assay_domain::{canon::Digest, definition::VersionContent, projection::Reads};
use assay_receipt::bundle::{Bundle, BundledComponent, BundledDefinition};
use assay_runtime::{ConfigureError, Engine, Rule};

use crate::{
    budget::Budget,
    check::{Check, Place},
    error::VerifyError,
    findings::Findings,
    hearing::Bench,
    pins::Pins,
};

/// Faults after which a definition is not asked any more: what was billed came from a rule that answered.
const FAULTS_MAX: u32 = 3;

/// A definition, as far as it could be made ready.
pub(crate) struct Definition {
    /// Its slug, with the version's number.
    pub(crate) name: String,
    pub(crate) content: VersionContent,
    pub(crate) reads: Reads,
    rule: Option<Rule>,
    faults: AtomicU32,
}

impl Definition {
    /// Itself, ready to judge; otherwise why it does not judge.
    pub(crate) fn bench<'a>(&'a self, budget: &'a Budget) -> Result<Bench<'a>, &'static str> {
        let rule = self.rule.as_ref().ok_or("its component cannot be used, as is told there")?;
        if self.faults.load(Ordering::Relaxed) >= FAULTS_MAX {
            return Err("its rule has faulted several times and is asked no more");
        }
        Ok(Bench { rule, content: &self.content, reads: &self.reads, budget })
    }

    /// Counts a fault.
    pub(crate) fn faulted(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }
}

/// The definitions of a bundle, by their hashes.
pub(crate) fn definitions(
    bundle: &Bundle,
    pins: &Pins,
    engine: &Engine,
    findings: &mut Findings,
) -> Result<BTreeMap<Digest, Definition>, VerifyError> {
    see_pinned(bundle, pins, findings);
    let mut rules = BTreeMap::new();
    for component in &bundle.components {
        if let Some(rule) = rule(component, pins, engine, findings)? {
            rules.insert(component.digest, rule);
        }
    }
    let ready = |told: &BundledDefinition| (told.content.hash(), definition(told, &rules, findings));
    Ok(bundle.definitions.iter().map(ready).collect())
}

/// Every component that was received otherwise is one that something was judged by.
fn see_pinned(bundle: &Bundle, pins: &Pins, findings: &mut Findings) {
    for digest in pins.components.iter().map(|bytes| Digest::of(bytes)) {
        let is_used = bundle.definitions.iter().any(|definition| definition.content.component == digest);
        let found = if is_used { Ok(()) } else { Err("nothing of the bundle was judged by it") };
        findings.see(Check::Component, &Place::thing(format!("the pinned component {digest}")), found);
    }
}

/// A component, compiled; `None` where it is not what it is said to be.
fn rule(told: &BundledComponent, pins: &Pins, engine: &Engine, findings: &mut Findings) -> Result<Option<Rule>, VerifyError> {
    let place = Place::thing(format!("the component {}", told.digest));
    let bytes = pins.component(told.digest).unwrap_or(&told.bytes.0);
    if !findings.equal(Check::Component, &place, "the hash of its bytes", &told.digest, &Digest::of(bytes)) {
        return Ok(None);
    }
    let admitted = engine.admit(bytes);
    if let Err(refusal) = &admitted
        && refusal.is_of_host()
    {
        return Err(VerifyError::Host(refusal.to_string()));
    }
    let Some(rule) = findings.take(Check::Component, &place, admitted) else { return Ok(None) };
    let declared = if *rule.manifest() == told.manifest { Ok(()) } else { Err("its manifest is another than it declares itself") };
    findings.see(Check::Component, &place, declared);
    Ok(Some(rule))
}

/// A definition, if its component is there and reads what the definition says.
fn definition(told: &BundledDefinition, rules: &BTreeMap<Digest, Rule>, findings: &mut Findings) -> Definition {
    let BundledDefinition { slug, version, content } = told;
    let name = format!("{slug}@{version}");
    let place = Place::thing(format!("the definition {name}"));
    let component = rules.get(&content.component).ok_or_else(|| format!("the bundle has no usable component {}", content.component));
    let rule =
        findings.take(Check::Component, &place, component).filter(|rule| findings.see(Check::Definition, &place, fits(rule, content)));
    Definition { name, content: content.clone(), reads: Reads::new(&content.reads), rule: rule.cloned(), faults: AtomicU32::new(0) }
}

/// Refuses a definition that says of its rule what is not so.
fn fits(rule: &Rule, content: &VersionContent) -> Result<(), String> {
    if rule.contract() != content.contract {
        return Err(format!("its component speaks the contract {}, and it says {}", rule.contract(), content.contract));
    }
    match rule.configure(&content.parameters) {
        Ok(reads) if reads == content.reads => Ok(()),
        Ok(_) => Err("with its parameters its component reads something else than it says".into()),
        Err(ConfigureError::Refused(message)) => Err(format!("its component refuses its parameters: {message}")),
        Err(ConfigureError::Fault(fault)) => Err(format!("its component cannot be set up with its parameters: {fault}")),
    }
}
