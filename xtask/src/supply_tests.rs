use serde_json::{Value, json};

use super::*;
use crate::workspace::{Dependency, User};

fn resolved(name: &str, licence: Option<&str>) -> Resolved {
    Resolved {
        name: name.to_owned(),
        version: "1.2.0".to_owned(),
        licence: licence.map(str::to_owned),
        features: Vec::new(),
        implied: BTreeMap::new(),
        users: Vec::new(),
    }
}

fn user(name: &str, features: &[&str]) -> User {
    User { name: name.to_owned(), member: name.starts_with("assay-"), features: owned(features) }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

/// A lock file that names these packages on lines 4, 8, 12 and so on.
fn lock(names: &[&str]) -> String {
    let package = |name: &&str| format!("\n[[package]]\nname = \"{name}\"\nversion = \"1.2.0\"\n");
    format!("version = 4\n{}", names.iter().map(package).collect::<String>())
}

#[test]
fn packages_that_may_never_be_there_are_found_at_their_line() {
    let cases: &[(&str, Option<&str>)] = &[
        ("wasmtime", None),
        ("wasmtime-internal-cranelift", None),
        ("wasi", None),
        ("wasip2", None),
        ("wigglesome", None),
        ("wasmtime-wasi", Some("files, network, clocks and randomness for rules")),
        ("wasmtime-wasi-http", Some("files, network, clocks and randomness for rules")),
        ("wasi-common", Some("files, network, clocks and randomness for rules")),
        ("wiggle-macro", Some("files, network, clocks and randomness for rules")),
        ("wasmtime-internal-cache", Some("compiled code on disk that nobody authenticates")),
        ("wasmtime-internal-winch", Some("a second compiler")),
        ("ittapi-sys", Some("an engine that reports to profilers")),
    ];
    for &(name, brings) in cases {
        let advice = format!("`cargo tree --target all --invert {name}` shows who asks for it");
        let message = |brings: &str| format!("Cargo.lock:8: {name} may not be here: it brings {brings}; {advice}");
        let expected: Vec<String> = brings.map(message).into_iter().collect();
        assert_eq!(shown(&check_lock(&lock(&["serde", name]))), expected, "{name}");
    }
}

/// An engine with exactly the features it should have.
fn engine() -> Resolved {
    let mut engine = resolved(ENGINE, Some("Apache-2.0 WITH LLVM-exception"));
    engine.features = owned(FEATURES);
    let implied: &[(&str, &[&str])] = &[
        ("default", &["std", "component-model-async"]),
        ("component-model-async", &["async", "dep:futures"]),
        ("async", &["dep:wasmtime-fiber", "wasmtime-component-macro?/async", "runtime"]),
        ("debug", &["runtime", "async"]),
        ("call-hook", &[]),
    ];
    engine.implied = implied.iter().map(|(name, implies)| ((*name).to_owned(), owned(implies))).collect();
    engine
}

fn features(engine: Option<Resolved>) -> Vec<String> {
    let tree = Tree { packages: engine.into_iter().chain([resolved("wasmtime-environ", None)]).collect() };
    shown(&check_features("[workspace]\n\nwasmtime = \"48\"\n", &tree))
}

#[test]
fn an_engine_with_exactly_its_features_passes() {
    assert_eq!(features(Some(engine())), Vec::<String>::new());
}

#[test]
fn a_feature_too_many_is_found_with_those_who_turned_it_on() {
    let async_user: (&str, &[&str]) = ("assay-runtime", &["component-model-async"]);
    type Users<'a> = &'a [(&'a str, &'a [&'a str])];
    let cases: &[(&str, Users<'_>, &str)] = &[
        ("async", &[async_user, ("assay-tests", &["std"])], "`async` on, by assay-runtime: take it away, the sandbox is built without it;"),
        ("async", &[async_user, ("extra", &["default"])], "`async` on, by assay-runtime, extra: take it away, the sandbox"),
        ("gc", &[async_user], "`gc` on, by a feature of another package: take it away, the sandbox"),
        ("call-hook", &[("assay-tests", &["call-hook"])], "`call-hook` on, by assay-tests: take it away, or list it in FEATURES of xtask"),
    ];
    for &(feature, users, expected) in cases {
        let mut engine = engine();
        engine.features.push(feature.to_owned());
        engine.users = users.iter().map(|(name, features)| user(name, features)).collect();
        let found = features(Some(engine));
        let expected = format!("Cargo.toml:3: wasmtime 1.2.0 has its feature {expected}");
        assert!(matches!(found.as_slice(), [one] if one.starts_with(&expected)), "{found:#?}\nexpected: {expected}");
    }
}

#[test]
fn a_feature_too_few_is_found_and_so_is_another_engine() {
    let mut engine = engine();
    engine.features.retain(|feature| feature != "cranelift");
    let missing = "Cargo.toml:3: wasmtime has its feature `cranelift` off: take it from FEATURES in xtask/src/supply.rs";
    assert_eq!(features(Some(engine)), [missing]);
    let found = features(None);
    assert!(matches!(found.as_slice(), [one] if one.starts_with("Cargo.toml:3: wasmtime is not resolved:")), "{found:?}");
}

#[test]
fn no_feature_is_both_wanted_and_left_out() {
    assert!(FEATURES.iter().all(|feature| !LEFT_OUT.contains(feature)));
}

#[test]
fn a_licence_expression_is_weighed() {
    let cases: &[(&str, Option<bool>)] = &[
        ("MIT", Some(true)),
        ("GPL-3.0-only", Some(false)),
        ("MIT OR GPL-3.0-only", Some(true)),
        ("GPL-3.0-only OR MIT", Some(true)),
        ("MIT AND GPL-3.0-only", Some(false)),
        ("MIT AND Zlib AND Apache-2.0", Some(true)),
        // AND binds more tightly than OR.
        ("MIT OR GPL-3.0-only AND GPL-2.0-only", Some(true)),
        ("(MIT OR GPL-3.0-only) AND GPL-2.0-only", Some(false)),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
        ("((MIT))", Some(true)),
        ("MIT/Apache-2.0", Some(true)),
        ("GPL-2.0-only / MIT", Some(true)),
        ("GPL-2.0-only/AGPL-3.0-only", Some(false)),
        ("Apache-2.0 WITH LLVM-exception", Some(true)),
        ("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", Some(true)),
        ("MIT WITH LLVM-exception", Some(false)),
        ("GPL-3.0-only WITH GCC-exception-3.1", Some(false)),
        ("", None),
        ("MIT OR", None),
        ("OR MIT", None),
        ("MIT Apache-2.0", None),
        ("MIT or Apache-2.0", None),
        ("(MIT", None),
        ("MIT)", None),
        ("()", None),
        ("MIT WITH", None),
        ("MIT WITH (LLVM-exception)", None),
    ];
    for &(expression, expected) in cases {
        assert_eq!(permitted(expression), expected, "{expression}");
    }
}

#[test]
fn a_package_under_another_licence_is_found_where_it_is_locked() {
    let cases: &[(Option<&str>, &str)] = &[
        (None, "x 1.2.0 names no licence: use another package"),
        (Some("AGPL-3.0-only"), "x 1.2.0 is under `AGPL-3.0-only`: use another package, or list the licence in xtask/src/supply.rs"),
        (Some("see LICENSE"), "x 1.2.0 is under `see LICENSE`, which is no SPDX expression: use another package"),
    ];
    for &(licence, expected) in cases {
        let tree = Tree { packages: vec![resolved("serde", Some("MIT OR Apache-2.0")), resolved("x", licence)] };
        let expected = format!("Cargo.lock:8: {expected}");
        assert_eq!(shown(&check_licences(&lock(&["serde", "x"]), &tree)), [expected]);
    }
}

#[test]
fn a_package_of_npm_under_another_licence_is_found_where_it_is_locked() {
    let lock = |x: &str| {
        let lines = [
            "{ \"packages\": {",
            "  \"\": { \"version\": \"0.1.0\", \"license\": \"Apache-2.0\" },",
            "  \"node_modules/a\": { \"version\": \"1.0.0\", \"license\": \"(MIT OR GPL-3.0-only)\" },",
            &format!("  \"node_modules/a/node_modules/@team/x\": {{ \"version\": \"1.2.0\"{x} }}"),
            "} }",
        ];
        lines.join("\n")
    };
    let found = |x: &str| shown(&check_packages(&lock(x)).unwrap());
    let at = |complaint: &str| vec![format!("guest-sdk/js/package-lock.json:4: @team/x 1.2.0 {complaint}")];
    assert_eq!(found(", \"license\": \"MIT\""), Vec::<String>::new());
    assert_eq!(found(""), at("names no licence: use another package"));
    let complaint = "is under `UNLICENSED`: use another package, or list the licence in xtask/src/supply.rs";
    assert_eq!(found(", \"license\": \"UNLICENSED\""), at(complaint));
    for broken in ["", "[]", "{}"] {
        assert!(check_packages(broken).is_err(), "{broken:?}");
    }
}

fn package(name: &str, dependencies: &[&str]) -> Package {
    let dependency = |name: &&str| Dependency { name: (*name).to_owned(), key: "renamed".to_owned(), local: name.starts_with("assay-") };
    Package {
        name: name.to_owned(),
        folder: String::new(),
        manifest: String::new(),
        dependencies: dependencies.iter().map(dependency).collect(),
        benches: Vec::new(),
    }
}

/// The findings about a table whose header is on line 3 and whose first row is on line 5.
fn table(rows: &[&str]) -> Vec<String> {
    // One package names `csv` twice, as a build and a test dependency would be.
    let packages = [package("assay-app", &["csv", "csv", "serde", "assay-domain"]), package("assay-a", &["serde", "elsewhere"])];
    let mut csv = resolved("csv", Some("Unlicense/MIT"));
    csv.users = vec![user("assay-app", &[])];
    let mut serde = resolved("serde", Some("MIT"));
    serde.users = vec![user("csv", &[]), user("assay-a", &[])];
    // Another version that only others use, and a package that only others use.
    let tree = Tree { packages: vec![resolved("csv", Some("GPL-3.0-only")), csv, serde, resolved("itoa", Some("MIT"))] };
    let text = format!("# Title\n\n| crate | used by | licence | what for |\n|---|---|---|---|\n{}\n\n| x |\n", rows.join("\n"));
    shown(&check_table(&text, &packages, &tree))
}

#[test]
fn a_true_table_passes() {
    let rows = [
        "| `csv` | assay-app | Unlicense/MIT | reading |",
        "| `elsewhere` | assay-a | any: it is not built on this machine | Windows |",
        "| `serde` | assay-a, assay-app | MIT | JSON |",
    ];
    assert_eq!(table(&rows), Vec::<String>::new());
}

#[test]
fn a_table_cannot_lie() {
    let csv = "| `csv` | assay-app | Unlicense/MIT | reading |";
    let elsewhere = "| `elsewhere` | assay-a | MIT | Windows |";
    let serde = "| `serde` | assay-a, assay-app | MIT | JSON |";
    let cases: &[(&[&str], &[&str])] = &[
        (&[csv, elsewhere], &["3: serde has no row: add `| `serde` | assay-a, assay-app | MIT | why |` and say why"]),
        (&[csv, serde], &["3: elsewhere has no row: add `| `elsewhere` | assay-a | licence | why |` and say why"]),
        (
            &[csv, elsewhere, serde, "| `itoa` | assay-a | MIT | numbers |"],
            &["8: no package of the workspace depends on itoa: take the row out"],
        ),
        (&[csv, elsewhere, serde, csv], &["8: csv has a row above: take one out"]),
        (&[csv, elsewhere, "| `serde` | assay-app | MIT | JSON |"], &["7: serde is used by assay-a, assay-app: the row says `assay-app`"]),
        (
            &["| `csv` | assay-app | MIT | |", elsewhere, serde],
            &["5: csv is under Unlicense/MIT: the row says `MIT`", "5: csv lacks its reason: say what it is used for"],
        ),
        (&["| `csv` | assay-app | Unlicense/MIT |", elsewhere, serde], &["5: csv lacks its reason: say what it is used for"]),
    ];
    for (rows, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|finding| format!("host/DEPENDENCIES.md:{finding}")).collect();
        assert_eq!(table(rows), expected, "{rows:#?}");
    }
    assert_eq!(table(&[]).len(), 3);
}

/// What cargo says of a package of the workspace, `assay-a`, and the engine below it.
fn described() -> Value {
    json!({
        "packages": [
            {
                "id": "path+assay-a", "name": "assay-a", "version": "0.1.0", "license": "Apache-2.0", "features": {},
                "dependencies": [
                    { "name": "wasmtime", "features": ["std", "async"], "uses_default_features": false },
                    { "name": "wasmtime", "features": [], "uses_default_features": true },
                    { "name": "other", "features": ["loud"], "uses_default_features": true }
                ]
            },
            {
                "id": "registry+wasmtime", "name": "wasmtime", "version": "48.0.8", "license": null,
                "features": { "async": ["dep:wasmtime-fiber", "runtime"], "runtime": [] }, "dependencies": []
            }
        ],
        "workspace_members": ["path+assay-a"],
        "resolve": {
            "nodes": [
                { "id": "path+assay-a", "features": [], "dependencies": ["registry+wasmtime"] },
                { "id": "registry+wasmtime", "features": ["async", "runtime", "std"], "dependencies": [] }
            ]
        }
    })
}

#[test]
fn what_cargo_says_is_read() {
    let tree = Tree::read(&described()).unwrap();
    let [member, engine] = tree.packages.as_slice() else { panic!("two packages") };
    assert_eq!((member.licence.as_deref(), member.users.len()), (Some("Apache-2.0"), 0));
    assert_eq!((engine.version.as_str(), &engine.licence, &engine.features), ("48.0.8", &None, &owned(&["async", "runtime", "std"])));
    assert_eq!(engine.implied.get("async"), Some(&owned(&["dep:wasmtime-fiber", "runtime"])));
    let [user] = engine.users.as_slice() else { panic!("one user") };
    assert_eq!((user.name.as_str(), user.member, &user.features), ("assay-a", true, &owned(&["std", "async", "default"])));
}

#[test]
fn this_workspace_keeps_to_its_supply() {
    let workspace = Workspace::load().unwrap();
    assert_eq!(check(&workspace).unwrap(), Vec::<Finding>::new());
}
