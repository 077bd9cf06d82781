//! Puts into the binary what `assay rule new` writes: what rules are built with, and the rules that others begin from. They are files of
//! this workspace, so that what is carried is what is tested.
//!
//! To carry more: a line in `FILES` or `FOLDERS`.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// The workspace, from this package.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Where the packages of the SDK for Rust are; each is carried whose folder has a Cargo.toml.
const CRATES: &str = "guest-sdk";

const FILES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "example-plugins/csat/README.md",
    "example-plugins/document-processed/README.md",
    "example-plugins/qualified-lead/README.md",
    "example-plugins/resolved-ticket-c/rule.c",
    "example-plugins/resolved-ticket/README.md",
    "guest-sdk/c/assay.h",
    "guest-sdk/js/.npmrc",
    "guest-sdk/js/README.md",
    "guest-sdk/js/package-lock.json",
    "guest-sdk/js/package.json",
    "guest-sdk/js/tsconfig.json",
    "guest-sdk/js/tsconfig.rule.json",
    "guest-sdk/rust/README.md",
    "wit/0.1/world.wit",
];

const FOLDERS: &[&str] = &[
    "example-plugins/csat/fixtures",
    "example-plugins/csat/src",
    "example-plugins/document-processed/fixtures",
    "example-plugins/document-processed/src",
    "example-plugins/qualified-lead/fixtures",
    "example-plugins/qualified-lead/src",
    "example-plugins/resolved-ticket-js/src",
    "example-plugins/resolved-ticket-js/tests",
    "example-plugins/resolved-ticket/fixtures",
    "example-plugins/resolved-ticket/src",
    "guest-sdk/c/template",
    "guest-sdk/js/bin",
    "guest-sdk/js/src",
    "guest-sdk/js/template",
    "guest-sdk/rust/template",
];

/// Folders of things made in the middle of sources, and files that tools leave there.
const MADE: &[&str] = &["target", "node_modules", "dist", "Cargo.lock", "package-lock.json"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(ROOT).canonicalize()?;
    let mut files: Vec<PathBuf> = FILES.iter().map(|file| root.join(file)).collect();
    for folder in FOLDERS.iter().map(|folder| root.join(folder)).chain(crates(&root)?) {
        println!("cargo::rerun-if-changed={}", folder.display());
        walk(&folder, &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        list += &format!("({name:?}, include_str!({:?})),\n", file.display().to_string());
    }
    list += "]\n";
    fs::write(output()?.join("carried.rs"), list)?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script in its environment where to write")]
fn output() -> Result<PathBuf, Box<dyn Error>> {
    Ok(PathBuf::from(std::env::var_os("OUT_DIR").ok_or("this is a build script: cargo runs it")?))
}

/// The manifests and sources of the SDK's packages.
fn crates(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(CRATES))? {
        let folder = entry?.path();
        if folder.join("Cargo.toml").is_file() {
            found.extend([folder.join("Cargo.toml"), folder.join("src")]);
        }
    }
    Ok(found)
}

/// Adds a file, or all below a folder that were written by hand.
fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !MADE.contains(&entry.file_name().to_string_lossy().as_ref()) && !is_binary(&entry.path()) {
            walk(&entry.path(), files)?;
        }
    }
    Ok(())
}

fn is_binary(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm")
}
