//! Every setting and what it is when nobody sets it.
//!
//! Flags win over the environment, the environment over the file, the file over what is written here.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    args::{Args, Command},
    database::DatabaseUrl,
    log, sources,
};

/// All settings, in the shape of the configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The database on a server; the file in the data folder when absent.
    pub database: Option<DatabaseUrl>,
    /// The tenant, where the installation has several.
    pub tenant: Option<String>,
    /// Evaluator threads; one per core when absent.
    pub threads: Option<NonZeroUsize>,
    /// Seconds that what a process takes in hand is kept from others.
    pub lease: Option<NonZeroU32>,
    /// The service.
    pub serve: Serve,
    /// A worker.
    pub worker: Worker,
    /// How much one caller may ask the service for.
    pub limits: Limits,
    /// The log of the service.
    pub log: Log,
    /// Traces of the service.
    pub traces: Traces,
}

/// Settings of the service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Whether this process judges and bills, beside answering.
    pub worker: bool,
}

impl Default for Serve {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)), worker: true }
    }
}

/// Settings of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Worker {
    /// Where it tells how it is; port 0 takes a free one.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
}

impl Default for Worker {
    /// Several fit on a machine, beside the service.
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| D::Error::custom(format!("{text:?} is no address to listen on; write it like 127.0.0.1:8080")))
}

/// Limits of the service; what is absent is the API's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Bytes of one body of events, after decompression.
    pub events_body_bytes_max: Option<NonZeroU64>,
    /// Bytes of any other body.
    pub body_bytes_max: Option<NonZeroUsize>,
    /// Bytes of an uploaded rule.
    pub rule_bytes_max: Option<NonZeroUsize>,
    /// Bytes of one line of events.
    pub line_bytes_max: Option<NonZeroUsize>,
    /// Seconds that one request may take.
    pub request_timeout_s: Option<NonZeroU32>,
    /// Seconds that a body may pause.
    pub body_idle_timeout_s: Option<NonZeroU32>,
    /// Seconds that the head of a request may take.
    pub header_timeout_s: Option<NonZeroU32>,
    /// Connections at the same time.
    pub connections_max: Option<NonZeroUsize>,
    /// Requests per second with one key, on average.
    pub requests_per_second: Option<NonZeroU32>,
    /// Requests with one key in a burst.
    pub burst: Option<NonZeroU32>,
    /// Seconds that requests may go on when the service is told to stop.
    pub shutdown_s: Option<u32>,
}

impl Limits {
    /// The limits as the API takes them.
    pub fn of_service(&self) -> assay_api::Limits {
        let own = assay_api::Limits::default();
        let seconds = |set: Option<NonZeroU32>, own: Duration| set.map_or(own, |set| Duration::from_secs(set.get().into()));
        assay_api::Limits {
            events_body_bytes_max: self.events_body_bytes_max.map_or(own.events_body_bytes_max, NonZeroU64::get),
            body_bytes_max: self.body_bytes_max.map_or(own.body_bytes_max, NonZeroUsize::get),
            rule_bytes_max: self.rule_bytes_max.map_or(own.rule_bytes_max, NonZeroUsize::get),
            line_bytes_max: self.line_bytes_max.map_or(own.line_bytes_max, NonZeroUsize::get),
            request_timeout: seconds(self.request_timeout_s, own.request_timeout),
            body_idle_timeout: seconds(self.body_idle_timeout_s, own.body_idle_timeout),
            header_timeout: seconds(self.header_timeout_s, own.header_timeout),
            connections_max: self.connections_max.map_or(own.connections_max, NonZeroUsize::get),
            requests_per_second: self.requests_per_second.map_or(own.requests_per_second, NonZeroU32::get),
            burst: self.burst.map_or(own.burst, NonZeroU32::get),
            shutdown: self.shutdown_s.map_or(own.shutdown, |set| Duration::from_secs(set.into())),
        }
    }
}

/// Settings of the log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Log {
    /// How lines are written.
    pub format: Format,
    /// Which lines are written.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: Format::Text, level: "info".to_owned() }
    }
}

/// How lines of the log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Settings of traces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Traces {
    /// Where spans go: the address of a collector's OTLP over HTTP; nowhere when absent.
    #[serde(deserialize_with = "collector")]
    pub endpoint: Option<String>,
    /// Of how many traces one is kept, unless the caller has decided.
    pub one_in: NonZeroU32,
}

impl Default for Traces {
    fn default() -> Self {
        Self { endpoint: None, one_in: NonZeroU32::MIN }
    }
}

fn collector<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = || D::Error::custom(format!("{text:?} is no address of a collector; write it like http://127.0.0.1:4318/v1/traces"));
    let address: http::Uri = text.parse().map_err(|_| wrong())?;
    let is_http = address.scheme_str() == Some("http") && address.host().is_some();
    if is_http { Ok(Some(text)) } else { Err(wrong()) }
}

impl Settings {
    /// What applies to a command.
    pub fn read(args: &Args) -> Result<Self> {
        let mut settings = sources::read(file(args).as_deref(), std::env::vars_os())?;
        settings.database = args.database.clone().or(settings.database);
        settings.tenant = args.tenant.clone().or(settings.tenant);
        settings.threads = args.threads.or(settings.threads);
        match &args.command {
            Command::Serve(serve) => serve.set(&mut settings),
            Command::Worker(worker) => worker.set(&mut settings),
            _ => {}
        }
        settings.database.as_ref().map_or(Ok(()), DatabaseUrl::check).context("database")?;
        log::filter(&settings.log.level).context("log.level")?;
        Ok(settings)
    }
}

/// The configuration file: the one that is named, or `assay.toml` in the data folder where there is one.
pub(crate) fn file(args: &Args) -> Option<PathBuf> {
    let usual = || Some(args.data.join("assay.toml")).filter(|path| path.exists());
    args.config.clone().or_else(usual)
}
