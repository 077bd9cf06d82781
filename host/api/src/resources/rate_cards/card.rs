//! A card as people write it, for the OpenAPI document. The room that rates reads it and judges its values.

#![expect(dead_code, reason = "the document is made of these types, and no value is ever of one")]

use utoipa::ToSchema;

/// A price list in one currency. Numbers are written in quotes: a bare number of JSON is rounded before anybody sees it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
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
    /// What is charged, in the order of the invoice.
    #[schema(min_items = 1)]
    charges: Vec<ChargeBody>,
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

/// One thing that is charged: `code`, `label`, `model`, and the members of that model.
#[derive(ToSchema)]
#[serde(tag = "model", rename_all = "kebab-case")]
#[schema(as = Charge)]
enum ChargeBody {
    /// A fee per period, in proportion to the time covered when that is less than the period.
    Flat {
        /// Unique in the card: the name that postings keep; a-z, 0-9 and -, at most 64.
        #[schema(example = "platform", max_length = 64)]
        code: String,
        /// For people, on the invoice.
        #[schema(example = "Platform fee")]
        label: String,
        /// For a whole period, in major units.
        #[schema(example = "500")]
        amount: String,
    },
    /// Every unit at one price, after some free ones.
    Unit {
        /// Unique in the card: the name that postings keep; a-z, 0-9 and -, at most 64.
        #[schema(example = "resolutions", max_length = 64)]
        code: String,
        /// For people, on the invoice.
        #[schema(example = "Resolved tickets")]
        label: String,
        /// What is counted.
        meter: MeterBody,
        /// Of one unit, in major units.
        #[schema(example = "0.99")]
        price: String,
        /// Free units per period; none unless given.
        #[schema(example = "100", nullable = false)]
        included: Option<String>,
    },
    /// Tiers that fill up one after the other, each unit at its tier's price.
    Graduated {
        /// Unique in the card: the name that postings keep; a-z, 0-9 and -, at most 64.
        #[schema(example = "leads", max_length = 64)]
        code: String,
        /// For people, on the invoice.
        #[schema(example = "Qualified leads")]
        label: String,
        /// What is counted.
        meter: MeterBody,
        /// In increasing order; the last one is open.
        #[schema(min_items = 1)]
        tiers: Vec<TierBody>,
    },
}

/// Which usage is counted: either the outcomes of a definition, or the attempts at one.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Meter)]
struct MeterBody {
    /// The definition whose outcomes are counted.
    #[schema(example = "resolved-ticket", nullable = false)]
    outcome_of: Option<String>,
    /// The definition at whose outcomes the attempts are counted.
    #[schema(nullable = false)]
    attempts_at: Option<String>,
    /// Only outcomes of this class.
    #[schema(nullable = false)]
    class: Option<String>,
}

/// One tier.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Tier)]
struct TierBody {
    /// Where it ends, counted from zero; absent in the last tier only.
    #[schema(example = "100", nullable = false)]
    up_to: Option<String>,
    /// Whether a total of exactly the end is still in this tier (`inclusive`) or has entered the next, and owes its flat fee;
    /// `inclusive` unless given.
    #[schema(nullable = false)]
    edge: Option<EdgeBody>,
    /// Of one unit in it, in major units.
    #[schema(example = "0.99")]
    price: String,
    /// Charged once per period in which it is entered; nothing unless given.
    #[schema(example = "10", nullable = false)]
    flat_fee: Option<String>,
}

/// Which side of a tier's end the end itself belongs to.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Edge)]
enum EdgeBody {
    /// To this tier.
    Inclusive,
    /// To the next.
    Exclusive,
}
