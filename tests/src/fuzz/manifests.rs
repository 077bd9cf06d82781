//! Declarations near their limits: refused exactly when they break what `wit/README.md` says of them, and taken over to the letter.

use std::collections::BTreeSet;

use assay_domain::{
    manifest::{EventType, Field, Manifest, Parameter, Reason},
    value::Value,
};
use assay_runtime::RefusalCode;

use super::{
    Engines, Random, Tally,
    declared::{lawful, lawful_reads, spoil, spoil_reads},
};
use crate::hostile::Hostile;

/// Integers that every guest language holds.
pub(super) const EXACT: u64 = 1 << 53;

/// Offers a rule that declares something and reads something.
pub(super) fn run(seed: u64, engines: &Engines, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let (mut manifest, mut reads) = (lawful(&mut random), lawful_reads(&mut random));
    if random.once_in(2) {
        spoil(&mut manifest, &mut random);
    } else if random.once_in(2) {
        spoil_reads(&mut reads, &mut random);
    }
    let expect = refusal(&manifest, &reads);
    match (engines.engine.admit(&Hostile::new().manifest(&manifest).reads(Ok(&reads)).build()), expect) {
        (Ok(rule), None) if *rule.manifest() == manifest && rule.configure(&[]).as_deref() == Ok(reads.as_slice()) => {
            tally.count("admitted")
        }
        (Err(found), Some(expect)) if found.code == expect => tally.count(expect.code()),
        (found, expect) => {
            let found = found.map_or_else(|refusal| refusal.to_string(), |rule| format!("admitted with {:?}", rule.manifest()));
            return Err(format!("{expect:?} expected, {found} found, of {manifest:?}"));
        }
    }
    Ok(())
}

/// How it must be refused, if it must. A number that is not exact is no value of the contract at all: that comes first.
fn refusal(manifest: &Manifest, reads: &[EventType]) -> Option<RefusalCode> {
    let defaults = || manifest.parameters.iter().map(|parameter| &parameter.default);
    if defaults().any(|default| matches!(default, Some(Value::Integer(n)) if n.unsigned_abs() > EXACT)) {
        return Some(RefusalCode::Faulty);
    }
    // What it reads is known at once only if nothing has to be set.
    let lawful = is_manifest(manifest) && (defaults().any(Option::is_none) || is_reads(reads));
    (!lawful).then_some(RefusalCode::ManifestInvalid)
}

fn is_manifest(manifest: &Manifest) -> bool {
    let Manifest { name, title, summary, unit, parameters, reasons, classes, participants, .. } = manifest;
    let of_host = |reason: &Reason| ["deadline", "missing-field", "rule-error"].contains(&reason.code.as_str());
    let is_of_kind = |parameter: &Parameter| parameter.default.as_ref().and_then(Value::kind).is_none_or(|kind| kind == parameter.kind);
    let helps = parameters.iter().map(|parameter| &parameter.help).chain(reasons.iter().map(|reason| &reason.help));
    is_name(name)
        && !title.is_empty()
        && !unit.is_empty()
        && [title, summary, unit].into_iter().chain(helps).all(|text| is_text(text))
        && are_names(parameters.iter().map(|parameter| &parameter.name))
        && are_names(reasons.iter().map(|reason| &reason.code))
        && are_names(classes.iter())
        && are_names(participants.iter())
        && !reasons.is_empty()
        && !reasons.iter().any(of_host)
        && parameters.iter().all(is_of_kind)
}

fn is_name(name: &str) -> bool {
    let edges = [name.chars().next(), name.chars().next_back()];
    name.len() <= 64 && name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) && edges.iter().all(|c| c.is_some_and(|c| c != '-'))
}

fn is_text(text: &str) -> bool {
    text.len() <= 1024 && !text.chars().any(|c| matches!(c, '\0'..='\t' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'))
}

fn are_names<'a>(names: impl Iterator<Item = &'a String>) -> bool {
    let names: Vec<&String> = names.collect();
    let different: BTreeSet<&String> = names.iter().copied().collect();
    names.len() <= 64 && different.len() == names.len() && names.iter().all(|name| is_name(name))
}

fn is_reads(reads: &[EventType]) -> bool {
    let fields: Vec<&Field> = reads.iter().flat_map(|read| &read.fields).collect();
    let kinds: BTreeSet<&str> = reads.iter().map(|read| read.kind.as_str()).collect();
    (1..=64).contains(&reads.len())
        && kinds.len() == reads.len()
        && kinds.iter().all(|kind| (1..=256).contains(&kind.len()))
        && fields.len() <= 256
        && fields.iter().all(|field| field.path.starts_with('/') && field.path.len() <= 1024)
}
