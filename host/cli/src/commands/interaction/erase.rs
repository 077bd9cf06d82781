//! `assay interaction erase`

use anyhow::Result;
use assay_app::Erasure;
use serde_json::json;

use crate::{output::Output, session::Session};

pub(super) async fn run(subject: &str, reason: &str, session: &Session) -> Result<Output> {
    let Erasure { interaction, payloads, erased_at } = session.assay.erase_interaction(&session.caller, subject, reason).await?;
    let json = json!({ "interaction": interaction, "payloads": payloads, "erased_at": erased_at });
    let text = format!("the data of {payloads} events is erased; {subject} stands as it was judged, and is judged no more");
    Ok(Output::new(json, text))
}
