//! Signatures of customers: ed25519, keys and signatures in hexadecimal digits.

use assay_domain::violation::Violation;
use assay_receipt::signature::{PublicKey, Signature};

/// A public key as it is written: its digits in lower case.
pub(super) fn public_key(field: &str, text: &str) -> Result<String, Violation> {
    Ok(parse(field, text)?.to_string())
}

fn parse(field: &str, text: &str) -> Result<PublicKey, Violation> {
    let remedy = "send the 64 hexadecimal digits that `assay approve keygen` prints";
    text.parse().map_err(|_| Violation::new(field, "it is no ed25519 public key", remedy))
}

/// Refuses a signature that is not this key's of this message.
pub(super) fn verify(key: &str, signature: &str, message: &[u8]) -> Result<(), Violation> {
    let key = parse("key", key)?;
    let unread = |_| Violation::new("signature", "it is no ed25519 signature", "send its 128 hexadecimal digits");
    let signature: Signature = signature.parse().map_err(unread)?;
    let wrong = |_| {
        let problem = "it is not this key's of this customer, definition, hash, time and tenant";
        Violation::new("signature", problem, "export what is to be signed again, and have it signed as it is")
    };
    key.verify(message, &signature).map_err(wrong)
}
