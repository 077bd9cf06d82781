//! What every rule in TypeScript has: a package, the versions that the SDK is tested with, and the sources of the SDK.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::{Files, Name, carried};

/// The SDK's sources lie here as they do in this project's tree.
const SDK: &str = "assay-sdk/guest-sdk/js";
/// What the template says instead.
const SDK_OF_TEMPLATE: &str = "../../guest-sdk/js";

const TREE: &str = "guest-sdk/js/";

pub(super) fn add(name: &Name, files: &mut Files) -> Result<()> {
    let package = carried::text("guest-sdk/js/template/package.json")?.replace(SDK_OF_TEMPLATE, SDK);
    let package = name.instead_of("my-rule", "package.json", &package);
    files.insert("package-lock.json".into(), lock(&package)?);
    files.insert("package.json".into(), package);
    files.insert("tsconfig.json".into(), carried::text("guest-sdk/js/template/tsconfig.json")?.into());
    files.insert(".npmrc".into(), carried::text("guest-sdk/js/.npmrc")?.into());
    files.insert(".gitignore".into(), "node_modules/\ndist/\n".into());
    for (path, text) in carried::below(TREE)?.into_iter().filter(|(path, _)| !path.starts_with("template/")) {
        files.insert(format!("{SDK}/{path}"), text.to_owned());
    }
    files.insert("assay-sdk/LICENSE".into(), carried::text("LICENSE")?.to_owned());
    Ok(())
}

/// The SDK's own lock, with the rule above it.
fn lock(package: &str) -> Result<String> {
    let package: Value = serde_json::from_str(package)?;
    let mut lock: Value = serde_json::from_str(carried::text("guest-sdk/js/package-lock.json")?)?;
    let packages = lock.get_mut("packages").and_then(Value::as_object_mut).context("the SDK's lock has no packages")?;
    let sdk = packages.remove("").context("the SDK's lock does not name the SDK")?;
    packages.insert(SDK.into(), sdk);
    packages.insert("node_modules/assay-sdk".into(), json!({ "resolved": SDK, "link": true }));
    packages.insert(String::new(), part(&package, &["name", "version", "dependencies", "devDependencies"]));
    let object = lock.as_object_mut().context("the SDK's lock is no object")?;
    object.extend(["name", "version"].into_iter().filter_map(|key| Some((key.to_owned(), package.get(key)?.clone()))));
    Ok(format!("{lock:#}\n"))
}

fn part(of: &Value, keys: &[&str]) -> Value {
    let member = |key: &&str| Some(((*key).to_owned(), of.get(*key)?.clone()));
    Value::Object(keys.iter().filter_map(member).collect::<Map<String, Value>>())
}
