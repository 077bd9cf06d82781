use assay_app::{Proportion, ProportionError, Thresholds};
use assay_domain::violation::Violation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a candidate must keep to; what is absent it need not. Parts of a whole are fractions, `0.05`, or percentages, `5%`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BacktestThresholds)]
pub struct ThresholdsBody {
    /// No bill of a customer for a period moves by more than this part of it.
    #[schema(example = "0.05")]
    pub max_bill_change: Option<String>,
    /// Nothing faults that does not fault under the version in force.
    #[serde(default)]
    pub no_new_faults: bool,
    /// Of its successes at least this part is labelled as such.
    #[schema(example = "0.95")]
    pub min_precision: Option<String>,
    /// Of those labelled as successes at least this part is one.
    #[schema(example = "0.9")]
    pub min_recall: Option<String>,
}

impl ThresholdsBody {
    pub(super) fn read(&self) -> Result<Thresholds, Violation> {
        Ok(Thresholds {
            max_bill_change: part("max_bill_change", self.max_bill_change.as_ref())?,
            no_new_faults: self.no_new_faults,
            min_precision: part("min_precision", self.min_precision.as_ref())?,
            min_recall: part("min_recall", self.min_recall.as_ref())?,
        })
    }
}

fn part(field: &str, text: Option<&String>) -> Result<Option<Proportion>, Violation> {
    let wrong = |error: ProportionError| Violation::new(format!("thresholds.{field}"), error.to_string(), "send a fraction such as 0.05");
    text.map(|text| text.parse().map_err(wrong)).transpose()
}

impl From<Thresholds> for ThresholdsBody {
    fn from(thresholds: Thresholds) -> Self {
        let Thresholds { max_bill_change, no_new_faults, min_precision, min_recall } = thresholds;
        Self {
            max_bill_change: max_bill_change.map(Proportion::fraction),
            no_new_faults,
            min_precision: min_precision.map(Proportion::fraction),
            min_recall: min_recall.map(Proportion::fraction),
        }
    }
}
