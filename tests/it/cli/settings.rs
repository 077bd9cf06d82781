//! Settings: flags over the environment over the file over what nobody sets, and nothing that is not known.

use assay_tests::bin;
use serde_json::Value;

use super::support::{Folder, text};

type Environment<'e> = &'e [(&'e str, &'e str)];

/// Tenants that each have one customer, of their own name.
fn tenants(names: &[&str]) -> Folder {
    let folder = Folder::empty();
    for name in names {
        folder.ok(&["tenant", "create", name]);
        folder.ok(&["--tenant", name, "customer", "create", name]);
    }
    folder
}

/// The file that is read without being named.
fn write(folder: &Folder, content: &str) -> String {
    let path = folder.data().join("assay.toml");
    std::fs::write(&path, content).expect("a file");
    text(&path)
}

/// Whose customers a command sees.
fn seen(folder: &Folder, flags: &[&str], environment: Environment<'_>) -> Value {
    let arguments = [["--json", "customer", "list"].as_slice(), flags].concat();
    let output = bin::command(&folder.data(), &arguments).envs(environment.iter().copied()).output().expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    let listed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    listed[0]["key"].clone()
}

/// Any command must fail and complain about all of this.
fn refused(folder: &Folder, flags: &[&str], environment: Environment<'_>, parts: &[&str]) {
    let arguments = [["tenant", "list"].as_slice(), flags].concat();
    let output = bin::command(&folder.data(), &arguments).envs(environment.iter().copied()).output().expect("the binary starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{complaint}");
    for part in parts {
        assert!(complaint.contains(part), "{part:?} is not in {complaint}");
    }
}

#[test]
fn flags_win_over_the_environment_over_the_file() {
    let folder = tenants(&["usual", "named", "told", "flagged"]);
    folder.refused(&["customer", "list"], 1, &["there are several tenants"]);
    write(&folder, "tenant = \"usual\"\n");
    assert_eq!(seen(&folder, &[], &[]), "usual");
    let named = folder.file("other.toml", "tenant = \"named\"\n");
    assert_eq!(seen(&folder, &["--config", &named], &[]), "named");
    assert_eq!(seen(&folder, &[], &[("ASSAY_CONFIG", &named)]), "named");
    let told = ("ASSAY_TENANT", "told");
    assert_eq!(seen(&folder, &["--config", &named], &[told]), "told");
    assert_eq!(seen(&folder, &["--config", &named, "--tenant", "flagged"], &[told]), "flagged");
}

/// Where the service would listen, as it is told by the check of that address.
fn listening(folder: &Folder, environment: Environment<'_>) -> String {
    let output = bin::command(&folder.data(), &["doctor", "--json"]).envs(environment.iter().copied()).output().expect("the binary starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["check"] == "listening address").expect("the check of the address");
    check["finding"].as_str().expect("text").to_owned()
}

#[test]
fn settings_in_sections_are_set_by_the_environment_too() {
    let folder = Folder::installed();
    assert!(listening(&folder, &[]).starts_with("127.0.0.1:8080 "));
    write(&folder, "[serve]\nlisten = \"127.0.0.3:0\"\n");
    assert!(listening(&folder, &[]).starts_with("127.0.0.3:0 "));
    assert!(listening(&folder, &[("ASSAY_SERVE_LISTEN", "127.0.0.2:0")]).starts_with("127.0.0.2:0 "));
}

/// One of each, as they are when nobody sets them.
const EVERY: &str = r#"
tenant = "vendor"
threads = 2
lease = 20

[serve]
listen = "127.0.0.1:8080"
worker = true

[worker]
listen = "127.0.0.1:0"

[limits]
events-body-bytes-max = 67108864
body-bytes-max = 1048576
rule-bytes-max = 4194304
line-bytes-max = 1048576
request-timeout-s = 30
body-idle-timeout-s = 15
header-timeout-s = 10
connections-max = 1024
requests-per-second = 1000
burst = 2000
shutdown-s = 30

[log]
format = "text"
level = "info"
"#;

/// The file's settings as variables of the environment.
fn variables() -> Vec<(String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in EVERY.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}_");
        }
        if let Some((key, value)) = line.split_once(" = ") {
            let name = format!("ASSAY_{section}{key}").replace('-', "_").to_uppercase();
            found.push((name, value.trim_matches('"').to_owned()));
        }
    }
    found
}

