//! The mistakes that authors of rules make most, and what they are told: what is wrong, by its name, and what to do.

use std::{fs, path::PathBuf};

use assay_domain::manifest::{Manifest, Reason};
use assay_tests::{
    bin, components,
    hostile::{Hostile, Success, Verdict, declare::lawful},
};

use super::support::{Folder, row, text};

/// What a command prints, on both of its outputs, that ends with 1.
fn told(folder: &Folder, arguments: &[&str]) -> String {
    let output = bin::run(&folder.data(), arguments);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!(output.status.code(), Some(1), "assay {arguments:?}: {said}");
    said
}

/// A folder with some files.
fn folder_with(folder: &Folder, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let made = folder.path(name);
    fs::create_dir_all(&made).expect("a folder");
    for (file, content) in files {
        fs::write(made.join(file), content).expect("a file");
    }
    made.canonicalize().expect("the folder")
}

/// A mistake in what is given to be built.
#[test]
fn what_cannot_be_built_says_what_to_give() {
    let folder = Folder::on_file();
    let module = |name: &str, text: &str| folder.file(name, wat::parse_str(text).expect("WebAssembly text"));
    let empty = text(&folder_with(&folder, "empty", &[]));
    let in_c = text(&folder_with(&folder, "in-c", &[("Makefile", ""), ("rule.c", "")]));
    let nameless = text(&folder_with(&folder, "nameless", &[("package.json", "{}")]));
    let manifest = "[package]\nname = \"plain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    let plain = folder_with(&folder, "plain", &[("Cargo.toml", manifest)]);
    fs::create_dir(plain.join("src")).and_then(|()| fs::write(plain.join("src").join("lib.rs"), "")).expect("a crate");
    let plain = text(&plain);
    let undefined = module("undefined.wasm", r#"(module (import "env" "memcpy" (func)))"#);
    let wasi = module("wasi.wasm", r#"(module (import "wasi_snapshot_preview1" "clock_time_get" (func)))"#);
    let bindgen = module("bindgen.wasm", r#"(module (import "__wbindgen_placeholder__" "__wbindgen_throw" (func)))"#);
    let hollow = module("hollow.wasm", r#"(module (memory (export "memory") 1))"#);
    let component = folder.file("rule.component.wasm", Hostile::new().build());
    let source = folder.file("rule.c", "int main(void) {}");
    let imports = "a rule imports nothing, neither clock nor randomness, network or files";
    let rows: [(&str, String); 11] = [
        ("nowhere", "there is nothing at nowhere: give the folder of a rule, or a module".into()),
        (&empty, format!("{empty} has neither Cargo.toml nor package.json: give the folder of a rule, or a module")),
        (&in_c, format!("{in_c} has neither Cargo.toml nor package.json, but a Makefile: run `make` there, then give the module that it made")),
        (&nameless, format!("{nameless}/package.json names no package: add \"name\": \"my-rule\"")),
        (&plain, format!("{plain}/Cargo.toml does not build a WebAssembly module: add\n\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]")),
        (&undefined, format!("rule `undefined` imports `env::memcpy`: {imports}; it is declared and nowhere defined: define it, or link the library that has it")),
        (&wasi, format!("rule `wasi` imports `wasi_snapshot_preview1::clock_time_get`: {imports}; build for wasm32-unknown-unknown, or with -nostdlib, instead of a WASI target")),
        (&bindgen, format!("rule `bindgen` imports `__wbindgen_placeholder__::__wbindgen_throw`: {imports}; a dependency calls JavaScript: turn off its feature, often `js` or `wasmbind`, that `cargo tree -e features` shows")),
        (&hollow, "`hollow` does not fit the rule contract: export `cabi_realloc` and the contract's three functions, as assay.h does in the file that defines ASSAY_EXPORTS first".into()),
        (&component, format!("{component} is a component already, there is nothing to build: `assay rule check {component}` is next")),
        (&source, format!("{source} is not WebAssembly in binary form: give the folder of a rule, or a module")),
    ];
    for (given, says) in rows {
        folder.refused(&["rule", "build", given], 1, &[&says]);
    }
}

#[test]
fn a_script_without_npm_says_what_to_install() {
    let folder = Folder::on_file();
    let script = text(&folder_with(&folder, "script", &[("package.json", "{ \"name\": \"script\" }")]));
    let output = bin::command(&folder.data(), &["rule", "build", &script]).env("PATH", "").output().expect("the binary starts");
    let says = "error: a rule in JavaScript needs npm and Node.js 18 or newer: install them, then try again\n";
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.as_str()), (Some(1), says));
}

/// A mistake in a component, as `check`, `test` and `push` tell it.
#[test]
fn what_cannot_be_uploaded_says_what_to_change() {
    let folder = Folder::installed();
    let named = |name: &str| Hostile::new().manifest(&Manifest { name: name.into(), ..lawful() }).build();
    let reserved = Manifest { reasons: vec![Reason { code: "deadline".into(), help: String::new() }], ..lawful() };
    let rows: [(&str, Vec<u8>, &str); 5] = [
        (
            "a core module",
            Hostile::new().module(),
            "upload.malformed: this is a core WebAssembly module, not a component; build it with `assay rule build`, which makes a component of it",
        ),
        (
            "another version",
            Hostile::new().version("0.9.0").build(),
            "upload.world-unsupported: it speaks assay:rule/rule@0.9.0; this host speaks assay:rule/rule@0.1.0; \
             build it with an SDK of one of these versions",
        ),
        (
            "a name with capitals",
            named("MyRule"),
            "upload.manifest-invalid: manifest.name: \"MyRule\" is not a name; use a-z, 0-9 and -, at most 64 characters",
        ),
        (
            "a reason of the host",
            Hostile::new().manifest(&reserved).build(),
            "upload.manifest-invalid: manifest.reasons: \"deadline\" is the host's own; give it another code",
        ),
        (
            "a panic in the beginning",
            Hostile::new().describe("(unreachable)").build(),
            "run it natively on an empty timeline to find the panic",
        ),
    ];
    for (name, bytes, says) in rows {
        let file = folder.file("rule.wasm", bytes);
        for command in ["check", "push"] {
            folder.refused(&["rule", command, &file], 1, &[says]);
        }
        let tested = told(&folder, &["rule", "test", &file, "--fixtures", "."]);
        assert!(tested.contains(says), "{name}: {tested}");
    }
}

const FIXTURE: &str = r#"
title = "resolved once"

[parameters]
window = "24h"

[[event]]
type = "ticket.opened"
time = "2016-03-01T09:00:00Z"

[[event]]
type = "incident.updated"
time = "2016-03-01T10:00:00Z"
data = { incident_state = "Resolved" }

[[ask]]
as-of = "2016-03-03T10:00:00Z"
decision = "success"
reason = "resolved"
"#;

/// A mistake in a fixture.
#[test]
fn a_fixture_that_fails_says_why() {
    let folder = Folder::on_file();
    let rule = folder.file("rule.wasm", components::resolved_ticket());
    let fixture = folder.file("case.toml", FIXTURE);
    let test = ["rule", "test", &rule, "--fixtures", &fixture];
    assert!(folder.ok(&test).ends_with("\n1 asked, 0 failed\n"));
    let rows: [(&str, &str, &[&str]); 8] = [
        (
            "incident.updated",
            "incident.update",
            &[
                "  decision  expected  success\n            found     pending\n",
                "  hint: the rule does not read \"incident.update\" (e2); is \"incident.updated\" meant?\n",
            ],
        ),
        (
            "reason = \"resolved\"",
            "reason = \"resolve\"",
            &[
                "hint: the rule has no reason \"resolve\"; is \"resolved\" meant? it has: resolved, unresolved, awaiting-window, reopened, escalated\n",
            ],
        ),
        (
            "{ incident_state = \"Resolved\" }",
            "{ state = \"Resolved\" }",
            &[
                "  in full: decision indeterminate, reason missing-field, field incident.updated/incident_state\n",
                "hint: the rule needs /incident_state of every incident.updated, of the kind text, and e2 has nothing: send it, or make the field optional\n",
            ],
        ),
        ("{ incident_state = \"Resolved\" }", "{ incident_state = 7 }", &["and e2 has 7: send it, or make the field optional\n"]),
        ("window", "widow", &["case.toml: parameters.widow: the rule has no such parameter; it has: window, retry, max-reassignments"]),
        ("24h", "a day", &["parameters.window: \"a day\" is not a duration; write it like 24h or PT24H"]),
        ("24h", "-1h", &["the rule refuses the parameters: window is negative: set it to PT0S or longer"]),
        ("as-of", "as_of", &["case.toml is not a fixture", "unknown field `as_of`, expected one of `as-of`, `decision`, `reason`"]),
    ];
    for (from, to, parts) in rows {
        assert!(FIXTURE.contains(from), "{from}");
        folder.file("case.toml", FIXTURE.replace(from, to));
        let said = told(&folder, &test);
        for part in parts {
            assert!(said.contains(part), "{from:?} as {to:?} does not say {part:?}: {said}");
        }
    }
    let nowhere = row(&[&test[..4], &["nowhere"]]);
    folder.refused(&nowhere, 1, &["cannot read the fixtures in nowhere: name their folder with --fixtures, or write one there"]);
    folder.refused(&test[..3], 1, &["name the folder with the fixtures: --fixtures FOLDER"]);
}

/// A mistake in the logic, which the sandbox ends or does not believe.
#[test]
fn a_fault_says_what_to_do() {
    let folder = Folder::on_file();
    let later = |micros: i64| {
        let mut rule = Hostile::unexamined();
        let answer = rule.place(&Verdict::success(Success::at(micros)).answer());
        rule.evaluate(format!("(return (i32.const {answer}))"))
    };
    let greedy = Hostile::unexamined().evaluate("(drop (memory.grow (i32.const 2000)))");
    let rows: [(&str, Hostile, &str, &str); 4] = [
        (
            "a panic",
            Hostile::unexamined().evaluate("(unreachable)"),
            "guest.trap-unreachable: ",
            "a panic, an assertion or an exception: the rule's own tests tell which and where, `cargo test` or `npm test` with this timeline",
        ),
        (
            "memory",
            greedy,
            "guest.memory-limit: memory would grow past its limit\n",
            "it takes more memory than the limit: keep less of each event; `assay rule bench` tells how much it takes",
        ),
        (
            "a success to come",
            later(1_456_920_000_000_000),
            "guest.output-invalid: success at 2016-03-02T12:00:00Z is not between opening 2016-03-01T10:00:00Z and asking 2016-03-01T11:00:00Z\n",
            "a success lies between opening and asking, a wake after asking: answer pending until a time that is still to come",
        ),
        (
            "much evidence",
            Hostile::unexamined().verdict(Verdict::pending(None).evidence(0..257)),
            "guest.output-limit: evidence over 256 entries\n",
            "cite the events that decide instead of all of them, and shorten the note",
        ),
    ];
    let fixture = "parameters = { n = 1 }\n[[event]]\ntype = \"ping\"\ntime = \"2016-03-01T10:00:00Z\"\n\
                   [[ask]]\nas-of = \"2016-03-01T11:00:00Z\"\ndecision = \"pending\"\n";
    let fixture = folder.file("case.toml", fixture);
    for (name, rule, fault, remedy) in rows {
        let file = folder.file("rule.wasm", rule.build());
        let said = told(&folder, &["rule", "test", &file, "--fixtures", &fixture]);
        for part in [format!("  in full: decision fault, fault {fault}"), format!("  hint: {remedy}\n")] {
            assert!(said.contains(&part), "{name} does not say {part:?}: {said}");
        }
    }
}

/// A mistake in beginning.
#[test]
fn what_cannot_be_begun_says_what_there_is() {
    let folder = Folder::on_file();
    let taken = text(&folder_with(&folder, "taken", &[("notes.txt", "")]));
    let taken_says = format!("{taken} is there already and not empty: choose another name");
    let rows: [(Vec<&str>, &str); 6] = [
        (vec![taken.as_str()], &taken_says),
        (vec!["My_Rule"], "the name of the rule: \"My_Rule\" is not a name; use a-z, 0-9 and -, at most 64 characters"),
        (vec!["24h"], "\"24h\" cannot be a name in every language: begin with a letter, and put single hyphens between words"),
        (vec!["match"], "\"match\" is a word of Rust or one of its libraries: choose another name"),
        (
            vec!["my-rule", "--template", "tickets"],
            "there is no template \"tickets\"; there are: first-rule, resolved-ticket, csat, qualified-lead, document-processed",
        ),
        (
            vec!["my-rule", "--template", "csat", "--language", "c"],
            "the template csat is not there in C: take --language rust, or another template",
        ),
    ];
    for (arguments, says) in rows {
        folder.refused(&row(&[&["rule", "new"], &arguments]), 1, &[says]);
    }
    folder.refused(&["rule", "new"], 2, &["NAME"]);
    folder.refused(&["rule", "new", &text(&folder.path("x")), "--language", "cobol"], 2, &["possible values: rust, js, c"]);
    assert!(!fs::exists("my-rule").expect("a folder to look into"), "nothing is left behind");
}
