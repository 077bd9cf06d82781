//! A temporary installation with a clock that stands where it is told.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use assay_app::{AgreementRequest, Assay, Caller, KeyRequest, VersionRequest, World};
use assay_domain::{
    clock::Clock,
    definition::Timing,
    entropy::Entropy,
    key::{Role, Roles},
    time::Timestamp,
};
use assay_rating::card::RateCard;
use assay_runtime::Engine;
use assay_store::{Opening, Store};
use tempfile::TempDir;

use crate::{components, hostile::Hostile, postgres, raw::Raw};

/// A clock that is set by hand.
#[derive(Debug, Default)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Moves it, forwards or backwards.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).expect("a time in range")
    }
}

/// Secrets that differ and that every run draws alike.
#[derive(Debug, Default)]
pub struct CountedEntropy(AtomicI64);

impl Entropy for CountedEntropy {
    fn secret(&self) -> [u8; 32] {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        *assay_domain::canon::Digest::of(&count.to_be_bytes()).as_bytes()
    }
}

/// Where an installation keeps what it knows; it goes with it.
enum Place {
    /// A folder with the file in it.
    File(TempDir),
    /// A database of its own.
    Server(Database),
}

/// The address of a database of a server; dropped, the database goes too.
pub(crate) struct Database(pub(crate) String);

impl Drop for Database {
    fn drop(&mut self) {
        postgres::drop_database(&self.0);
    }
}

impl Place {
    fn on_file() -> Self {
        Self::File(TempDir::new().expect("a temporary folder"))
    }

    /// Where this run of the tests keeps its installations.
    fn of_this_run() -> Self {
        if postgres::is_wanted() { Self::Server(Database(postgres::migrated())) } else { Self::on_file() }
    }

    async fn open(&self) -> Store {
        let opened = match self {
            Self::File(folder) => Store::open(&file(folder)).await,
            // Whether it waits for the disk is the server's to say.
            Self::Server(Database(url)) => Store::connect(url, Opening::default()).await,
        };
        opened.expect("a database")
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("assay.db")
}

/// An installation on the engine of this run of the tests: in a folder, or in a database of a server, which go with it.
pub struct Installation {
    /// The service.
    pub assay: Arc<Assay>,
    /// Its clock.
    pub clock: Arc<HandClock>,
    /// Its first tenant.
    pub caller: Caller,
    world: World,
    place: Place,
}

/// A time from its text.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an RFC 3339 time")
}

impl Installation {
    /// A new installation with one tenant, the clock at a time.
    pub async fn new(now: &str) -> Self {
        Self::with_engine(components::engine().clone(), now).await
    }

    /// The same whose rules run on an engine of one's own.
    pub async fn with_engine(engine: Engine, now: &str) -> Self {
        Self::kept_in(Place::of_this_run(), engine, now).await
    }

    /// The same in a file, whichever engine this run is on.
    pub async fn on_file(now: &str) -> Self {
        Self::kept_in(Place::on_file(), components::engine().clone(), now).await
    }

    /// The same in a database of a server that waits for its disk, whichever engine this run is on.
    pub async fn on_server(now: &str) -> Self {
        Self::kept_in(Place::Server(Database(postgres::durable())), components::engine().clone(), now).await
    }

    async fn kept_in(place: Place, engine: Engine, now: &str) -> Self {
        let store = place.open().await;
        let clock = Arc::new(HandClock::default());
        clock.set(at(now));
        let world = World { clock: clock.clone(), entropy: Arc::new(CountedEntropy::default()) };
        let assay = Arc::new(Assay::new(store, engine, world.clone(), 2).expect("a service"));
        let tenant = assay.create_tenant("test", "vendor", "A vendor").await.expect("a tenant");
        Self { assay, clock, caller: Caller::new(tenant, "test"), world, place }
    }

    /// The database file, for what is about a file alone.
    pub fn database(&self) -> PathBuf {
        match &self.place {
            Place::File(folder) => file(folder),
            Place::Server(Database(url)) => panic!("{url} is no file: ask for `open` or `raw`, or begin with `Installation::on_file`"),
        }
    }

