//! The use cases: what can be done with Assay, one function each, in one transaction each.
//!
//! Owns: recording events, uploading rules, definitions and agreements, the worker that judges and settles, billing, and
//! the views that answer questions; beside them the reader of CSV files and the simulated support desk.
//!
//! Invariants: no transaction is open while a rule runs. Time and randomness are arguments, so that a simulation can drive
//! everything. Every operation can be repeated: the second time finds the work done.
//!
//! To add a use case: a method of [`Assay`] in the file of its noun, taking a [`Caller`], committing one
//! [`Operation`]; then a command in `host/cli` and a case in `tests/it`.

mod agreements;
mod bill;
mod credit;
mod definitions;
pub mod desk;
mod dump;
mod error;
pub mod import;
mod ingest;
mod invoices;
mod json;
mod judge;
mod report;
mod rules;
mod tenants;
mod terms;
mod timeline;
mod worker;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use assay_domain::{canon::Digest, clock::Clock, id::TenantId, operation::Operation, time::Timestamp};
use assay_runtime::{Engine, Evaluators, Rule};
use assay_store::Store;

pub use agreements::AgreementRequest;
pub use assay_store::{
    billing::InvoiceRow,
    customers::Standing,
    outcomes::{OutcomeEntry, OutcomeFilter},
};
pub use bill::{BillProgress, BillReport};
pub use definitions::{VersionRequest, VersionView};
pub use error::AppError;
pub use ingest::Checked;
pub use invoices::{InvoiceView, LineView};
pub use report::{OutcomeReport, OutcomeReportRow};
pub use rules::RuleView;
pub use timeline::{EventView, InteractionView, OutcomeView};
pub use worker::Drained;

/// The service, over one store and one engine.
pub struct Assay {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) evaluators: Evaluators,
    pub(crate) rules: Mutex<HashMap<Digest, Rule>>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// On whose behalf something is done: every use case is scoped to the caller's tenant.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data.
    pub tenant: TenantId,
    /// Who, for the audit log: `cli:alice`.
    pub actor: String,
}

impl Assay {
    /// Puts the service together; `threads` evaluator threads.
    pub fn new(store: Store, engine: Engine, clock: Arc<dyn Clock>, threads: usize) -> Result<Self, AppError> {
        let evaluators = Evaluators::start(threads, engine.limits().stack_bytes_max).map_err(AppError::Evaluators)?;
        Ok(Self { store, engine, evaluators, rules: Mutex::default(), clock })
    }

    /// The current time of its clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Closes the store; what was committed is safe either way.
    pub async fn close(self) {
        self.store.close().await;
    }
}

impl Caller {
    pub(crate) fn operation(
        &self,
        action: &'static str,
        subject: impl ToString,
        before: Option<String>,
        after: Option<String>,
        at: Timestamp,
    ) -> Operation {
        Operation { tenant: Some(self.tenant), actor: self.actor.clone(), action, subject: subject.to_string(), before, after, at }
    }
}
