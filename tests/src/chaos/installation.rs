//! What both installations begin with: a tenant, a definition with a short window, prices, and customers who have agreed to them.

use std::sync::Arc;

use assay_app::{AgreementRequest, Assay, Caller, KeyRequest, VersionRequest, World};
use assay_cli::session::{SystemClock, SystemEntropy};
use assay_domain::{
    definition::Timing,
    key::{Role, Roles},
};
use assay_rating::card::RateCard;
use assay_store::Store;
use serde_json::json;

use super::events::CUSTOMERS;
use crate::{assay::at, components};

/// Since when everything is in force: before anything that is told happened.
pub(super) const FROM: &str = "2016-01-01T00:00:00Z";
/// How long a resolution must last to count.
const WINDOW: &str = "PT2S";
const DEFINITION: &str = "fixed";
const CARD: &str = "standard";

/// The service over a store, by the clock of the machine.
pub(super) fn service(store: Store) -> Assay {
    let world = World { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) };
    Assay::new(store, components::engine().clone(), world, 2).expect("a service")
}

/// Makes the tenant and all that is agreed on.
pub(super) async fn establish(assay: &Assay) -> Caller {
    let tenant = assay.create_tenant("chaos", "vendor", "A vendor").await.expect("a tenant");
    let caller = Caller::new(tenant, "chaos");
    assay.push_rule(&caller, components::resolved_ticket()).await.expect("an admitted rule");
    let version = VersionRequest {
        definition: DEFINITION.into(),
        rule: "resolved-ticket".into(),
        parameters: vec![("window".into(), WINDOW.into())],
        timing: Timing::default(),
        active_from: Some(at(FROM)),
    };
    assay.create_version(&caller, &version).await.expect("an active version");
    assay.create_rate_card(&caller, &card()).await.expect("a rate card");
    for key in CUSTOMERS {
        assay.create_customer(&caller, key).await.expect("a customer");
    }
    let requests = CUSTOMERS.map(agreement);
    assay.create_agreements(&caller, &requests).await.expect("agreements");
    caller
}

fn agreement(customer: &str) -> AgreementRequest {
    AgreementRequest {
        customer: customer.into(),
        definitions: vec![(DEFINITION.into(), None)],
        parties: Default::default(),
        rate_card: CARD.into(),
        overrides: Default::default(),
        from: at(FROM),
        until: None,
    }
}

/// A fee, attempts, and successes in two tiers, so that a late one may change what others cost.
fn card() -> RateCard {
    let charges = json!([
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
        { "code": "attempts", "label": "Attempts", "model": "unit", "meter": { "attempts-at": DEFINITION }, "price": "0.10" },
        { "code": "resolutions", "label": "Resolved tickets", "model": "graduated", "meter": { "outcome-of": DEFINITION },
          "tiers": [{ "up-to": "10", "price": "0.99" }, { "price": "0.59" }] },
    ]);
    serde_json::from_value(json!({ "name": CARD, "currency": "USD", "charges": charges })).expect("a card")
}

/// The secret of a new key.
pub(super) async fn key(assay: &Assay, caller: &Caller, role: Role) -> String {
    let request = KeyRequest { name: role.name().into(), roles: Roles::only(role), customer: None, expires_at: None };
    assay.create_key(caller, &request).await.expect("a key").secret.expect("its secret")
}
