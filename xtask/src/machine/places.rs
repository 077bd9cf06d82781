//! Where programs are looked for.

use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian has a folder for each version of PostgreSQL.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The oldest of them that the product works with.
const OLDEST: u32 = 15;

/// The path, and where Debian puts programs.
pub fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).chain(servers(&versions())).collect()
}

/// The first of the names that is in any folder.
pub fn first(names: &[&str], folders: &[PathBuf], is_there: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|place| is_there(place))
}

fn versions() -> Vec<String> {
    let entries = fs::read_dir(VERSIONS).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The folders of the versions that will do, the newest first.
fn servers(names: &[String]) -> Vec<PathBuf> {
    let mut versions: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).filter(|version| *version >= OLDEST).collect();
    versions.sort_unstable();
    versions.iter().rev().map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_server_comes_first_and_one_too_old_does_not_come() {
        let names = ["9.6", "15", "common", "100", "14", "17"].map(str::to_owned);
        let expected = ["100", "17", "15"].map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
        assert_eq!(servers(&names), expected);
    }
}
