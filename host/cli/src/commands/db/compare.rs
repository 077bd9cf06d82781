//! Whether two databases tell the same: of every side of every tenant where its events and its money are, the canonical dump, and the
//! documents.

use std::{io, path::Path, sync::Arc};

use anyhow::Result;
use assay_app::{
    Assay, Caller, ConservationReport, InvoiceView, TenantRow, World,
    export::{self, Format},
};
use assay_domain::clock::{Clock as _, FixedClock};
use assay_store::Store;
use serde_json::{Value, json};

use crate::{
    sandbox,
    session::{SystemClock, SystemEntropy},
    settings::Settings,
};

/// Who compares; nothing is recorded under that name.
const ACTOR: &str = "db copy";

/// A file and its copy, seen at one time.
pub(super) struct Pair {
    file: Assay,
    copy: Assay,
}

/// What was compared.
pub(super) struct Compared {
    of: String,
    what: &'static str,
    /// How many there are in the file.
    count: u64,
    difference: Option<String>,
}

impl Compared {
    /// A row of a table.
    pub(super) fn row(&self) -> [String; 4] {
        let result = if self.difference.is_none() { "equal" } else { "DIFFERENT" };
        [self.of.clone(), self.what.to_owned(), self.count.to_string(), result.to_owned()]
    }

    pub(super) fn as_json(&self) -> Value {
        json!({ "of": self.of, "what": self.what, "count": self.count, "equal": self.difference.is_none() })
    }

    /// Where the two first differ, in words.
    pub(super) fn difference(&self) -> Option<String> {
        let difference = self.difference.as_ref()?;
        Some(format!("{} of {}: {difference}", self.what, self.of))
    }
}

impl Pair {
    pub(super) fn new(file: Store, copy: Store, data: &Path, settings: &Settings) -> Result<Self> {
        let engine = sandbox::engine_of(data)?;
        let world = World { clock: Arc::new(FixedClock(SystemClock.now())), entropy: Arc::new(SystemEntropy) };
        let threads = settings.threads.map_or(1, usize::from);
        let file = Assay::new(file, engine.clone(), world.clone(), threads)?;
        Ok(Self { file, copy: Assay::new(copy, engine, world, threads)? })
    }

    pub(super) async fn close(&self) {
        self.file.close().await;
        self.copy.close().await;
    }

    /// Compares one thing after the other, up to the first that differs.
    pub(super) async fn compare(&self) -> Result<Vec<Compared>> {
        let sides = self.file.tenants().await?;
        let mut compared = vec![tenants(&sides, &self.copy.tenants().await?)];
        for side in &sides {
            let (caller, of) = (Caller::new(side.id, ACTOR), named(side));
            if compared.iter().any(|compared| compared.difference.is_some()) {
                break;
            }
            compared.push(self.conservation(&caller, of.clone()).await?);
            compared.push(self.dump(&caller, of.clone()).await?);
            compared.push(self.documents(&caller, of).await?);
        }
        Ok(compared)
    }

    async fn conservation(&self, caller: &Caller, of: String) -> Result<Compared> {
        let (file, copy) = (self.file.conservation(caller, None).await?, self.copy.conservation(caller, None).await?);
        let (one, other) = (conserved(&file), conserved(&copy));
        let difference = first_difference(one.iter().map(String::as_str), other.iter().map(String::as_str));
        Ok(Compared { of, what: "events and money", count: file.events, difference })
    }

    async fn dump(&self, caller: &Caller, of: String) -> Result<Compared> {
        let (file, copy) = (self.file.dump(caller, &mut io::sink()).await?, self.copy.dump(caller, &mut io::sink()).await?);
        let difference = if file == copy { None } else { Some(self.differing_line(caller).await?) };
        Ok(Compared { of, what: "lines of the dump", count: file.0 as u64, difference })
    }

    /// The dumps once more, to be told apart.
    async fn differing_line(&self, caller: &Caller) -> Result<String> {
        let (mut file, mut copy) = (Vec::new(), Vec::new());
        self.file.dump(caller, &mut file).await?;
        self.copy.dump(caller, &mut copy).await?;
        let (file, copy) = (String::from_utf8_lossy(&file), String::from_utf8_lossy(&copy));
        Ok(first_difference(file.lines(), copy.lines()).unwrap_or_else(|| "something changed in between".to_owned()))
    }

    async fn documents(&self, caller: &Caller, of: String) -> Result<Compared> {
        let file = self.file.invoices_in_full(caller, None, None).await?;
        let copy = self.copy.invoices_in_full(caller, None, None).await?;
        Ok(Compared { of, what: "documents", count: file.len() as u64, difference: documents(&file, &copy) })
    }
}

/// A side of a tenant in words: `vendor, live`.
fn named(side: &TenantRow) -> String {
    format!("{}, {}", side.slug, side.mode)
}

fn tenants(file: &[TenantRow], copy: &[TenantRow]) -> Compared {
    let line = |side: &TenantRow| format!("{} {} {:?}", side.id, named(side), side.title);
    let lines = |sides: &[TenantRow]| -> Vec<String> { sides.iter().map(line).collect() };
    let (one, other) = (lines(file), lines(copy));
    let difference = first_difference(one.iter().map(String::as_str), other.iter().map(String::as_str));
    Compared { of: "the installation".to_owned(), what: "sides of tenants", count: file.len() as u64, difference }
}

/// A report line by line, the sums that people read before those that they seldom do.
fn conserved(report: &ConservationReport) -> Vec<String> {
    let mut lines = vec![format!("{} events and {} conflicts by {}", report.events, report.conflicts, report.as_of)];
    lines.extend(report.classes.iter().map(|(class, events)| format!("{class}: {events}")));
    lines.extend(report.equations.iter().map(|e| format!("{}: {} and {}", e.name, e.left, e.right)));
    lines.extend(report.money.iter().map(|money| format!("{money:?}")));
    lines
}

fn documents(file: &[InvoiceView], copy: &[InvoiceView]) -> Option<String> {
    let mut copies = copy.iter();
    for view in file {
        let number = &view.invoice.number;
        let Some(copied) = copies.next() else { return Some(format!("{number} is not in the copy")) };
        let (one, other) = (export::render(view, Format::Json), export::render(copied, Format::Json));
        if let Some(difference) = first_difference(one.lines(), other.lines()) {
            return Some(format!("{number}: {difference}"));
        }
    }
    copies.next().map(|view| format!("{} is only in the copy", view.invoice.number))
}

/// Where two texts first differ, in words.
fn first_difference<'l>(mut file: impl Iterator<Item = &'l str>, mut copy: impl Iterator<Item = &'l str>) -> Option<String> {
    let shown = |line: Option<&str>| line.map_or_else(|| "nothing more".to_owned(), |line| format!("{line:?}"));
    loop {
        match (file.next(), copy.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => return Some(format!("the file has {}, the copy {}", shown(one), shown(other))),
        }
    }
}
