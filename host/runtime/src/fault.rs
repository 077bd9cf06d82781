//! Every way a guest or its host can fail, named as what it was.

use assay_domain::fault::{Fault, FaultCode};
use wasmtime::{PoolConcurrencyLimitError, Trap};

use crate::limits::GrowthRefused;

/// Classifies the error of an instantiation or a call.
pub(crate) fn classify(error: &wasmtime::Error) -> Fault {
    let detail = || format!("{error:#}");
    if let Some(growth) = error.downcast_ref::<GrowthRefused>() {
        let code = if *growth == GrowthRefused::Host { FaultCode::HostMemory } else { FaultCode::MemoryLimit };
        return Fault::new(code, growth.to_string());
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Fault::new(FaultCode::PoolExhausted, detail());
    }
    match error.downcast_ref::<Trap>() {
        Some(trap) => Fault::new(code_of(*trap), trap.to_string()),
        None if detail().contains("fuel allocated for hostcalls") => {
            Fault::new(FaultCode::OutputLimit, "the answer is larger than the host will copy out of a rule")
        }
        // What is left are answers that break the canonical ABI: bad pointers, bad UTF-8, bad discriminants.
        None => Fault::new(FaultCode::AbiViolation, detail()),
    }
}

fn code_of(trap: Trap) -> FaultCode {
    match trap {
        Trap::OutOfFuel => FaultCode::FuelExhausted,
        Trap::Interrupt => FaultCode::WallTime,
        Trap::StackOverflow => FaultCode::StackOverflow,
        Trap::MemoryOutOfBounds | Trap::HeapMisaligned | Trap::ArrayOutOfBounds | Trap::TableOutOfBounds => FaultCode::TrapMemory,
        Trap::AllocationTooLarge => FaultCode::MemoryLimit,
        Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => FaultCode::TrapDivision,
        Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference | Trap::CastFailure => FaultCode::TrapCall,
        Trap::UnreachableCodeReached => FaultCode::TrapUnreachable,
        _ => FaultCode::AbiViolation,
    }
}
