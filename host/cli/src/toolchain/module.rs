//! Core modules that another toolchain built, made components by putting the contract around them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasmparser::{Parser, Payload};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::build::Built;
use super::component;

/// The contract as the host reads it.
const CONTRACT: &str = include_str!("../../../../wit/0.1/world.wit");
const WORLD: &str = "outcome-rule";

/// Names of the sections in which a toolchain that knows the contract leaves it.
const CARRIED: &str = "component-type";

/// Writes the component beside the module: `rule.wasm` becomes `rule.component.wasm`.
pub(super) fn build(file: &Path) -> Result<Built> {
    let mut module = fs::read(file).with_context(|| format!("cannot read the module {}", file.display()))?;
    check(file, &module)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if !carries_contract(&module).with_context(|| format!("{} is damaged or cut short: build it again", file.display()))? {
        embed(&mut module)?;
    }
    let remedy = "export `cabi_realloc` and the contract's three functions, as assay.h does in the file that defines ASSAY_EXPORTS first";
    let component = component::encode(&name, &module, remedy)?;
    let path = file.with_extension("component.wasm");
    component::write(&path, &component)?;
    Ok(Built { name, component, path })
}

fn check(file: &Path, bytes: &[u8]) -> Result<()> {
    if Parser::is_component(bytes) {
        bail!("{file} is a component already, there is nothing to build: `assay rule check {file}` is next", file = file.display());
    }
    if !Parser::is_core_wasm(bytes) {
        bail!("{} is not WebAssembly in binary form: give the folder of a rule, or a module", file.display());
    }
    Ok(())
}

fn carries_contract(module: &[u8]) -> Result<bool> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload?
            && section.name().starts_with(CARRIED)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn embed(module: &mut Vec<u8>) -> Result<()> {
    let mut contract = Resolve::default();
    let package = contract.push_str("world.wit", CONTRACT)?;
    let world = contract.select_world(&[package], Some(WORLD))?;
    embed_component_metadata(module, &contract, world, StringEncoding::UTF8)
}
