//! A run: an installation on a server of its own, four processes that share it, clients, and a storm over all of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use assay_cli::session::SystemClock;
use assay_domain::{clock::Clock as _, id::TenantId, key::Role, period::BillingPeriod};
use assay_store::{Opening, Store};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::{
    check,
    events::Teller,
    faults::{Fault, Tally},
    installation::{self, FROM},
    load::Load,
    machine::Machine,
    patience,
    report::{Failure, Report, words},
    storm::Storm,
    witness::Witness,
};
use crate::{
    assay::at,
    bin,
    postgres::{Cluster, superuser},
};

const DATABASE: &str = "chaos";
/// Clients that send at the same time.
const SENDERS: u64 = 3;
/// Faults for each month that is billed meanwhile.
pub(super) const FAULTS_A_MONTH: usize = 3;

/// What is to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many faults.
    pub faults: usize,
    /// What decides which, and what is told meanwhile.
    pub seed: u64,
    /// How long what a process takes in hand is kept from others, in seconds.
    pub lease_s: u32,
}

impl Plan {
    /// The months that are billed while things go wrong, and one more, which brings what they have come to differ by in the end.
    pub(super) fn months(&self) -> (Vec<BillingPeriod>, BillingPeriod) {
        let first = BillingPeriod::containing(at(FROM));
        let months = std::iter::successors(Some(first), |month| Some(month.next()));
        let months: Vec<BillingPeriod> = months.take(self.faults / FAULTS_A_MONTH + 1).collect();
        let last = months.last().copied().unwrap_or(first).next();
        (months, last)
    }
}

/// Runs through a plan. `told` hears of every fault that everybody has got over, with its number. An error is what kept it from being run
/// through to the end; what does not hold in the end is in the report.
pub fn run(plan: &Plan, told: &dyn Fn(usize, Fault)) -> Result<Report, Box<Failure>> {
    let lived = catch_unwind(AssertUnwindSafe(|| Site::start(plan).and_then(|(site, witness)| site.live(plan, witness, told))));
    let lived = lived.unwrap_or_else(|panic| Err(format!("a panic: {}", words(&*panic))));
    lived.map_err(|what| Box::new(Failure { plan: plan.clone(), what }))
}

/// The installation and everybody at work on it.
pub(super) struct Site {
    machines: Vec<Machine>,
    pub(super) load: Load,
    pub(super) cluster: Cluster,
    /// Its database, past every proxy.
    pub(super) url: String,
    pub(super) tenant: TenantId,
    trouble: Mutex<Option<String>>,
    _folder: TempDir,
}

impl Site {
    fn start(plan: &Plan) -> Result<(Self, Witness), String> {
        let (folder, cluster) = (TempDir::new().expect("a temporary folder"), Cluster::start(true, true));
        let url = cluster.create(DATABASE);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (tenant, sender, biller) = runtime.block_on(establish(&url));
        let witness = Witness::new(superuser(&url));
        bin::keep(folder.path(), Some(url.clone()));
        let lease = plan.lease_s.to_string();
        let common = ["--listen", "127.0.0.1:0", "--lease", &lease, "--log-level", "warn"];
        let machine = |name, role: &[&str]| Machine::new(name, &[role, &common[..]].concat(), folder.path(), &cluster, &url);
        let workers = ["worker_1", "worker_2", "worker_3"].map(|name| machine(name, &["worker"]));
        // What is judged is left to the workers, but for what a billing run waits for.
        let machines: Vec<Machine> = std::iter::once(machine("server", &["serve", "--ingest", "--bill"])).chain(workers).collect();
        let load = Load::new(sender, biller);
        let site = Self { machines, load, cluster, url, tenant, trouble: Mutex::default(), _folder: folder };
        site.machines.iter().try_for_each(Machine::start)?;
        Ok((site, witness))
    }

    /// Every process.
    pub(super) fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// The one that answers the API.
    pub(super) fn server(&self) -> &Machine {
        &self.machines[0]
    }

    /// Those that judge.
    pub(super) fn workers(&self) -> &[Machine] {
        &self.machines[1..]
    }

    /// Looks until something is found; gives up when something else has gone wrong meanwhile.
    pub(super) fn until<T>(&self, what: &str, mut look: impl FnMut() -> Result<Option<T>, String>) -> Result<T, String> {
        patience::until(what, || {
            self.check()?;
            look()
        })
    }

    fn check(&self) -> Result<(), String> {
        let told = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        told.or_else(|| self.machines.iter().find_map(Machine::ended)).map_or(Ok(()), Err)
    }

    /// The first trouble is what everybody hears of.
    fn note(&self, result: Result<(), String>) {
        if let Err(trouble) = result {
            self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(trouble);
        }
    }

    fn live(&self, plan: &Plan, mut witness: Witness, told: &dyn Fn(usize, Fault)) -> Result<Report, String> {
        let lived = self.weather(plan, &mut witness, told).and_then(|tally| {
            self.settle_down(plan, &mut witness)?;
            Ok(tally)
        });
        let logs = || self.machines.iter().map(Machine::log).collect::<Vec<_>>().join("\n");
        let tally = lived.map_err(|what| format!("{what}\n{}", logs()))?;
        let checks = check::all(self, plan, &mut witness);
        let counts = check::counts(self, &mut witness);
        Ok(Report { plan: plan.clone(), tally, counts, checks })
    }

    /// Lets the storm rage while clients send and months are billed.
    fn weather(&self, plan: &Plan, witness: &mut Witness, told: &dyn Fn(usize, Fault)) -> Result<Tally, String> {
        let (months, _) = plan.months();
        let (bill, to_bill) = mpsc::channel();
        let tally = thread::scope(|scope| {
            let _shift = self.load.shift();
            for sender in 0..SENDERS {
                let teller = Teller::new(plan.seed.wrapping_mul(SENDERS).wrapping_add(sender), &months);
                scope.spawn(move || self.note(self.load.send(self.server(), teller)));
            }
            scope.spawn(move || self.note(to_bill.into_iter().try_for_each(|month| self.load.bill(self.server(), month))));
            let raged = Storm::new(self, witness, plan.seed).rage(plan.faults, months.iter().copied(), &bill, told);
            drop(bill);
            raged.inspect_err(|trouble| self.note(Err(trouble.clone())))
        })?;
        self.check().map(|()| tally)
    }

    /// Everything is told and judged, and one more month brings what the others have come to differ by.
    fn settle_down(&self, plan: &Plan, witness: &mut Witness) -> Result<(), String> {
        self.load.send_rest(self.server())?;
        self.until("nothing waits to be judged", || Ok(witness.is_idle().then_some(())))?;
        self.load.bill(self.server(), plan.months().1)?;
        self.machines.iter().try_for_each(Machine::terminate)
    }
}

/// A database with its schema and everything that is agreed on; the tenant, a key for events, and one for billing.
async fn establish(url: &str) -> (TenantId, String, String) {
    assay_store::migrate(url, SystemClock.now()).await.expect("a schema");
    let store = Store::connect(url, Opening::default()).await.expect("a database");
    let assay = installation::service(store);
    let caller = installation::establish(&assay).await;
    let sender = installation::key(&assay, &caller, Role::Ingest).await;
    let biller = installation::key(&assay, &caller, Role::Billing).await;
    assay.close().await;
    (caller.tenant, sender, biller)
}
