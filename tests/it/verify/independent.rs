//! The public formats, checked by somebody else's tree: what a bundle proves, RFC 6962 proves too.

use assay_receipt::bundle::{Bundle, BundledReceipt};
use assay_tests::forger::{Cover, Forger};
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, digest::Output};
use sha2::{Digest as _, Sha256};

use super::support::month;

/// The head that a checkpoint tells: its second line is the size, its third the root.
fn head(checkpoint: &str) -> RootHash<Sha256> {
    let lines: Vec<&str> = checkpoint.lines().collect();
    let root: [u8; 32] = from_base64(lines[2]).try_into().expect("32 bytes");
    RootHash::new(Output::<Sha256>::from(root), lines[1].parse().expect("a size"))
}

/// Base 64 by the book.
fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).expect("a letter of base 64") as u32;
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        (bits, count) = (bits << 6 | value(letter), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 255) as u8);
        }
    }
    bytes
}

/// The entry of a receipt: the hash of a name, a salt and the receipt's digest, each after its length in eight bytes.
fn entry(told: &BundledReceipt) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [b"assay.1.leaf".as_slice(), told.salt.as_bytes(), told.digest.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn concatenated(hashes: &[assay_domain::canon::Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn receipts(bundle: &Bundle) -> impl Iterator<Item = &BundledReceipt> {
    bundle.chains.iter().flat_map(|chain| &chain.receipts)
}

#[tokio::test]
async fn receipts_are_in_the_log_by_another_implementation_too() {
    let month = month().await;
    for bundle in [&month.acme, &month.globex] {
        let tree = head(&bundle.log.checkpoint.to_string());
        for told in receipts(bundle) {
            let proof = InclusionProof::try_from_bytes(concatenated(&told.proof)).expect("whole hashes");
            assert!(tree.verify_inclusion(&entry(told), told.leaf, &proof).is_ok(), "receipt {}", told.receipt.number);
            let mut other = entry(told);
            other[0] ^= 1;
            assert!(tree.verify_inclusion(&other, told.leaf, &proof).is_err(), "another entry");
        }
    }
}

#[tokio::test]
async fn logs_grow_by_another_implementation_too() {
    let mut bundle = month().await.acme;
    let forger = Forger::of(&bundle);
    forger.cover(&mut bundle, Cover::Log);
    let (new, size) = (head(&bundle.log.checkpoint.to_string()), receipts(&bundle).count() as u64);
    for old in 1..=size {
        let earlier = head(&forger.checkpoint(&bundle, old).to_string());
        let proof = ConsistencyProof::try_from_bytes(concatenated(&forger.growth(&bundle, old).proof)).expect("whole hashes");
        assert!(new.verify_consistency(&earlier, &proof).is_ok(), "from {old} leaves");
    }
}
