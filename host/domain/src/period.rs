//! Billing periods: the months that runs are named by, and how a customer's own time is cut into half-open periods.

use std::{fmt, str::FromStr, sync::OnceLock};

use jiff::{
    ToSpan as _,
    civil::{Date, DateTime},
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::time::{Timestamp, serde_as_text};
use serde::{Deserialize, Serialize};

/// One calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingPeriod {
    year: i16,
    month: i8,
}

/// A text that is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month such as 2016-03")]
pub struct PeriodError(String);

impl BillingPeriod {
    /// The month a time lies in.
    pub fn containing(at: Timestamp) -> Self {
        let date = at.to_jiff().to_zoned(TimeZone::UTC).date();
        Self { year: date.year(), month: date.month() }
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        let start = Date::new(self.year, self.month, 1).and_then(|date| date.to_zoned(TimeZone::UTC)).ok();
        start.and_then(|start| Timestamp::from_jiff(start.timestamp())).unwrap_or(Timestamp::EPOCH)
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        self.next().start()
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 { Self { year: self.year + 1, month: 1 } } else { Self { month: self.month + 1, ..self } }
    }
}

impl BillingPeriod {
    fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// Months counted from a year that never was.
    fn index(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }

    fn at_index(index: i32) -> Self {
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        Self { year: i16::try_from(year).unwrap_or(i16::MAX), month: i8::try_from(month).unwrap_or(1) }
    }

    fn is_in_range(self) -> bool {
        (1970..2255).contains(&self.year)
    }
}

impl FromStr for BillingPeriod {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError(text.into());
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Err(error());
        }
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2).ok_or_else(error)?;
        let (year, month) = (year.parse().map_err(|_| error())?, month.parse().map_err(|_| error())?);
        let period = Self { year, month };
        if period.is_in_range() && (1..=12).contains(&month) { Ok(period) } else { Err(error()) }
    }
}

impl fmt::Display for BillingPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
serde_as_text!(BillingPeriod);

/// How a customer's time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cycle {
    /// At the first of every month.
    #[default]
    Monthly,
    /// A month at a time from when the agreement starts.
    Anniversary,
}

impl Cycle {
    const ALL: [(Self, &'static str); 2] = [(Self::Monthly, "monthly"), (Self::Anniversary, "anniversary")];
}

/// A text that names no cycle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither monthly nor anniversary")]
pub struct CycleError(String);

impl FromStr for Cycle {
    type Err = CycleError;

    fn from_str(text: &str) -> Result<Self, CycleError> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(cycle, _)| *cycle).ok_or_else(|| CycleError(text.into()))
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(cycle, _)| cycle == self).map_or("monthly", |(_, name)| name))
    }
}

/// A time zone of the IANA database. The database is part of the program, so that every machine cuts alike.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone of the IANA database; write it as in Europe/Berlin, or UTC")]
pub struct ZoneError(String);

impl Zone {
    /// The first instant that shows a local time or, where that was left out, a later one.
    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.zone.to_timestamp(local).ok().and_then(Timestamp::from_jiff)
    }

    /// What its clocks show at a time.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at.to_jiff())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".into(), zone: TimeZone::UTC }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        static BUNDLED: OnceLock<TimeZoneDatabase> = OnceLock::new();
        if text == "UTC" {
            return Ok(Self::default());
        }
        let error = || ZoneError(text.into());
        let zone = BUNDLED.get_or_init(TimeZoneDatabase::bundled).get(text).map_err(|_| error())?;
        let name = zone.iana_name().filter(|name| !["Etc/Unknown", "Factory"].contains(name)).ok_or_else(error)?.to_owned();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What a period is called: its month, or the local date on which it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodName {
    /// 2016-03.
    Month(BillingPeriod),
    /// 2016-03-15.
    From(Date),
}

impl FromStr for PeriodName {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let is_date = text.len() == 10 && text.is_ascii();
        let Some((month, day)) = text.rsplit_once('-').filter(|_| is_date) else {
            return text.parse().map(Self::Month);
        };
        let error = || PeriodError(text.into());
        let month: BillingPeriod = month.parse().map_err(|_| error())?;
        let day = day.parse().ok().filter(|_| day.bytes().all(|byte| byte.is_ascii_digit())).ok_or_else(error)?;
        Date::new(month.year, month.month, day).map(Self::From).map_err(|_| error())
    }
}

