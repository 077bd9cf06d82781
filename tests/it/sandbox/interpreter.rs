//! Rules made of an interpreter: what is large about them is let in because it is known, and for no other reason.

use assay_runtime::{Engine, Interpreter, Limits, RefusalCode};
use assay_tests::hostile::Hostile;

use super::support::{Case, patient, pending};

/// A function that is too deep and has too many blocks for an ordinary rule, as interpreters have them.
fn deep(constant: u32) -> String {
    let (depth, blocks) = (400, "(block)".repeat(4_000));
    format!("(func (param i32) {} (drop (i32.const {constant})) {blocks} {})", "block ".repeat(depth), "end ".repeat(depth))
}

/// A rule made of it: large functions, and a script that is data.
fn rule(script: &str, constant: u32) -> Vec<u8> {
    let functions: String = (0..9).map(|_| deep(constant)).collect();
    Hostile::unexamined().fields(&format!("{functions} (data (i32.const 16) \"{script}\")")).build()
}

/// Nine large functions and the four of the contract.
const FUNCTIONS: u32 = 13;
const RUN: (u32, u32) = (0, 9);

/// An engine that knows the interpreter of a component.
fn engine(component: &[u8]) -> Engine {
    let digest = Interpreter::digest(component, FUNCTIONS, RUN).expect("a module with so many functions").to_string();
    let known = [Interpreter { name: "a test", functions: FUNCTIONS, run: RUN, digest: digest.leak() }];
    Engine::new(Limits { interpreters: Box::leak(Box::new(known)), ..patient() }).unwrap()
}

fn refused(engine: &Engine, component: &[u8], says: &str) {
    let refusal = engine.admit(component).map(drop).expect_err(says);
    assert_eq!(refusal.code, RefusalCode::LimitExceeded, "{refusal}");
    assert!(refusal.problem.contains(says), "{refusal}");
}

#[test]
fn a_known_interpreter_may_be_large() {
    let hello = rule("hello", 1);
    refused(&Engine::new(patient()).unwrap(), &hello, "4400 control operators in one function are more than 4096");
    let engine = engine(&hello);
    for script in [hello, rule("another script", 1)] {
        let rule = engine.admit(&script).unwrap();
        assert_eq!(rule.evaluate(&Case::new(0).question()).map(|evaluated| evaluated.answer), Ok(pending()));
    }
}

/// One constant in one of its functions is enough to make it unknown, and so is another function, type or global.
#[test]
fn what_is_only_like_it_may_not() {
    let engine = engine(&rule("hello", 1));
    refused(&engine, &rule("hello", 2), "4400 control operators in one function");
    let with = |fields: &str| {
        let functions: String = (0..9).map(|_| deep(1)).collect();
        Hostile::unexamined().fields(&format!("{functions} {fields}")).build()
    };
    refused(&engine, &with("(func)"), "4400 control operators in one function");
    refused(&engine, &with("(type (func (param i64)))"), "4400 control operators in one function");
    refused(&engine, &with("(global i64 (i64.const 7))"), "4400 control operators in one function");
}

/// What is not the interpreter's is held to the limits of every rule.
#[test]
fn the_rest_of_it_is_an_ordinary_rule() {
    let engine = engine(&rule("hello", 1));
    let with = |evaluate: String| {
        let functions: String = (0..9).map(|_| deep(1)).collect();
        Hostile::unexamined().fields(&format!("{functions} (data (i32.const 16) \"hello\")")).evaluate(evaluate).build()
    };
    assert!(engine.admit(&with("(nop)".into())).is_ok());
    refused(&engine, &with("(block)".repeat(4_097)), "4097 control operators in one function are more than 4096");
    refused(&engine, &with(format!("{}{}", "(block ".repeat(289), ")".repeat(289))), "289 nested blocks in one function are more than 288");
}

/// Twice the interpreter is twice the work; only one is let in.
#[test]
fn a_second_copy_is_counted() {
    let hello = rule("hello", 1);
    let engine = engine(&hello);
    let module = format!("(core module {} (func) (func) (func) (func))", (0..9).map(|_| deep(1)).collect::<String>());
    let twice = super::support::component(&format!("{module} {module} {}", super::support::HOLLOW));
    let digest = Interpreter::digest(&twice, FUNCTIONS, RUN).expect("its first module").to_string();
    let known = [Interpreter { name: "a test", functions: FUNCTIONS, run: RUN, digest: digest.leak() }];
    let other = Engine::new(Limits { interpreters: Box::leak(Box::new(known)), ..patient() }).unwrap();
    refused(&other, &twice, "4400 control operators in one function");
    let once = super::support::component(&format!("{module} {}", super::support::HOLLOW));
    assert_eq!(other.admit(&once).map(drop).expect_err("hollow").code, RefusalCode::ExportMissing);
    refused(&engine, &once, "4400 control operators in one function");
}
