//! The day of an author: from nothing to a rule that passes its fixtures, in every language, outside of this tree.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use assay_cli::templates::{GALLERY, Language};
use assay_tests::{
    bin,
    components::{self, root},
    hostile::Hostile,
};
use serde_json::{Value, json};

use super::support::{Folder, text};

/// Every file below a folder with its text.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let deeper =
        |path: PathBuf| if path.is_dir() { files(&path) } else { vec![(path.clone(), fs::read_to_string(&path).expect("a text"))] };
    entries.flat_map(deeper).collect()
}

#[test]
fn the_gallery_is_shown_with_its_languages() {
    let folder = Folder::on_file();
    let listed = folder.json(&["rule", "new", "--list"]);
    let found: Vec<_> = listed.as_array().expect("templates").iter().map(|t| (t["name"].clone(), t["languages"].clone())).collect();
    let expected = [
        ("first-rule", json!(["rust", "js", "c"])),
        ("resolved-ticket", json!(["rust", "js", "c"])),
        ("csat", json!(["rust"])),
        ("qualified-lead", json!(["rust"])),
        ("document-processed", json!(["rust"])),
    ];
    assert_eq!(found, expected.map(|(name, languages)| (json!(name), languages)));
    assert!(folder.ok(&["rule", "new", "--list"]).contains("a ticket is resolved and not reopened within a window"));
}

/// A rule of another name keeps nothing of the name it had, nor a way back into the tree that it comes from.
#[test]
fn every_template_gets_its_name_everywhere() {
    let folder = Folder::on_file();
    for template in GALLERY {
        for language in template.languages() {
            let made = folder.path(template.name).join(language.word()).join("lunch-served");
            folder.ok(&["rule", "new", &text(&made), "--template", template.name, "--language", language.word()]);
            let files = files(&made);
            let own = || files.iter().filter(|(path, _)| !path.strip_prefix(&made).expect("a file in it").starts_with("assay-sdk"));
            let old = [template.name, "my-rule", "my_rule", "MyRule", "resolved-ticket", "resolved_ticket", "ResolvedTicket"];
            for (path, content) in own() {
                let content = content.replace("csat.submitted", "");
                for old in old.into_iter().chain(["../../guest-sdk", "example-plugins"]) {
                    assert!(!content.contains(old), "{} says {old}", path.display());
                }
            }
            let named = own().filter(|(_, content)| content.contains("lunch-served") || content.contains("lunch_served")).count();
            assert!(named >= 2, "{} in {language:?}", template.name);
            let is_there = |name: &str| made.join(name).is_file();
            let expected: &[&str] = match language {
                Language::Rust => &["Cargo.toml", "Cargo.lock", "src/lib.rs", "assay-sdk/Cargo.toml", "assay-sdk/wit/0.1/world.wit"],
                Language::JavaScript => {
                    &["package.json", "package-lock.json", "src/rule.ts", "tsconfig.json", "assay-sdk/guest-sdk/js/src/index.ts"]
                }
                Language::C => &["Makefile", "rule.c", "assay.h"],
            };
            for name in expected.iter().chain(&["README.md", ".gitignore"]) {
                assert!(is_there(name), "{} in {language:?} has no {name}", template.name);
            }
            let fixtures = fs::read_dir(made.join("fixtures")).expect("fixtures").count();
            assert!(fixtures >= 2, "{} in {language:?} has {fixtures} fixtures", template.name);
        }
    }
}

/// A folder that is the same in every run of the tests, so that what is compiled for it is overwritten, and not left behind.
fn steady(name: &str) -> PathBuf {
    let folder = root().join("target").join("tests").join("new").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(folder.parent().expect("a folder above")).expect("a folder");
    folder
}

fn passes(output: &std::process::Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains(", 0 failed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Without a network, with the packages that this tree was built with; what they compile to is shared with the example rules.
#[test]
fn a_new_rule_in_rust_passes_its_fixtures() {
    let folder = Folder::on_file();
    for (name, template) in [("new-first", "first-rule"), ("new-score", "csat")] {
        let made = steady(name);
        folder.ok(&["rule", "new", &text(&made), "--template", template]);
        let mut test = bin::command(&folder.data(), &["rule", "test", &text(&made)]);
        test.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", root().join("target"));
        passes(&test.output().expect("the binary starts"));
        let lock = fs::read_to_string(made.join("Cargo.lock")).expect("a lock");
        let packages = lock.lines().filter(|line| *line == "[[package]]").count();
        assert!((10..100).contains(&packages) && !lock.contains("\"sqlx\""), "{packages} packages");
    }
}

/// What npm would install is linked from the SDK of this tree.
#[cfg(unix)]
#[test]
fn a_new_rule_in_typescript_passes_its_fixtures() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let (folder, made) = (Folder::on_file(), steady("new-script"));
    folder.ok(&["rule", "new", &text(&made), "--language", "js"]);
    let (sdk, modules) = (made.join("assay-sdk/guest-sdk/js"), made.join("node_modules"));
    let installed = root().join("guest-sdk/js/node_modules");
    let command = sdk.join("bin/assay-rule.js");
    fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).expect("a file");
    fs::create_dir_all(modules.join(".bin")).expect("a folder");
    for entry in fs::read_dir(&installed).expect("packages; `cargo xtask plugins` installs them") {
        let name = entry.expect("an entry").file_name();
        if !name.to_string_lossy().starts_with('.') {
            symlink(installed.join(&name), modules.join(&name)).expect("a link");
        }
    }
    let links = [(sdk, "assay-sdk"), (command, ".bin/assay-rule"), (installed.join(".bin/tsc"), ".bin/tsc")];
    links.iter().for_each(|(from, to)| symlink(from, modules.join(to)).expect("a link"));
    passes(&bin::run(&folder.data(), &["rule", "test", &text(&made)]));
    assert!(made.join("dist/new-script.component.wasm").is_file());
}

