//! The canonical dump: everything that must be the same whatever order the facts arrived in and however often the process
//! was killed. It holds no ids, no recorded times, no counts of evaluations.

use std::io::Write;

use assay_domain::canon::{Digest, Encoder};
use assay_store::dump;

use crate::{
    Assay, Caller,
    error::{AppError, Result},
};

impl Assay {
    /// Writes the dump, one line per fact, sorted; gives back how many lines and the hash of them all.
    pub async fn dump(&self, caller: &Caller, to: &mut (dyn Write + Send)) -> Result<(usize, Digest)> {
        let mut reader = self.store.read(caller.tenant).await?;
        let mut lines = Vec::new();
        for section in dump::SECTIONS {
            let rows = dump::rows(&mut reader, section).await?;
            lines.extend(rows.into_iter().map(|row| format!("{} {row}", section.name())));
        }
        lines.sort_unstable();
        let mut hash = Encoder::new("assay.1.dump");
        for line in &lines {
            hash.text(line);
            writeln!(to, "{line}").map_err(AppError::Write)?;
        }
        to.flush().map_err(AppError::Write)?;
        Ok((lines.len(), hash.digest()))
    }
}
