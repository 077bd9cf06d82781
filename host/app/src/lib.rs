//! The use cases: what can be done with Assay, one function each, in one transaction each.
//!
//! Owns: recording events, uploading rules, definitions and agreements, the worker that judges and settles, billing, and
//! the views that answer questions; beside them the reader of CSV files and the simulated support desk.
//!
//! Invariants: no transaction is open while a rule runs. Time and randomness are arguments, so that a simulation can drive
//! everything. Every operation can be repeated: the second time finds the work done.
//!
//! To add a use case: a method of [`Assay`] in the file of its noun, taking a [`Caller`], committing one
//! [`Operation`](assay_domain::operation::Operation); then a command in `host/cli` and a case in `tests/it`.

mod agreements;
mod approvals;
mod ask;
mod attestations;
mod audit;
mod audit_chain;
mod backtest;
mod bill;
mod book;
mod breaker;
mod budget;
mod caller;
mod compiling;
mod conflicts;
mod conservation;
mod credit;
mod customers;
mod definitions;
pub mod desk;
mod disputes;
mod doctor;
mod dump;
mod economics;
mod error;
mod event_usage;
pub mod export;
mod gate;
pub mod import;
mod ingest;
mod interactions;
mod invoices;
mod json;
mod judge;
mod keys;
mod ledger;
mod market;
mod metrics;
mod overview;
mod portal;
mod rate_cards;
mod rated;
mod receipts;
mod record;
mod replay;
mod report;
mod retention;
mod rule_cache;
mod rules;
mod runs;
mod sampling;
mod supersede;
mod tenants;
mod terms;
mod timeline;
mod versions;
mod wallets;
mod work;
mod worker;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use assay_domain::{
    canon::Digest,
    clock::Clock,
    entropy::Entropy,
    id::{EngineId, VersionId},
    time::{Duration, Timestamp},
};
use assay_runtime::{Engine, Evaluators};
use assay_store::Store;

use attestations::VoucherCache;
use breaker::Breaker;
use compiling::Compiling;
use record::Recorder;
use rule_cache::RuleCache;
use work::Signals;

pub use agreements::{AgreementRequest, AgreementView};
pub use approvals::{
    AnswerView, ApprovalForm, ApprovalKeyRequest, ApprovalKeyView, ApprovalRequest, ApprovalView, ProposalRequest, ProposalView,
    ReplacementRequest, SaidView, Signed,
};
pub use assay_store::{
    Page,
    approval_keys::EndKind,
    attestations::{AttestationRow, Voucher},
    billing::InvoiceRow,
    customers::Standing,
    discrepancies::DiscrepancyRow,
    operations::OperationRow,
    tenants::TenantRow,
};
pub use attestations::{
    EventKeyRequest, EventKeyView, NewWebhookSecret, Submitted, Webhook, WebhookDoor, WebhookEndpointRequest, WebhookEndpointView,
    WebhookSecretView,
};
pub use audit_chain::AuditReport;
pub use backtest::{
    BacktestGate, BacktestReport, BacktestRequest, BacktestView, BillChange, BillTotal, Candidate, Changes, Confusion, DifferenceCounts,
    DifferenceKind, Flow, FuelReport, LabelReport, NewFault, Proportion, ProportionError, RecalledHistory, Score, SideReport, Stand,
    ThresholdCheck, Thresholds, VerdictDifference, Window, read_labels,
};
pub use bill::{BillProgress, BillReport};
pub use caller::{Caller, Once};
pub use conflicts::ConflictView;
pub use conservation::{ConservationReport, Equation, EventClass, MoneyView};
pub use customers::{CustomerView, MergeView};
pub use definitions::{DefinitionView, VersionRequest};
pub use disputes::{
    DisputeDetail, DisputeQuery, DisputeReport, DisputeRequest, DisputeTally, DisputeTermsView, DisputeView, Expectation, FindingView,
    FixtureEvent, FixtureRequest, FixtureResult, FixtureView, SavedFixture, StepView,
};
pub use doctor::Backlog;
pub use economics::{
    CardMargin, CustomerBills, Economics, EconomicsQuery, EconomicsRow, ModelCosts, Money, PriceSimulation, Question, Readiness,
    ReadinessAnswer, UnreadableCost,
};
pub use error::AppError;
pub use ingest::Checked;
pub use interactions::{InteractionEntry, InteractionQuery, OutcomeEntry, Retried};
pub use invoices::{Basis, InvoiceView, LineDispute, LineView};
pub use keys::{KeyCustomer, KeyRequest, KeyView, NewKey, Principal};
pub use ledger::{BalanceView, HoldView, LedgerAudit, LedgerViolation, TransferView};
pub use market::{MarketCharge, MarketOffer, MarketPair, MarketPrice, MarketReason, MarketReport, MarketRequest, MarketRule, MarketSide};
pub use metrics::Metrics;
pub use overview::{DayView, Overview};
pub use portal::{CustomerCaller, OwnLine, OwnLineOutcome, ProposalBacktest, VENDOR};
pub use rate_cards::RateCardView;
pub use receipts::{Erasure, LogView, ReceiptQuery, ReceiptView};
pub use replay::{Check, DifferenceView, ReplayReport, ReplayRequest, Selection};
pub use report::{OutcomeReport, OutcomeReportRow};
pub use retention::{RetentionErasure, RetentionView};
pub use rules::RuleView;
pub use runs::RunView;
pub use sampling::{Interval, SampleDetail, SampleEstimate, SampleItemView, SampleJudgement, SampleReport, SampleRequest, SampleView};
pub use supersede::SupersessionView;
pub use tenants::NewTenant;
pub use timeline::{EventView, InteractionView, OutcomeDispute, OutcomeView, SupersededView};
pub use versions::{ApprovedView, SuspensionView, VersionView};
pub use wallets::{GrantRequest, LotView, TopUpView, WalletRequest, WalletView};
pub use work::{Loops, RunProgress};
pub use worker::Drained;

