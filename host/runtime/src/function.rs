//! What is counted in one function: the compiler's time can grow with its square.

use wasmparser::{BinaryReaderError, CompositeInnerType, FunctionBody, Operator, RecGroup, SectionLimited};

use crate::{counted::Counted, tally::Tally};

/// Counts the types of a module, and what functions of them take and give.
pub(crate) fn types(tally: &mut Tally, section: SectionLimited<'_, RecGroup>) -> Result<(), BinaryReaderError> {
    for group in section {
        for ty in group?.types() {
            tally.add(Counted::Types, 1);
            if let CompositeInnerType::Func(function) = &ty.composite_type.inner {
                tally.most(Counted::Params, function.params().len() as u64);
                tally.most(Counted::Results, function.results().len() as u64);
            }
        }
    }
    Ok(())
}

/// Counts what is in a function's body.
pub(crate) fn body(tally: &mut Tally, body: &FunctionBody<'_>) -> Result<(), BinaryReaderError> {
    tally.most(Counted::BodyBytes, body.range().len() as u64);
    locals(tally, body)?;
    control(tally, body)
}

/// Locals are declared by number and type: a few bytes declare any number.
fn locals(tally: &mut Tally, body: &FunctionBody<'_>) -> Result<(), BinaryReaderError> {
    let mut locals = 0u64;
    for declared in body.get_locals_reader()? {
        let (number, _) = declared?;
        locals = locals.saturating_add(u64::from(number));
    }
    tally.most(Counted::Locals, locals);
    tally.add(Counted::LocalsInAll, locals);
    Ok(())
}

fn control(tally: &mut Tally, body: &FunctionBody<'_>) -> Result<(), BinaryReaderError> {
    let (mut control, mut depth, mut deepest) = (0u64, 0u64, 0u64);
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        match operators.read()? {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                control = control.saturating_add(1);
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            Operator::End => depth = depth.saturating_sub(1),
            // The default is a target too.
            Operator::BrTable { targets } => control = control.saturating_add(u64::from(targets.len())).saturating_add(1),
            _ => {}
        }
    }
    tally.most(Counted::Control, control);
    tally.add(Counted::ControlInAll, control);
    tally.most(Counted::Nesting, deepest);
    Ok(())
}
