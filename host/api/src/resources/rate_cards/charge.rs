//! The charges of a card as people write them, for the OpenAPI document.

#![expect(dead_code, reason = "the document is made of these types, and no value is ever of one")]

use utoipa::ToSchema;

/// One thing that is charged: `code`, `label`, `model`, and the members of that model. The codes `commitment`, `cap` and those that start
/// with `tax-` are those of other lines.
#[derive(ToSchema)]
#[serde(tag = "model", rename_all = "kebab-case")]
#[schema(as = Charge)]
pub enum ChargeBody {
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
        /// On whose invoice; `in-arrears` unless given.
        #[schema(nullable = false)]
        due: Option<DueBody>,
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
    /// Tiers of which the total picks one: all units at its price, and its flat fee.
    Volume {
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
    /// Units in packages of one size, begun ones included, after some free units.
    Package {
        /// Unique in the card: the name that postings keep; a-z, 0-9 and -, at most 64.
        #[schema(example = "calls", max_length = 64)]
        code: String,
        /// For people, on the invoice.
        #[schema(example = "Model calls")]
        label: String,
        /// What is counted.
        meter: MeterBody,
        /// Units in a package; more than zero.
        #[schema(example = "1000")]
        size: String,
        /// Of one package, in major units.
        #[schema(example = "2.5")]
        price: String,
        /// Free units per period; none unless given.
        #[schema(example = "100", nullable = false)]
        included: Option<String>,
    },
    /// A share of what each success is worth, within bounds per success.
    Percentage {
        /// Unique in the card: the name that postings keep; a-z, 0-9 and -, at most 64.
        #[schema(example = "savings", max_length = 64)]
        code: String,
        /// For people, on the invoice.
        #[schema(example = "Share of what was saved")]
        label: String,
        /// Which outcomes, whole: `outcome-of`, without `credit-to`.
        meter: MeterBody,
        /// As a fraction of at most 6 decimals.
        #[schema(example = "0.02")]
        rate: String,
        /// What a success costs at least, in major units.
        #[schema(example = "1", nullable = false)]
        minimum: Option<String>,
        /// What a success costs at most, in major units.
        #[schema(example = "25", nullable = false)]
        maximum: Option<String>,
    },
}

/// When a fee is charged.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Due)]
pub enum DueBody {
    /// With its own period, when that has ended.
    InArrears,
    /// With the period before.
    InAdvance,
}

/// Which usage is counted: one of the outcomes of a definition, the attempts at one, and events by themselves.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Meter)]
pub struct MeterBody {
    /// The definition whose outcomes are counted.
    #[schema(example = "resolved-ticket", nullable = false)]
    outcome_of: Option<String>,
    /// The definition at whose outcomes the attempts are counted.
    #[schema(nullable = false)]
    attempts_at: Option<String>,
    /// The type of the events that are counted.
    #[schema(nullable = false)]
    events: Option<String>,
    /// Only outcomes of this class.
    #[schema(nullable = false)]
    class: Option<String>,
    /// Only this participant's share of each outcome: `ai`, `human`.
    #[schema(nullable = false)]
    credit_to: Option<String>,
    /// What is made of the events; `count` unless given.
    #[schema(nullable = false)]
    aggregate: Option<AggregateBody>,
    /// The member of the events' data that `sum`, `max` and `unique` read.
    #[schema(nullable = false)]
    field: Option<String>,
}

/// What is made of the events of a period.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Aggregate)]
pub enum AggregateBody {
    /// How many there are.
    Count,
    /// The sum of a field.
    Sum,
    /// The largest value of a field; zero when there is none.
    Max,
    /// How many different values a field has.
    Unique,
}

/// One tier.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Tier)]
pub struct TierBody {
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
pub enum EdgeBody {
    /// To this tier.
    Inclusive,
    /// To the next.
    Exclusive,
}
