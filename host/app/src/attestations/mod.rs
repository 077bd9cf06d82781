//! Who vouches for events, besides whoever brings them: keys that senders sign with, and webhooks that are signed.
//!
//! What is signed is checked where events are, before they wait to be recorded, with keys that were read a moment ago. What somebody vouched
//! for stands, whatever becomes of the key.

mod keys;
mod recorded;
mod submitted;
mod vouchers;
mod webhooks;

pub use self::{
    keys::{EventKeyRequest, EventKeyView},
    submitted::{Submitted, Webhook, WebhookDoor},
    webhooks::{NewWebhookSecret, WebhookEndpointRequest, WebhookEndpointView, WebhookSecretView},
};
pub(crate) use self::{
    recorded::{Place, counted, record},
    vouchers::VoucherCache,
};
