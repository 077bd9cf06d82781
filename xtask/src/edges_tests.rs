use super::*;
use crate::workspace::{User, Workspace};

/// A package whose manifest has the dependencies from line 3 on.
fn package(name: &str, folder: &str, dependencies: &[&str]) -> Package {
    let mut manifest = format!("[package] # {name}\n[dependencies]\n");
    for dependency in dependencies {
        manifest.push_str(&format!("{dependency}.workspace = true\n"));
    }
    Package {
        name: name.to_owned(),
        folder: folder.to_owned(),
        manifest,
        dependencies: dependencies
            .iter()
            .map(|key| Dependency {
                name: (*key).to_owned(),
                key: (*key).to_owned(),
                local: key.starts_with("assay-") || *key == "resolved-ticket",
            })
            .collect(),
        benches: Vec::new(),
    }
}

fn findings(name: &str, folder: &str, dependencies: &[&str]) -> Vec<String> {
    check(&[package(name, folder, dependencies)]).iter().map(ToString::to_string).collect()
}

#[test]
fn arrows_of_the_architecture_pass() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("assay-domain", "host/domain", &["serde", "sha2"]),
        ("assay-rating", "host/rating", &["assay-domain", "rust_decimal"]),
        ("assay-runtime", "host/runtime", &["assay-domain", "wasmtime"]),
        ("assay-store", "host/store", &["assay-domain", "sqlx", "tokio"]),
        ("assay-app", "host/app", &["assay-store", "assay-runtime", "assay-rating", "tokio"]),
        ("assay-receipt", "host/receipt", &["assay-domain", "ed25519-dalek"]),
        ("assay-verify", "host/verify", &["assay-runtime", "assay-rating", "assay-receipt", "assay-domain", "serde_json"]),
        ("assay-cli", "host/cli", &["assay-app", "assay-store", "anyhow", "tokio"]),
        ("assay-sdk", "guest-sdk/rust", &["assay-sdk-macros", "wit-bindgen"]),
        ("resolved-ticket", "example-plugins/resolved-ticket", &["assay-sdk"]),
        ("assay-tests", "tests", &["assay-cli", "resolved-ticket", "wasmtime", "sqlx", "anyhow"]),
        ("xtask", "xtask", &["anyhow", "serde_json"]),
    ];
    for &(name, folder, dependencies) in cases {
        assert_eq!(findings(name, folder, dependencies), Vec::<String>::new());
    }
}

#[test]
fn a_wrong_edge_is_caught_at_its_line() {
    let cases: &[(&str, &str, &[&str], &str)] = &[
        (
            "assay-store",
            "host/store",
            &["serde", "assay-runtime"],
            "host/store/Cargo.toml:4: assay-store may not use assay-runtime: of this workspace it may use assay-domain",
        ),
        (
            "assay-domain",
            "host/domain",
            &["assay-rating"],
            "host/domain/Cargo.toml:3: assay-domain may not use assay-rating: of this workspace it may use nothing",
        ),
        ("xtask", "xtask", &["assay-cli"], "xtask/Cargo.toml:3: xtask may not use assay-cli: of this workspace it may use nothing"),
        (
            "resolved-ticket",
            "example-plugins/resolved-ticket",
            &["assay-sdk", "assay-domain"],
            "example-plugins/resolved-ticket/Cargo.toml:4: resolved-ticket may not use assay-domain: \
             of this workspace it may use assay-sdk",
        ),
        (
            "assay-verify",
            "host/verify",
            &["assay-receipt", "assay-store"],
            "host/verify/Cargo.toml:4: assay-verify may not use assay-store: \
             of this workspace it may use assay-runtime, assay-rating, assay-receipt, assay-domain",
        ),
        (
            "assay-api",
            "host/api",
            &["assay-app", "assay-store"],
            "host/api/Cargo.toml:4: assay-api may not use assay-store: of this workspace it may use assay-app, assay-domain",
        ),
    ];
    for &(name, folder, dependencies, expected) in cases {
        assert_eq!(findings(name, folder, dependencies), [expected]);
    }
}

