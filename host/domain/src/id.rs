//! Ids: one newtype per kind, prefixed, ordered by when they were given out.
//!
//! An id is a 63-bit sequence number of the store; clients see it as `evt_` and thirteen digits of Crockford's base 32,
//! whose text order is its numeric order.

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id of the form {prefix}_ and 13 characters")]
pub struct IdError {
    text: String,
    prefix: &'static str,
}

fn encode(prefix: &str, n: i64) -> String {
    let digits = (0..13).rev().map(|i| DIGITS.get((n >> (5 * i)) as usize & 31).copied().map_or('0', char::from));
    prefix.chars().chain(['_']).chain(digits).collect()
}

fn decode(prefix: &'static str, text: &str) -> Result<i64, IdError> {
    let error = || IdError { text: text.into(), prefix };
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).filter(|d| d.len() == 13).ok_or_else(error)?;
    digits
        .bytes()
        .try_fold(0i64, |n, byte| {
            let digit = DIGITS.iter().position(|d| *d == byte)?;
            n.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)
        })
        .ok_or_else(error)
}

/// Thirty-two bytes as 52 digits.
pub(crate) fn base32(bytes: &[u8; 32]) -> String {
    let bit = |n: usize| bytes.get(n / 8).is_some_and(|byte| byte >> (7 - n % 8) & 1 == 1);
    let digit = |n: usize| (5 * n..5 * n + 5).fold(0usize, |digit, n| digit << 1 | usize::from(bit(n)));
    (0..52).map(|n| DIGITS.get(digit(n)).copied().map_or('0', char::from)).collect()
}

/// The bytes behind 52 digits.
pub(crate) fn from_base32(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if text.len() != 52 {
        return None;
    }
    for (n, digit) in text.bytes().enumerate() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        for bit in (0..5).filter(|bit| value >> (4 - bit) & 1 == 1) {
            let place = 5 * n + bit;
            *bytes.get_mut(place / 8)? |= 128 >> (place % 8);
        }
    }
    Some(bytes)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }
        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                decode($prefix, text).map(Self)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A vendor of AI work; owns everything else.
    TenantId = "ten";
    /// Who pays the tenant.
    CustomerId = "cus";
    /// One recorded fact.
    EventId = "evt";
    /// A unit of work that can become an outcome.
    InteractionId = "itn";
    /// An uploaded component.
    RuleId = "rul";
    /// What counts as an outcome.
    DefinitionId = "def";
    /// One immutable version of a definition.
    VersionId = "ver";
    /// What binds a customer to definitions and a rate card.
    AgreementId = "agr";
    /// One immutable price list.
    RateCardId = "rcd";
    /// One judgement by a rule.
    EvaluationId = "evl";
    /// A billing run.
    RunId = "run";
    /// An invoice or credit note.
    InvoiceId = "inv";
    /// An entry of the audit log.
    OperationId = "opr";
    /// An event whose identity was taken by other content.
    ConflictId = "cnf";
    /// What lets a caller in.
    KeyId = "key";
    /// An engine that rules run on.
    EngineId = "eng";
    /// What an audit found.
    DiscrepancyId = "dsc";
    /// A movement of money.
    TransferId = "trf";
    /// Prepaid credit.
    LotId = "lot";
    /// A request for money.
    TopUpId = "tup";
    /// What a customer approves with.
    ApprovalKeyId = "apk";
    /// A version offered to customers.
    ProposalId = "prp";
    /// A version agreed on for a customer.
    ApprovalId = "apv";
    /// A candidate for a definition, judged over what is recorded.
    BacktestId = "bkt";
    /// A billed outcome that its customer contests.
    DisputeId = "dsp";
    /// Billed outcomes that were drawn by chance.
    SampleId = "smp";
    /// What a sender signs events with.
    EventKeyId = "evk";
    /// Where a source delivers events.
    WebhookEndpointId = "whe";
    /// What such deliveries are signed with.
    WebhookSecretId = "whs";
    /// What a customer is told of a change of what it is billed; numbered as the change is.
    ReceiptId = "rct";
}