#[test]
fn a_new_rule_in_c_passes_its_fixtures() {
    let (folder, made) = (Folder::on_file(), steady("new-module"));
    folder.ok(&["rule", "new", &text(&made), "--language", "c"]);
    let mut make = Command::new("make");
    make.arg("-C").arg(&made).arg("test").arg(format!("ASSAY={}", bin::path().display()));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ASSAY_")) {
        make.env_remove(name);
    }
    passes(&make.output().expect("make; `cargo xtask plugins` installs it"));
}

#[test]
fn a_module_becomes_a_component_beside_it() {
    let folder = Folder::on_file();
    let module = folder.file("lawful.wasm", Hostile::new().module());
    let built = folder.json(&["rule", "build", &module]);
    let path = built[0]["path"].as_str().expect("a path").to_owned();
    assert!(path.ends_with("lawful.component.wasm") && built[0]["name"] == "lawful", "{built}");
    assert_eq!(folder.json(&["rule", "check", &path])["manifest"]["name"], "hostile");
    // What another toolchain has put the contract into already is taken as it is.
    let mut embedded = Hostile::new().module();
    let mut contract = wit_parser::Resolve::default();
    let package = contract.push_str("world.wit", assay_tests::hostile::CONTRACT).expect("the contract");
    let world = contract.select_world(&[package], Some("outcome-rule")).expect("the world");
    wit_component::embed_component_metadata(&mut embedded, &contract, world, wit_component::StringEncoding::UTF8).expect("metadata");
    let module = folder.file("embedded.wasm", embedded);
    let path = folder.json(&["rule", "build", &module])[0]["path"].as_str().expect("a path").to_owned();
    assert_eq!(folder.json(&["rule", "check", &path])["manifest"]["name"], "hostile");
}

/// What a rule costs, by the numbers that are the same on every machine.
#[test]
fn a_bench_tells_which_limit_comes_first() {
    let folder = Folder::on_file();
    let rule = folder.file("rule.wasm", components::resolved_ticket());
    let fixtures = text(&root().join("example-plugins/resolved-ticket/fixtures"));
    let report = folder.json(&["rule", "bench", &rule, "--fixtures", &fixtures, "--events", "1,10,100"]);
    let fuel: Vec<u64> = report["costs"].as_array().expect("rows").iter().filter_map(|row| row["fuel"].as_u64()).collect();
    assert!(fuel.len() == 3 && fuel.is_sorted() && fuel[0] > 0 && fuel[2] < 100_000_000, "{report}");
    let reached = report["reached"].as_array().expect("rows");
    assert_eq!(reached.len(), 3, "the fixture, and the costliest by fuel and by memory");
    // On a slow machine time may be over first.
    for row in reached {
        let is_limit =
            [json!("guest.fuel-exhausted"), json!("guest.memory-limit"), json!("infra.wall-time"), json!(null)].contains(&row["limit"]);
        assert!(is_limit && row["events"].as_u64().is_some_and(|events| events > 100), "{report}");
    }
    assert_eq!((&report["warnings"], &report["limits"]["fuel"]), (&json!([]), &json!(100_000_000)));
}

/// A fixture about two pings, for rules that are never run by admission.
const PINGS: &str = r#"
parameters = { n = 1 }
[[event]]
type = "ping"
time = "2016-03-01T10:00:00Z"
[[ask]]
as-of = "2016-03-01T11:00:00Z"
decision = "pending"
"#;

#[test]
fn a_bench_finds_what_no_fixture_shows() {
    let folder = Folder::on_file();
    let fixture = folder.file("pings.toml", PINGS);
    let bench = |rule: Hostile| {
        let file = folder.file("rule.wasm", rule.pages("64").build());
        folder.json(&["rule", "bench", &file, "--fixtures", &fixture, "--events", "1,10"])
    };
    // As many turns as the square of the events.
    let square = "(local $n i32)
        (local.set $n (i32.mul (local.get $events-len) (local.get $events-len)))
        (block $done (loop $l
            (br_if $done (i32.eqz (local.get $n)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (br $l)))";
    let report = bench(Hostile::unexamined().evaluate(square));
    let first = &report["reached"][0];
    assert!(first["events"].as_u64().is_some_and(|events| (200..20_000).contains(&events)), "{report}");
    let warning = report["warnings"][0].as_str().expect("a warning");
    assert!(warning.starts_with("fuel grows faster than the events (only ping,"), "{warning}");
    let trap = "(if (i32.gt_u (local.get $events-len) (i32.const 100)) (then (unreachable)))";
    let report = bench(Hostile::unexamined().evaluate(trap));
    assert_eq!((&report["reached"][0]["limit"], &report["reached"][0]["events"]), (&json!("guest.trap-unreachable"), &json!(101)));
    let warning = report["warnings"].as_array().and_then(|warnings| warnings.last()).and_then(Value::as_str).expect("a warning");
    assert!(warning.contains("guest.trap-unreachable") && warning.contains("(only ping, all at one time"), "{warning}");
    let words = folder.ok(&["rule", "bench", &text(&folder.path("rule.wasm")), "--fixtures", &fixture, "--events", "1,10"]);
    for part in
        ["One unit of fuel is one instruction of WebAssembly", "of the limit", "the first limit it meets", "about 101 events", "warning: "]
    {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }
}