#[test]
fn a_foreign_crate_in_the_wrong_room_is_caught() {
    for (name, folder, dependency) in [
        ("assay-rating", "host/rating", "sqlx"),
        ("assay-domain", "host/domain", "tokio"),
        ("assay-domain", "host/domain", "axum"),
        ("assay-app", "host/app", "wasmtime"),
        ("assay-cli", "host/cli", "sqlx"),
        ("assay-verify", "host/verify", "tokio"),
        ("assay-runtime", "host/runtime", "anyhow"),
        ("resolved-ticket", "example-plugins/resolved-ticket", "wasmtime"),
    ] {
        let found = findings(name, folder, &[dependency]);
        let expected = format!("{folder}/Cargo.toml:3: {name} may not link {dependency}: only ");
        assert!(matches!(found.as_slice(), [one] if one.starts_with(&expected)), "{name} with {dependency}: {found:?}");
    }
}

/// What cargo would resolve: packages, each with those that use it.
fn tree(packages: &[(&str, &[&str])]) -> Tree {
    let user = |user: &&str| User { name: (*user).to_owned(), member: user.starts_with("assay-"), features: Vec::new() };
    let resolved = |(name, users): &(&str, &[&str])| Resolved {
        name: (*name).to_owned(),
        version: "1.0.0".to_owned(),
        licence: None,
        features: Vec::new(),
        implied: BTreeMap::new(),
        users: users.iter().map(user).collect(),
    };
    Tree { packages: packages.iter().map(resolved).collect() }
}

#[test]
fn what_reaches_a_database_or_a_network_is_caught_however_deep_it_lies() {
    let packages = [package("assay-verify", "host/verify", &["assay-runtime"]), package("assay-store", "host/store", &["sqlx"])];
    let found = |below: &[(&str, &[&str])]| check_below(&packages, &tree(below)).iter().map(ToString::to_string).collect::<Vec<_>>();
    let harmless: [(&str, &[&str]); 4] =
        [("assay-verify", &[]), ("assay-runtime", &["assay-verify"]), ("sqlx", &["assay-store"]), ("tokio", &["sqlx"])];
    assert_eq!(found(&harmless), Vec::<String>::new());
    let deep: [(&str, &[&str]); 4] =
        [("mio", &["wasi"]), ("wasi", &["wasmtime"]), ("wasmtime", &["assay-runtime"]), ("assay-runtime", &["assay-verify"])];
    let expected = "host/verify/Cargo.toml:1: assay-verify may have no mio below it, and wasi brings it: \
                    `cargo tree --package assay-verify --invert mio` shows how";
    assert_eq!(found(&deep), [expected]);
}

#[test]
fn an_unknown_package_needs_a_row() {
    let found = findings("assay-common", "host/common", &["assay-domain", "sqlx"]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().any(|finding| finding.contains("has no row")));
    assert!(found.iter().any(|finding| finding.contains("may not link sqlx")));
}

#[test]
fn a_line_is_found_however_the_dependency_is_written() {
    let manifest = "[dependencies]\nserde_json = \"1\"\nserde = \"1\"\n\n[dev-dependencies.toml]\nversion = \"1\"\n";
    assert_eq!(line_of(manifest, "serde"), 3);
    assert_eq!(line_of(manifest, "serde_json"), 2);
    assert_eq!(line_of(manifest, "toml"), 5);
    assert_eq!(line_of(manifest, "absent"), 1);
}

#[test]
fn this_workspace_keeps_to_its_edges() {
    let workspace = Workspace::load().unwrap();
    assert!(workspace.packages.iter().any(|package| package.name == "xtask"));
    assert_eq!(check(&workspace.packages), Vec::<Finding>::new());
    assert_eq!(check_below(&workspace.packages, &workspace.tree().unwrap()), Vec::<Finding>::new());
}