    /// The address of its database, where it is kept on a server.
    pub fn url(&self) -> Option<&str> {
        match &self.place {
            Place::File(_) => None,
            Place::Server(Database(url)) => Some(url),
        }
    }

    /// Whether it is kept in a file.
    pub fn is_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// Another way to the same database, as that of another process.
    pub async fn open(&self) -> Store {
        self.place.open().await
    }

    /// A connection past the product.
    pub async fn raw(&self) -> Raw {
        match &self.place {
            Place::File(folder) => Raw::of_file(&file(folder)).await,
            Place::Server(Database(url)) => Raw::of_server(&postgres::superuser(url)).await,
        }
    }

    /// Its clock and its secrets, for another service over the same database.
    pub fn world(&self) -> World {
        self.world.clone()
    }

    /// Another tenant beside the first.
    pub async fn tenant(&self, slug: &str) -> Caller {
        let tenant = self.assay.create_tenant("test", slug, slug).await.expect("a tenant");
        Caller::new(tenant, "test")
    }

    /// The other side of a tenant.
    pub async fn test_side(&self, caller: &Caller) -> Caller {
        let sides = self.assay.tenants().await.expect("tenants");
        let side = sides.iter().find(|side| side.live == caller.tenant && side.id != caller.tenant).expect("a test side");
        Caller::new(side.id, "test")
    }

    /// A key with these roles.
    pub async fn key(&self, caller: &Caller, roles: &[Role]) -> String {
        let request =
            KeyRequest { name: "a key".into(), roles: roles.iter().copied().collect::<Roles>(), customer: None, expires_at: None };
        self.assay.create_key(caller, &request).await.expect("a key").secret.expect("its secret")
    }

    /// A key of a customer.
    pub async fn customer_key(&self, caller: &Caller, customer: &str) -> String {
        let (name, roles) = ("a customer's key".into(), Roles::only(Role::Customer));
        let request = KeyRequest { name, roles, customer: Some(customer.into()), expires_at: None };
        self.assay.create_key(caller, &request).await.expect("a key").secret.expect("its secret")
    }

    /// A definition judged by `resolved-ticket` with parameters and timing, in force from a time.
    pub async fn define(&self, caller: &Caller, slug: &str, parameters: &[(&str, &str)], timing: Timing, from: &str) {
        self.assay.push_rule(caller, components::resolved_ticket()).await.expect("an admitted rule");
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let rule = "resolved-ticket".into();
        let request = VersionRequest { definition: slug.into(), rule, parameters, timing, active_from: Some(at(from)) };
        self.assay.create_version(caller, &request).await.expect("an active version");
    }

    /// A definition judged by a rule that means no good, with 1 for its parameter, in force from a time.
    pub async fn define_hostile(&self, caller: &Caller, slug: &str, rule: Hostile, timing: Timing, from: &str) {
        let pushed = self.assay.push_rule(caller, &rule.build()).await.expect("an admitted rule");
        let (rule, parameters) = (pushed.digest.to_string(), vec![("n".into(), "1".into())]);
        let request = VersionRequest { definition: slug.into(), rule, parameters, timing, active_from: Some(at(from)) };
        self.assay.create_version(caller, &request).await.expect("an active version");
    }

    /// Agreements with every customer under one card.
    pub async fn agree(&self, caller: &Caller, definition: &str, card: &RateCard, from: &str, until: Option<&str>) {
        self.assay.create_rate_card(caller, card).await.expect("a rate card");
        let customers = self.assay.customers(caller).await.expect("customers");
        let request = |customer: String| AgreementRequest {
            customer,
            definitions: vec![(definition.into(), None)],
            parties: Default::default(),
            rate_card: card.name.clone(),
            overrides: Default::default(),
            from: at(from),
            until: until.map(at),
        };
        let owners = customers.into_iter().filter(|customer| customer.standing.is_owner());
        let requests: Vec<_> = owners.map(|customer| request(customer.key)).collect();
        self.assay.create_agreements(caller, &requests).await.expect("agreements");
    }
}
