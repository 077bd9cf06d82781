//! Components that nobody wrote: every rule of random code is refused or admitted alike by two engines, and answers alike each time.

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};

use super::{
    Engines, Random, Tally,
    ask::{OPENED, agree, ask, ask_twice, refused, what},
    statements::Statements,
};
use crate::hostile::{CONTRACT, Hostile, MANTISSA, N, Success, Verdict, rule_error, wrap};

/// A rule whose `evaluate` is random, and sometimes a component of which every function is.
pub(super) fn run(seed: u64, engines: &Engines, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let bytes = if random.once_in(4) {
        match module(&mut random) {
            Some(module) => wrap(module, CONTRACT),
            None => {
                tally.count("no module");
                return Ok(());
            }
        }
    } else {
        rule(&mut random).build()
    };
    tally.count(compare(&bytes, engines)?);
    Ok(())
}

fn compare(bytes: &[u8], engines: &Engines) -> Result<&'static str, String> {
    let (rule, other) = match (engines.engine.admit(bytes), engines.other.admit(bytes)) {
        (Ok(rule), Ok(other)) => (rule, other),
        (Err(here), Err(there)) if here.code == there.code => return refused(&here),
        (here, there) => {
            let said = [here, there].map(|admitted| admitted.map_or_else(|refusal| refusal.to_string(), |_| "admitted".into()));
            return Err(format!("{}, but on the other engine {}", said[0], said[1]));
        }
    };
    let found = ask_twice(&rule, engines)?;
    agree(&found, &ask(&other, 1))?;
    Ok(what(&found))
}

/// A lawful rule but for what it evaluates, and perhaps how it allocates or what it does afterwards.
fn rule(random: &mut Random) -> Hostile {
    let mut rule = Hostile::unexamined();
    let success = rule.place(&Verdict::success(Success::at(OPENED)).answer());
    let error = rule.place(&rule_error("no clue"));
    let (busy_realloc, busy_return, end) = (random.once_in(8), random.once_in(8), random.below(16));
    let mut statements = Statements(random);
    let fields = statements.fields();
    let begin = format!("(local.set $i0 {N}) (local.set $l0 (local.get $as-of)) (local.set $l1 (local.get $opened-at))");
    let text = statements.text(&begin, 2);
    let end = match end {
        // Nothing but the answer of a rule that does nothing.
        0 | 1 => String::new(),
        2 => format!("(return (i32.const {error}))"),
        3 => format!("(return {})", statements.value("i", 2)),
        4 => format!("(return (i32.and {} (i32.const 32760)))", statements.value("i", 2)),
        _ => {
            let digest = Statements::digest();
            format!("(i64.store offset={MANTISSA} (i32.const {success}) {digest}) (return (i32.const {success}))")
        }
    };
    rule = rule.fields(&fields).evaluate(format!("{text} {end}"));
    if busy_realloc {
        rule = rule.realloc(statements.text("(local.set $i0 (local.get $size))", 4));
    }
    if busy_return {
        rule = rule.post_return("evaluate", &statements.text("(local.set $i0 (local.get $answer))", 4));
    }
    rule
}

/// A module with the contract's exports and nothing lawful about it, of the features that are let in; now and then of references to the
/// host too, which are not.
fn module(random: &mut Random) -> Option<Vec<u8>> {
    let functions: &[&str] = if random.once_in(2) { &["describe", "configure", "evaluate"] } else { &[] };
    let skeleton = functions.iter().fold(Hostile::new(), |rule, function| rule.post_return(function, ""));
    let config = Config {
        exports: Some(skeleton.module()),
        max_imports: 0,
        // It exports one.
        max_memories: 0,
        max_types: 12,
        max_funcs: 12,
        max_globals: 8,
        max_instructions: 80,
        max_tables: 1,
        max_table_elements: 1_000,
        max_elements: 16,
        max_element_segments: 4,
        max_data_segments: 4,
        reference_types_enabled: random.once_in(6),
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        threads_enabled: false,
        ..Config::default()
    };
    let len = 256 + random.index(4096);
    let bytes = random.bytes(len);
    Module::new(config, &mut Unstructured::new(&bytes)).ok().map(|module| module.to_bytes())
}
