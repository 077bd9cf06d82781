//! Rules whose verdicts would be worth money if they were believed.

use assay_domain::fault::FaultCode::{OutputInvalid, OutputLimit};

use super::{
    Attack,
    case::{AS_OF, OPENED},
    fault,
};
use crate::hostile::{Hostile, Success, Verdict};

const EXACT_MAX: i64 = 1 << 53;

pub(super) fn attacks() -> Vec<Attack> {
    [successes(), references()].concat()
}

fn successes() -> Vec<Attack> {
    vec![
        fault("a quantity below nothing", "sandbox 31 · contract: negative quantity", OutputInvalid, || {
            succeeding(Success { mantissa: -1, ..success() })
        }),
        fault("a quantity of scale 200", "sandbox 31 · contract: scale 200", OutputInvalid, || {
            succeeding(Success { scale: 200, ..success() })
        }),
        fault("a quantity of seven decimals", "sandbox 31", OutputInvalid, || succeeding(Success { scale: 7, ..success() })),
        fault("the least of all quantities", "sandbox 31 · contract: NaN-like extremes", OutputInvalid, || {
            succeeding(Success { mantissa: i64::MIN, ..success() })
        }),
        fault("the largest of all quantities", "sandbox 31 · contract: NaN-like extremes", OutputInvalid, || {
            succeeding(Success { mantissa: i64::MAX, ..success() })
        }),
        fault("a quantity that is not exact", "sandbox 31", OutputInvalid, || succeeding(Success { mantissa: EXACT_MAX + 1, ..success() })),
        fault("a billion and one", "sandbox 31", OutputInvalid, || succeeding(Success { mantissa: 1_000_000_001, ..success() })),
        fault("a value of scale 255", "sandbox 31 · contract: NaN-like extremes", OutputInvalid, || {
            succeeding(Success { value: Some((1, 255)), ..success() })
        }),
        fault("a success in the future", "sandbox 31 · contract: success in the future", OutputInvalid, || {
            succeeding(Success::at(AS_OF + 1))
        }),
        fault("a success at the end of time", "contract: success in the future · contract: NaN-like extremes", OutputInvalid, || {
            succeeding(Success::at(i64::MAX))
        }),
        fault("a success before the opening", "sandbox 31", OutputInvalid, || succeeding(Success::at(OPENED - 1))),
        fault("a class that nobody declared", "sandbox 31", OutputInvalid, || succeeding(Success { class: Some(u32::MAX), ..success() })),
        fault("credit to a stranger", "sandbox 31", OutputInvalid, || succeeding(Success { credit: vec![(1, 1)], ..success() })),
        fault("seventeen shares", "sandbox 31", OutputLimit, || succeeding(Success { credit: vec![(0, 1); 17], ..success() })),
    ]
}

/// The question has two events, the manifest one reason.
fn references() -> Vec<Attack> {
    const OUT_OF_RANGE: &str = "contract: reason and evidence out of range";
    vec![
        fault("a reason that nobody declared", OUT_OF_RANGE, OutputInvalid, || telling(failure().reason(1))),
        fault("a reason far beyond", OUT_OF_RANGE, OutputInvalid, || telling(failure().reason(u32::MAX))),
        fault("evidence that is not there", OUT_OF_RANGE, OutputInvalid, || telling(failure().evidence([2]))),
        fault("evidence far beyond", OUT_OF_RANGE, OutputInvalid, || telling(failure().evidence([0, u32::MAX]))),
        fault("evidence twice", OUT_OF_RANGE, OutputInvalid, || telling(failure().evidence([1, 1]))),
        fault("evidence of 257", OUT_OF_RANGE, OutputLimit, || telling(failure().evidence(0..257))),
        fault("waking at once", "contract: pending in the past", OutputInvalid, || telling(Verdict::pending(Some(AS_OF)))),
        fault("waking in the past", "contract: pending in the past", OutputInvalid, || telling(Verdict::pending(Some(OPENED)))),
        fault("waking before all time", "contract: pending in the past · contract: NaN-like extremes", OutputInvalid, || {
            telling(Verdict::pending(Some(i64::MIN)))
        }),
    ]
}

fn success() -> Success {
    Success::at(OPENED)
}

fn failure() -> Verdict {
    Verdict::bare(1)
}

fn succeeding(success: Success) -> Vec<u8> {
    telling(Verdict::success(success))
}

fn telling(verdict: Verdict) -> Vec<u8> {
    Hostile::unexamined().verdict(verdict).build()
}
