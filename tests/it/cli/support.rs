//! Folders with installations, files to feed them, and what the binary says.

use std::path::{Path, PathBuf};

use assay_tests::{bin, components, raw::Raw};
use serde_json::Value;
use tempfile::TempDir;

/// A folder for files and an installation.
pub struct Folder(TempDir);

impl Folder {
    /// There is nothing in it, not even an installation.
    pub fn empty() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// The same, and what is put into it is kept in a file whichever engine this run of the tests is on.
    pub fn on_file() -> Self {
        let folder = Self::empty();
        bin::keep(&folder.data(), None);
        folder
    }

    /// An installation with one tenant.
    pub fn installed() -> Self {
        Self::empty().with_tenant()
    }

    /// The same with the rule `resolved-ticket`.
    pub fn with_rule() -> Self {
        Self::installed().with_resolved_ticket()
    }

    /// The same with a definition, one ticket of the customer `acme`, and the card `standard`.
    pub fn in_business() -> Self {
        Self::with_rule().with_business()
    }

    /// What a process that died had in hand is taken up by others at once.
    pub fn with_short_leases(self) -> Self {
        std::fs::write(self.data().join("assay.toml"), "lease = 1\n").expect("a file");
        self
    }

    /// What makes it an installation: a tenant.
    pub fn with_tenant(self) -> Self {
        self.ok(&["tenant", "create", "vendor"]);
        self
    }

    fn with_resolved_ticket(self) -> Self {
        let rule = self.file("resolved-ticket.wasm", components::resolved_ticket());
        self.ok(&["rule", "push", &rule]);
        self
    }

    fn with_business(self) -> Self {
        self.ok(&["definition", "create", "fixed", "--rule", "resolved-ticket", "--active-from", "2016-01-01"]);
        let log = self.file("log.csv", "number,at,customer\nT1,2016-03-01T08:00:00Z,acme\n");
        let mapping = ["--subject", "number", "--id", "number", "--time", "at", "--customer", "customer", "--type", "ticket.opened"];
        self.ok(&row(&[&["import", "csv", &log], &mapping]));
        let card = self.file("standard.toml", CARD);
        self.ok(&["rate-card", "create", &card]);
        self
    }

    /// The same as [`in_business`](Self::in_business) in a folder of one's own.
    pub fn opened_for_business(self) -> Self {
        self.with_tenant().with_resolved_ticket().with_business()
    }

    /// The path of something beside the installation.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Where the installation is.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A connection past the program.
    pub async fn raw(&self) -> Raw {
        bin::raw(&self.data()).await
    }

    /// Writes a file and gives back its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("a file");
        text(&path)
    }

    /// What a command prints that succeeds.
    pub fn ok(&self, arguments: &[&str]) -> String {
        bin::ok(&self.data(), arguments)
    }

    /// The same for programs.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.ok(&row(&[arguments, &["--json"]]));
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("assay {arguments:?} printed {printed:?}: {error}"))
    }

    /// A command must end with this code, print nothing, and complain about all of this.
    pub fn refused(&self, arguments: &[&str], code: i32, parts: &[&str]) {
        let output = bin::run(&self.data(), arguments);
        let (printed, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "assay {arguments:?}: {printed}{complaint}");
        assert_eq!(printed, "", "assay {arguments:?} complains where results belong");
        for part in parts {
            assert!(complaint.contains(part), "assay {arguments:?} does not say {part:?}: {complaint}");
        }
    }
}

const CARD: &str = r#"
name = "standard"
currency = "USD"
[[charges]]
code = "resolutions"
label = "Resolved tickets"
model = "unit"
meter = { outcome-of = "fixed" }
price = "0.99"
"#;

/// Arguments one after the other.
pub fn row<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

/// A path as an argument.
pub fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
