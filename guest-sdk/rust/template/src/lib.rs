//! A document counts once it was read well enough and not sent back within a window.

use assay_sdk::{Duration, Timeline, Timestamp, Verdict};

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, assay_sdk::Event)]
pub enum Document {
    /// It was read.
    #[event(kind = "document.processed")]
    Processed {
        /// How well, from 0 to 100.
        quality: i64,
    },
    /// It was sent back.
    #[event(kind = "document.returned")]
    Returned,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, assay_sdk::Params)]
pub struct Settings {
    /// The lowest quality that counts.
    #[param(default = 80)]
    pub minimum: i64,
    /// How long it may be sent back.
    #[param(default = "P1D")]
    pub window: Duration,
}

/// Why a document counts or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, assay_sdk::Reason)]
pub enum Why {
    /// It was read well enough and not sent back.
    Processed,
    /// It was not read well enough so far.
    Waiting,
    /// It may still be sent back.
    Window,
    /// It was sent back.
    Returned,
}

/// A document counts once it was read well enough and not sent back within a window.
#[assay_sdk::rule(title = "Document processed", unit = "document")]
pub fn my_rule(timeline: &Timeline<Document>, settings: &Settings, as_of: Timestamp) -> Verdict<Why> {
    let good = |document: &Document| matches!(document, Document::Processed { quality } if *quality >= settings.minimum);
    let mut facts = timeline.events.iter();
    let Some(processed) = facts.find(|fact| good(&fact.event)) else {
        return Verdict::pending(Why::Waiting);
    };
    // The end of the window lies after it: what is decided then must not hang on a fact of the same instant.
    let due = processed.at + settings.window;
    if let Some(returned) = facts.take_while(|fact| fact.at < due).find(|fact| fact.event == Document::Returned) {
        return Verdict::failure(Why::Returned).evidence(processed).evidence(returned);
    }
    let verdict = if as_of < due { Verdict::pending_until(Why::Window, due) } else { Verdict::success(Why::Processed, due) };
    verdict.evidence(processed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn fixtures() {
        assay_sdk::testing::run_fixtures::<super::MyRule>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
