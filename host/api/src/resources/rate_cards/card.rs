//! A card as people write it, and what one customer's prices differ in from it, for the OpenAPI document. The room that rates reads both
//! and judges their values.

#![expect(dead_code, reason = "the document is made of these types, and no value is ever of one")]

use utoipa::ToSchema;

use super::charge::ChargeBody;

/// A price list in one currency. Numbers are written in quotes: a bare number of JSON is rounded before anybody sees it.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Card, example = json!({
    "name": "standard-2026",
    "currency": "USD",
    "charges": [
        { "code": "platform", "label": "Platform fee", "model": "flat", "amount": "500" },
        {
            "code": "resolutions",
            "label": "Resolved tickets",
            "model": "unit",
            "meter": { "outcome-of": "resolved-ticket" },
            "price": "0.99",
        },
    ],
}))]
pub struct CardBody {
    /// Unique; a-z, 0-9 and -, at most 64.
    #[schema(example = "standard-2026", max_length = 64)]
    name: String,
    /// Of every price and every amount: ISO 4217.
    #[schema(example = "USD")]
    currency: String,
    /// How each charge is rounded to minor units, once per period; `half-even` unless given.
    #[schema(nullable = false)]
    rounding: Option<RoundingBody>,
    /// Where one period ends and the next begins; `monthly` unless given.
    #[schema(nullable = false)]
    cycle: Option<CycleBody>,
    /// By whose clocks, as in the IANA database; `UTC` unless given.
    #[schema(example = "Europe/Berlin", nullable = false)]
    time_zone: Option<String>,
    /// What is charged, in the order of the invoice.
    #[schema(min_items = 1)]
    charges: Vec<ChargeBody>,
    /// What a period costs at least, and what is beyond it.
    #[schema(nullable = false)]
    commitment: Option<CommitmentBody>,
    /// What a period costs at most, before tax, in major units; not below the commitment.
    #[schema(example = "5000", nullable = false)]
    cap: Option<String>,
    /// Taxes that somebody else has found to apply, in the order of the invoice; none unless given.
    #[schema(nullable = false)]
    taxes: Option<Vec<TaxBody>>,
}

/// What is agreed otherwise with one customer: a part of a card. What is absent stays as the card has it.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Overrides, example = json!({
    "charges": [
        {
            "code": "resolutions",
            "label": "Resolved tickets",
            "model": "unit",
            "meter": { "outcome-of": "resolved-ticket" },
            "price": "0.79",
        },
    ],
    "cap": "5000",
}))]
pub struct OverridesBody {
    /// Each takes the place of the card's charge of the same code.
    #[schema(nullable = false)]
    charges: Option<Vec<ChargeBody>>,
    /// Takes the place of the card's commitment.
    #[schema(nullable = false)]
    commitment: Option<CommitmentBody>,
    /// Takes the place of the card's cap.
    #[schema(example = "5000", nullable = false)]
    cap: Option<String>,
    /// Take the place of all of the card's taxes; an empty list is no tax.
    #[schema(nullable = false)]
    taxes: Option<Vec<TaxBody>>,
}

/// What becomes of a part of a minor unit. A credit is rounded as its charge was.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Rounding)]
enum RoundingBody {
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// To the nearest; a half away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// How a customer's time is cut into periods.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Cycle)]
enum CycleBody {
    /// At the first of every month.
    Monthly,
    /// A month at a time from when the agreement starts.
    Anniversary,
}

/// What a customer has committed to spend in a whole period, and what is beyond it.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Commitment)]
struct CommitmentBody {
    /// Per period, in major units; in proportion to the time covered when that is less than the period.
    #[schema(example = "1000")]
    amount: String,
    /// What charges beyond it are multiplied by, of at most 6 decimals; 1 unless given.
    #[schema(example = "1.5", nullable = false)]
    overage_factor: Option<String>,
}

/// A tax on everything before it.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Tax)]
struct TaxBody {
    /// Unique among the taxes: its line's charge is `tax-` and this; a-z, 0-9 and -, at most 64.
    #[schema(example = "vat", max_length = 64)]
    code: String,
    /// For people, on the invoice.
    #[schema(example = "VAT 19 %")]
    label: String,
    /// As a fraction of at most 6 decimals.
    #[schema(example = "0.19")]
    rate: String,
}
