//! Modules and components as their sections, so that a piece can be damaged without every length around it being wrong.

/// How every module and component begins.
const MAGIC: &[u8] = b"\0asm";
/// The magic number and the version.
const HEADER_BYTES: usize = 8;

/// A module or a component.
pub(super) struct Binary {
    header: Vec<u8>,
    /// In order.
    pub(super) sections: Vec<Section>,
}

/// One of its sections.
#[derive(Clone)]
pub(super) struct Section {
    /// What it holds; the numbers of modules and of components differ.
    pub(super) id: u8,
    /// Without its head.
    pub(super) bytes: Vec<u8>,
}

impl Section {
    /// Whether it holds a module or a component.
    pub(super) fn is_nested(&self) -> bool {
        self.bytes.starts_with(MAGIC)
    }
}

impl Binary {
    /// Takes it apart; `None` when it is damaged too much for that.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_at_checked(HEADER_BYTES)?;
        if !header.starts_with(MAGIC) {
            return None;
        }
        let mut sections = Vec::new();
        while let Some((id, after)) = rest.split_first() {
            let (len, head) = read_leb(after)?;
            let (bytes, next) = after.get(head..)?.split_at_checked(len)?;
            sections.push(Section { id: *id, bytes: bytes.to_vec() });
            rest = next;
        }
        Some(Self { header: header.to_vec(), sections })
    }

    /// Puts it together again, with lengths that are right.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = self.header.clone();
        for section in &self.sections {
            bytes.push(section.id);
            bytes.extend(write_leb(section.bytes.len() as u32));
            bytes.extend_from_slice(&section.bytes);
        }
        bytes
    }
}

/// A number in base 128, and how many bytes it took.
fn read_leb(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0u64;
    for (n, byte) in bytes.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(number).ok()?, n + 1));
        }
    }
    None
}

/// A number in base 128, as short as it can be.
pub(super) fn write_leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
