use assay_app::{AttestationRow, Voucher};
use serde::Serialize;
use utoipa::ToSchema;

/// Who vouches for an event, besides whoever told it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attestation)]
pub struct AttestationBody {
    /// `event-key` or `webhook`.
    #[schema(example = "event-key")]
    pub kind: &'static str,
    /// The id of the event key, or of the secret that the webhook was signed with.
    #[schema(example = "evk_0000000000001")]
    pub id: String,
    /// The key of the customer whose the event key is; null for the source's own, and for a webhook.
    #[schema(example = "acme")]
    pub customer: Option<String>,
    /// The ed25519 public key, in hexadecimal digits; null for a webhook.
    #[schema(example = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    pub public_key: Option<String>,
    /// The key's signature of the event, in hexadecimal digits; null for a webhook, whose signature the service has checked and nobody else can.
    pub signature: Option<String>,
    /// Since when.
    #[schema(example = "2026-03-01T10:00:00Z", format = DateTime)]
    pub at: String,
}

impl From<AttestationRow> for AttestationBody {
    fn from(AttestationRow { by, recorded_at, .. }: AttestationRow) -> Self {
        let at = recorded_at.to_string();
        match by {
            Voucher::Key { id, public_key, customer, signature, .. } => {
                Self { kind: "event-key", id: id.to_string(), customer, public_key: Some(public_key), signature: Some(signature), at }
            }
            Voucher::Webhook { secret, .. } => {
                Self { kind: "webhook", id: secret.to_string(), customer: None, public_key: None, signature: None, at }
            }
        }
    }
}
