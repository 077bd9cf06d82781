//! What an engine is put together from.

use crate::{artefacts::Artefacts, compiler::Compiler, limits::Limits};

/// What an engine is put together from. Only the limits can change what a rule answers.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// What rules may use.
    pub limits: Limits,
    /// Where instances get their memory.
    pub allocation: Allocation,
    /// How much work the compiler does.
    pub optimisation: Optimisation,
    /// Where components are compiled.
    pub compiler: Compiler,
    /// Where compiled code is kept between processes, if anywhere.
    pub artefacts: Option<Artefacts>,
}

/// Where instances get their memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Allocation {
    /// From slots that are reserved once: fast.
    #[default]
    Pooled,
    /// From the operating system, each time anew: what executing again is checked against.
    OnDemand,
}

/// How much work the compiler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Optimisation {
    /// As much as makes rules fast.
    #[default]
    Speed,
    /// None.
    None,
}
