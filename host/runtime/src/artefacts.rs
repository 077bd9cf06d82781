//! Compiled code kept between processes. Loading machine code is running it, so none is loaded that this installation did not write:
//! each file carries a keyed hash over the component, the engine and the code.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use assay_domain::canon::{Digest, Encoder};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const TAG_BYTES: usize = 32;

/// A folder of compiled code, and the key that authenticates it.
#[derive(Clone)]
pub struct Artefacts {
    folder: PathBuf,
    key: [u8; 32],
}

impl fmt::Debug for Artefacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Artefacts").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What is found for a component.
pub(crate) enum Kept {
    /// Code that this installation wrote for this component and engine.
    Code(Vec<u8>),
    /// Nothing.
    Absent,
    /// Something that this installation did not write.
    Forged,
}

impl Artefacts {
    /// Keeps code in a folder, which is made when it is not there. The key is the installation's secret.
    pub fn open(folder: impl Into<PathBuf>, key: [u8; 32]) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, key })
    }

    /// The file with the code of a component for an engine's code fingerprint.
    fn path(&self, component: Digest, engine: Digest) -> PathBuf {
        self.folder.join(format!("{component}-{engine}.code"))
    }

    pub(crate) fn load(&self, component: Digest, engine: Digest) -> Kept {
        let Ok(bytes) = fs::read(self.path(component, engine)) else {
            return Kept::Absent;
        };
        let Some((tag, code)) = bytes.split_at_checked(TAG_BYTES) else {
            return Kept::Forged;
        };
        match self.mac(component, engine, code).verify_slice(tag) {
            Ok(()) => Kept::Code(code.to_vec()),
            Err(_) => Kept::Forged,
        }
    }

    /// Puts code in place whole: nobody sees half a file.
    pub(crate) fn keep(&self, component: Digest, engine: Digest, code: &[u8]) -> io::Result<()> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let path = self.path(component, engine);
        let making = self.folder.join(format!("{}-{}.making", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        let tag = self.mac(component, engine, code).finalize().into_bytes();
        let written = write(&making, &[tag.as_slice(), code]).and_then(|()| fs::rename(&making, path));
        if written.is_err() {
            drop(fs::remove_file(&making));
        }
        written
    }

    fn mac(&self, component: Digest, engine: Digest, code: &[u8]) -> Hmac<Sha256> {
        let mut head = Encoder::new("assay.1.artefact");
        head.bytes(component.as_bytes()).bytes(engine.as_bytes());
        // A key shorter than a block is filled up with zeros, says RFC 2104.
        let mut block = [0; 64];
        block.iter_mut().zip(self.key).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&head.finish());
        mac.update(code);
        mac
    }
}

fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    use io::Write as _;
    let mut file = fs::File::create(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))
}
