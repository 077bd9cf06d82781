//! Faults: what went wrong that is no verdict.

use std::fmt;

/// Every fault an evaluation can end in; the code's family says what happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The rule hit `unreachable`, which is also how a panic ends.
    TrapUnreachable,
    /// An access outside memory or a table.
    TrapMemory,
    /// A division by zero, or a conversion out of range.
    TrapDivision,
    /// A call through a bad function pointer.
    TrapCall,
    /// The canonical ABI was broken: bad pointer, bad UTF-8, bad discriminant.
    AbiViolation,
    /// More instructions than the limit.
    FuelExhausted,
    /// More memory or table than the limit.
    MemoryLimit,
    /// Too deep a recursion.
    StackOverflow,
    /// A verdict larger than the limit.
    OutputLimit,
    /// A verdict that contradicts itself, its manifest or its timeline.
    OutputInvalid,
    /// The version is suspended after too many faults; the rule was not asked.
    Suspended,
    /// The charge is a percentage of the success's value, and the verdict gives none.
    ValueMissing,
    /// Longer than the wall-clock limit: protects the host, says nothing about the rule.
    WallTime,
    /// No free slot for an instance.
    PoolExhausted,
    /// The host could not get memory.
    HostMemory,
    /// A compiled component that does not match its digest.
    CacheIntegrity,
    /// The engine is not the one that was recorded.
    EngineMismatch,
}

impl FaultCode {
    const ALL: [(Self, &'static str); 17] = [
        (Self::TrapUnreachable, "guest.trap-unreachable"),
        (Self::TrapMemory, "guest.trap-memory"),
        (Self::TrapDivision, "guest.trap-div"),
        (Self::TrapCall, "guest.trap-call"),
        (Self::AbiViolation, "guest.abi-violation"),
        (Self::FuelExhausted, "guest.fuel-exhausted"),
        (Self::MemoryLimit, "guest.memory-limit"),
        (Self::StackOverflow, "guest.stack-overflow"),
        (Self::OutputLimit, "guest.output-limit"),
        (Self::OutputInvalid, "guest.output-invalid"),
        (Self::Suspended, "guest.suspended"),
        (Self::ValueMissing, "guest.value-missing"),
        (Self::WallTime, "infra.wall-time"),
        (Self::PoolExhausted, "infra.pool-exhausted"),
        (Self::HostMemory, "infra.host-memory"),
        (Self::CacheIntegrity, "infra.cache-integrity"),
        (Self::EngineMismatch, "infra.engine-mismatch"),
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(fault, _)| *fault == self).map_or("infra.engine-mismatch", |(_, code)| code)
    }

    /// From its stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(fault, _)| *fault)
    }

    /// Whether the same evaluation would end in it again, so that retrying is pointless.
    pub fn is_deterministic(self) -> bool {
        self.code().starts_with("guest.")
    }
}

/// A fault with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub code: FaultCode,
    /// For the rule's author: which index, which limit.
    pub detail: String,
}

impl Fault {
    /// A fault with its detail.
    pub fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.detail)
    }
}

impl std::error::Error for Fault {}