#[test]
fn every_setting_is_known_to_file_and_environment() {
    let folder = Folder::installed();
    let variables = variables();
    assert_eq!(variables.len(), 19);
    let environment: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let output = bin::command(&folder.data(), &["customer", "list"]).envs(environment).output().expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    write(&folder, EVERY);
    folder.ok(&["customer", "list"]);
    write(&folder, "[serve]\n[limits]\n");
    folder.ok(&["customer", "list"]);
}

#[test]
fn what_is_not_known_is_refused_with_the_nearest_that_is() {
    let folder = Folder::installed();
    for (content, stray, near) in [
        ("[limits]\nburts = 3\n", "limits.burts", "limits.burst"),
        ("tennant = \"vendor\"\n", "tennant", "tenant"),
        ("[servr]\nlisten = \"127.0.0.1:1\"\n", "servr.listen", "serve.listen"),
        ("[logs]\n", "logs", "log.level"),
    ] {
        let file = write(&folder, content);
        let sentence = format!("{stray} in the configuration file {file} is no setting; the nearest is {near}");
        refused(&folder, &[], &[], &[&sentence]);
    }
    write(&folder, "");
    for (name, near) in [
        ("ASSAY_TENNANT", "ASSAY_TENANT"),
        ("ASSAY_LISTEN", "ASSAY_SERVE_LISTEN"),
        ("ASSAY_DATAS", "ASSAY_DATA"),
        ("ASSAY_LIMITS_BURTS", "ASSAY_LIMITS_BURST"),
    ] {
        let sentence = format!("the environment sets {name}, which is no setting; the nearest is {near}");
        refused(&folder, &[], &[(name, "1")], &[&sentence]);
    }
}

#[test]
fn values_that_cannot_be_are_refused_where_they_stand() {
    let folder = Folder::installed();
    for (content, parts) in [
        ("[limits]\nburst = \"many\"\n", ["line 2", "burst"]),
        ("[limits]\nburst = 0\n", ["line 2", "nonzero"]),
        ("[serve]\nlisten = \"here\"\n", ["\"here\" is no address to listen on", "write it like 127.0.0.1:8080"]),
        ("[log]\nformat = \"xml\"\n", ["xml", "json"]),
        ("[log]\nlevel = \"assay=loud\"\n", ["log.level", "write it like info"]),
        ("[log]\nlevel = \"wrn\"\n", ["log.level", "\"wrn\" is no level of the log"]),
        ("tenant = \n", ["the configuration file", "line 1"]),
    ] {
        let file = write(&folder, content);
        let place = if parts[0] == "log.level" { "log.level" } else { file.as_str() };
        refused(&folder, &[], &[], &[place, parts[0], parts[1]]);
    }
    write(&folder, "");
    for (name, value, parts) in [
        ("ASSAY_LIMITS_BURST", "many", ["limits.burst", "no whole number"]),
        ("ASSAY_LIMITS_BURST", "0", ["limits.burst", "nonzero"]),
        ("ASSAY_SERVE_WORKER", "maybe", ["serve.worker", "neither true nor false"]),
        ("ASSAY_SERVE_LISTEN", "here", ["serve.listen", "no address to listen on"]),
    ] {
        refused(&folder, &[], &[(name, value)], &[name, parts[0], parts[1]]);
    }
    refused(&folder, &["--config", "nowhere.toml"], &[], &["cannot read the configuration file nowhere.toml"]);
}
