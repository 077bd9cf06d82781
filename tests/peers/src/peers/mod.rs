//! The ways to run the rule.

mod assay;
mod cel;
mod extism;
mod gorules;
mod native;
mod rego;
mod rhai;

use anyhow::Result;

use crate::case::{Answer, Case};

use self::{
    assay::Assay,
    cel::Cel,
    extism::{Extism, bytes, json},
    gorules::GoRules,
    native::Native,
    rego::{Interpreted, Virtual},
    rhai::Rhai,
};

/// One way to run the rule.
pub trait Peer {
    /// What the table calls it.
    fn name(&self) -> &str;

    /// Judges a ticket: everything that is done for each evaluation, from the host's own data to its own answer.
    ///
    /// # Errors
    ///
    /// What the peer says; it is then of no use here.
    fn judge(&mut self, case: &Case) -> Result<Answer>;
}

/// What the others are compared with.
pub const REFERENCE: &str = "Assay, fresh instance";

/// All of them, the native rule first. `component` is `resolved-ticket`, `module` the Extism plugin.
///
/// # Errors
///
/// A rule is not accepted by its peer.
pub fn all(component: &[u8], module: &[u8]) -> Result<Vec<Box<dyn Peer>>> {
    let rule = assay::admit(component)?;
    let plugin = extism::compile(module, extism::on_demand())?;
    let pooled = extism::compile(module, extism::pooled())?;
    let policy = rego::compile()?;
    let peers: Vec<Box<dyn Peer>> = vec![
        Box::new(Native::new()),
        Box::new(Assay::fresh(REFERENCE, rule.clone())),
        Box::new(Assay::reused("Assay, reused instance", rule)?),
        Box::new(Extism::fresh("Extism, bytes, fresh instance", plugin.clone(), bytes)),
        Box::new(Extism::fresh("Extism, bytes, fresh instance, pooled memory", pooled, bytes)),
        Box::new(Extism::reused("Extism, bytes, reused instance", plugin.clone(), bytes)?),
        Box::new(Extism::fresh("Extism, JSON, fresh instance", plugin.clone(), json)),
        Box::new(Extism::reused("Extism, JSON, reused instance", plugin, json)?),
        Box::new(Cel::new()?),
        Box::new(Interpreted::new(policy.clone())),
        Box::new(Virtual::new(policy)?),
        Box::new(GoRules::new()?),
        Box::new(Rhai::new()?),
    ];
    Ok(peers)
}
