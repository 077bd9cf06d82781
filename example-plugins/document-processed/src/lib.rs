//! A document is processed when it is processed well enough and stays so: neither retracted nor processed worse within a window. The
//! README tells the whole of its semantics.

use assay_sdk::{Decimal, Duration, Fact, Timeline, Timestamp, Verdict};

#[cfg(test)]
mod tests;

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Document {
    /// It was processed, for the first time or again.
    #[event(kind = "document.processed")]
    Processed {
        /// How well, from 0 to 1.
        #[field(path = "/quality")]
        quality: Decimal,
    },
    /// It could not be processed.
    #[event(kind = "document.failed")]
    Failed,
    /// What came of it is withdrawn.
    #[event(kind = "document.retracted")]
    Retracted,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
#[params(check = sensible)]
pub struct Settings {
    /// The lowest quality that counts, from 0 to 1.
    #[param(default = "0.9")]
    pub minimum_quality: Decimal,
    /// How long a result must stand to count.
    #[param(default = "PT72H")]
    pub window: Duration,
}

/// Why a document counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// It was processed well enough, and that stood for the whole window.
    Processed,
    /// It was processed well enough, and the window is not over.
    AwaitingWindow,
    /// Nothing came of it so far.
    Unprocessed,
    /// Its latest processing is below the minimum quality.
    BelowQuality,
    /// Its latest processing failed.
    Failed,
    /// It was retracted and not processed since.
    Retracted,
    /// A quality is not between 0 and 1, so it is unknown what scale it is on.
    OutOfRange,
}

fn is_quality(value: Decimal) -> bool {
    (Decimal::ZERO..=Decimal::ONE).contains(&value)
}

fn sensible(settings: &Settings) -> Result<(), String> {
    if !is_quality(settings.minimum_quality) {
        return Err("minimum-quality is not between 0 and 1: set it to a part of one, such as 0.9".into());
    }
    if settings.window < Duration::ZERO {
        return Err("window is negative: set it to PT0S or longer".into());
    }
    Ok(())
}

/// A document is processed well enough, and neither retracted nor processed worse within a window.
#[assay_sdk::rule(title = "Document stays processed", unit = "document")]
pub fn document_processed(timeline: &Timeline<Document>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let mut candidate: Option<&Fact<Document>> = None;
    let mut shortfall: Option<(&Fact<Document>, Why)> = None;
    for fact in &timeline.events {
        if candidate.is_some_and(|result| fact.at >= result.at + settings.window) {
            break;
        }
        let why = match fact.event {
            Document::Processed { quality } if !is_quality(quality) => {
                return Verdict::indeterminate(Why::OutOfRange).evidence(fact);
            }
            Document::Processed { quality } if quality >= settings.minimum_quality => {
                candidate = candidate.or(Some(fact));
                continue;
            }
            Document::Processed { .. } => Why::BelowQuality,
            Document::Failed => Why::Failed,
            Document::Retracted => Why::Retracted,
        };
        candidate = None;
        shortfall = Some((fact, why));
    }
    match (candidate, shortfall) {
        (Some(result), _) => {
            let succeeds_at = result.at + settings.window;
            if as_of < succeeds_at {
                Verdict::pending_until(Why::AwaitingWindow, succeeds_at).evidence(result)
            } else {
                Verdict::success(Why::Processed, succeeds_at).evidence(result)
            }
        }
        (None, Some((fact, why))) => Verdict::pending(why).evidence(fact),
        (None, None) => Verdict::pending(Why::Unprocessed),
    }
}