/// The service, over one store and one engine.
pub struct Assay {
    pub(crate) store: Store,
    pub(crate) evaluators: Evaluators,
    pub(crate) rules: RuleCache,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) breakers: Mutex<HashMap<VersionId, Arc<Breaker>>>,
    pub(crate) compiling: Compiling,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) vouchers: VoucherCache,
    pub(crate) signals: Arc<Signals>,
    pub(crate) engine_id: tokio::sync::OnceCell<EngineId>,
    pub(crate) on_demand: tokio::sync::OnceCell<RuleCache>,
    pub(crate) metrics: Metrics,
    /// How long what is taken in hand is kept from other processes.
    pub(crate) lease: Duration,
}

/// How long what a process takes in hand is kept from others, unless it is said otherwise: longer than the budget of a turn lasts. What a
/// process had in hand that is gone is taken by others after that time.
pub const LEASE: Duration = Duration::seconds(15);

/// What the world outside gives: the time, and bytes that nobody can guess.
#[derive(Clone)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Secrets.
    pub entropy: Arc<dyn Entropy>,
}

impl Assay {
    /// Puts the service together; `threads` evaluator threads.
    pub fn new(store: Store, engine: Engine, world: World, threads: usize) -> Result<Self, AppError> {
        let evaluators = Evaluators::start(threads, engine.limits().stack_bytes_max).map_err(AppError::Evaluators)?;
        let (signals, metrics) = (Arc::<Signals>::default(), Metrics::default());
        let recorder = Recorder::new(store.clone(), Arc::clone(&world.clock), Arc::clone(&signals), metrics.clone());
        let World { clock, entropy } = world;
        let recorder = Arc::new(recorder);
        let (breakers, engine_id, on_demand, compiling) = Default::default();
        let rules = RuleCache::new(engine);
        Ok(Self {
            store,
            evaluators,
            rules,
            clock,
            entropy,
            breakers,
            compiling,
            recorder,
            vouchers: VoucherCache::default(),
            signals,
            engine_id,
            on_demand,
            metrics,
            lease: LEASE,
        })
    }

    /// The same with leases of another length.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// The current time of its clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A short text that no other process has, for telling its requests apart.
    pub fn nonce(&self) -> String {
        Digest::of(&self.entropy.secret()).to_string().chars().take(8).collect()
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), AppError> {
        self.tenants().await.map(drop)
    }

    /// Makes what the database needs for this month and so many after it and does not have yet; gives back what was made. One file needs
    /// nothing.
    pub async fn maintain(&self, months_ahead: u32) -> Result<Vec<String>, AppError> {
        Ok(self.store.maintain(self.now(), months_ahead).await?)
    }

    /// What is counted and measured, as of now.
    pub fn metrics(&self) -> &Metrics {
        self.metrics.epochs(self.rules.engine.epochs());
        &self.metrics
    }

    /// Closes the store; what was committed is safe either way.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