impl fmt::Display for PeriodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => write!(f, "{month}"),
            Self::From(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        }
    }
}
serde_as_text!(Cycle, Zone, PeriodName);

/// A time that is billed together: from its start up to, not including, its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// What it is called.
    pub name: PeriodName,
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// How one agreement's time is cut into periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// At which points.
    pub cycle: Cycle,
    /// By which clocks on the wall.
    pub zone: Zone,
    /// When the agreement starts; monthly periods do not depend on it.
    pub anchor: Timestamp,
}

impl Calendar {
    /// The period that the run of a month bills: that month, or the anniversary period that ends in it. One that ends with the month ends
    /// in it, and one that starts with it does not.
    pub fn billed_in(&self, month: BillingPeriod) -> Option<Period> {
        match self.cycle {
            Cycle::Monthly => self.month(month),
            Cycle::Anniversary => self.anniversary(month.index() - self.anchor_index() - self.months_to_bill()),
        }
    }

    /// The month whose run bills a period: the one in which it ends.
    pub fn month_billing(&self, period: &Period) -> BillingPeriod {
        match period.name {
            PeriodName::Month(month) => month,
            PeriodName::From(date) => BillingPeriod::at_index(BillingPeriod::of(date).index() + self.months_to_bill()),
        }
    }

    /// How many months after that of its start an anniversary period is billed: one, unless it ends with the month it starts in.
    fn months_to_bill(&self) -> i32 {
        let anchor = self.zone.local(self.anchor);
        i32::from(anchor != anchor.date().first_of_month().at(0, 0, 0, 0))
    }

    fn anchor_index(&self) -> i32 {
        BillingPeriod::of(self.zone.local(self.anchor).date()).index()
    }

    /// The period that a time lies in; `None` before an anniversary's first.
    pub fn containing(&self, at: Timestamp) -> Option<Period> {
        let near = BillingPeriod::of(self.zone.local(at).date()).index();
        // Around a change of the clocks the local month may be one beside the period's.
        let beside = [0, -1, 1, -2, 2].into_iter();
        match self.cycle {
            Cycle::Monthly => beside.map(|n| BillingPeriod::at_index(near + n)).find_map(|month| self.month(month).filter(|p| p.holds(at))),
            Cycle::Anniversary => {
                let anchor = self.anchor_index();
                beside.map(|n| near - anchor + n).find_map(|n| self.anniversary(n).filter(|period| period.holds(at)))
            }
        }
    }

    /// The period with a name; `None` when no period of this calendar is called so.
    pub fn named(&self, name: PeriodName) -> Option<Period> {
        match (self.cycle, name) {
            (Cycle::Monthly, PeriodName::Month(month)) => self.month(month),
            (Cycle::Anniversary, PeriodName::From(date)) => {
                let period = self.anniversary(BillingPeriod::of(date).index() - self.anchor_index());
                period.filter(|period| period.name == name)
            }
            _ => None,
        }
    }

    /// The period after one.
    pub fn after(&self, period: &Period) -> Option<Period> {
        match period.name {
            PeriodName::Month(month) => self.named(PeriodName::Month(month.next())),
            PeriodName::From(date) => self.anniversary(BillingPeriod::of(date).index() - self.anchor_index() + 1),
        }
    }

    fn month(&self, month: BillingPeriod) -> Option<Period> {
        let first = |month: BillingPeriod| self.zone.instant(Date::new(month.year, month.month, 1).ok()?.at(0, 0, 0, 0));
        let period = Period { name: PeriodName::Month(month), start: first(month)?, end: first(month.next())? };
        Some(period).filter(|_| month.is_in_range())
    }

    /// The n-th month from the anchor, always counted from there: the 31st comes back after a February.
    fn anniversary(&self, n: i32) -> Option<Period> {
        let anchor = self.zone.local(self.anchor);
        let local = |n: i32| anchor.checked_add(n.months()).ok();
        let start = |n: i32| if n == 0 { Some(self.anchor) } else { self.zone.instant(local(n)?) };
        if n < 0 {
            return None;
        }
        let date = local(n)?.date();
        let period = Period { name: PeriodName::From(date), start: start(n)?, end: start(n + 1)? };
        Some(period).filter(|_| BillingPeriod::of(date).is_in_range())
    }
}

impl Period {
    /// Whether a time lies in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}
