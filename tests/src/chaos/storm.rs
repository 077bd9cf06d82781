//! The storm: one fault after the other, each got over by everybody before the next.

use std::sync::mpsc::Sender;

use assay_domain::period::BillingPeriod;

use super::{
    faults::{Fault, Tally, deck},
    machine::Machine,
    patience,
    proxy::Cut,
    run::{FAULTS_A_MONTH, Site},
    witness::Witness,
};
use crate::fuzz::Random;

/// How often it is looked who has something in hand while nobody gets on.
const LOOKS: u32 = 5;
/// Answers that are spared by chance, so that one which says that a transaction is committed is cut before.
const SPARED: u64 = 24;

/// What is done to a process, and what undoes it.
#[derive(Clone, Copy)]
struct Blow {
    strike: fn(&Machine) -> Result<(), String>,
    heal: fn(&Machine) -> Result<(), String>,
}

const KILL: Blow = Blow { strike: Machine::kill, heal: Machine::start };
const PAUSE: Blow = Blow { strike: Machine::pause, heal: Machine::go_on };
const STALL: Blow = Blow { strike: stall, heal: resume };

fn stall(machine: &Machine) -> Result<(), String> {
    machine.proxy.stall();
    Ok(())
}

fn resume(machine: &Machine) -> Result<(), String> {
    machine.proxy.resume();
    Ok(())
}

/// A storm over a site.
pub(super) struct Storm<'s> {
    site: &'s Site,
    witness: &'s mut Witness,
    random: Random,
    tally: Tally,
}

impl<'s> Storm<'s> {
    /// By the chance of a seed.
    pub(super) fn new(site: &'s Site, witness: &'s mut Witness, seed: u64) -> Self {
        Self { site, witness, random: Random::new(seed), tally: Tally::new() }
    }

    /// So many faults. Months are handed out to be billed as it goes on, each together with a fault.
    pub(super) fn rage(
        mut self,
        faults: usize,
        mut months: impl Iterator<Item = BillingPeriod>,
        bill: &Sender<BillingPeriod>,
        told: &dyn Fn(usize, Fault),
    ) -> Result<Tally, String> {
        // Who bills has ended only if there is trouble, which is heard of elsewhere.
        let hand_out = |month| bill.send(month).unwrap_or_default();
        for (number, fault) in (1_usize..).zip(deck(faults, &mut self.random)) {
            if number % FAULTS_A_MONTH == 1
                && let Some(month) = months.next()
            {
                hand_out(month);
            }
            self.strike(fault).map_err(|what| format!("fault {number}, {fault}: {what}"))?;
            told(number, fault);
        }
        months.for_each(hand_out);
        Ok(self.tally)
    }

    fn strike(&mut self, fault: Fault) -> Result<(), String> {
        let count = self.tally.entry(fault).or_default();
        *count += 1;
        let nth = *count;
        match fault {
            Fault::KillWorker => self.kill_worker(nth),
            Fault::KillServer => self.kill_server(),
            Fault::PauseWorker => self.seize(nth, PAUSE).and_then(|worker| self.recover(&[worker])),
            Fault::Disconnect => self.disconnect(),
            Fault::Stall => self.stall(nth),
            Fault::Cut => self.cut(),
            Fault::CrashDatabase => self.crash_database(),
        }
    }

    /// In turns at any time, and when it has something in hand.
    fn kill_worker(&mut self, nth: u64) -> Result<(), String> {
        let worker = if nth.is_multiple_of(2) {
            let worker = self.random.one_of(self.site.workers());
            worker.kill()?;
            self.witness.remember(worker.name);
            self.bereave(worker, KILL)?
        } else {
            self.seize(nth / 2 + 1, KILL)?
        };
        self.recover(&[worker])
    }

    fn kill_server(&mut self) -> Result<(), String> {
        let (site, server) = (self.site, self.site.server());
        site.until("a request is in flight", || Ok(site.load.is_in_flight().then_some(())))?;
        server.kill()?;
        server.start()?;
        self.recover(&[server])
    }

    fn disconnect(&mut self) -> Result<(), String> {
        let machine = self.random.one_of(self.site.machines());
        let refused = machine.proxy.seen().refused + 1 + self.random.below(3);
        machine.proxy.refuse();
        let connects = || Ok((machine.proxy.seen().refused >= refused).then_some(()));
        self.site.until(&format!("{} tries to connect again", machine.name), connects)?;
        machine.proxy.admit();
        self.recover(&[machine])
    }

    /// Each fourth time it is a worker, for longer than its lease.
    fn stall(&mut self, nth: u64) -> Result<(), String> {
        if nth.is_multiple_of(4) {
            let worker = self.seize(nth / 4, STALL)?;
            return self.recover(&[worker]);
        }
        let machine = self.random.one_of(self.site.machines());
        let held = machine.proxy.seen().held;
        machine.proxy.stall();
        let is_held = || Ok((machine.proxy.seen().held > held).then_some(()));
        self.site.until(&format!("something is held back from or for {}", machine.name), is_held)?;
        machine.proxy.resume();
        self.recover(&[machine])
    }

    fn cut(&mut self) -> Result<(), String> {
        let machine = self.random.one_of(self.site.machines());
        let spared = if self.random.once_in(2) { 0 } else { SPARED };
        let (passes_permille, cut) = (self.random.index(1_000), machine.proxy.seen().cut);
        machine.proxy.cut(Cut { spared, passes_permille });
        let is_cut = || Ok((machine.proxy.seen().cut > cut).then_some(()));
        self.site.until(&format!("an answer to {} is cut", machine.name), is_cut)?;
        self.recover(&[machine])
    }

    fn crash_database(&mut self) -> Result<(), String> {
        self.site.cluster.restart();
        self.witness.reconnect();
        let all: Vec<&Machine> = self.site.machines().iter().collect();
        self.recover(&all)
    }

    /// Strikes a worker that has something in hand, lets others settle that, and heals it.
    fn seize(&mut self, nth: u64, blow: Blow) -> Result<&'s Machine, String> {
        // Who is held up at names has read nothing yet; at evaluations it is in the midst of settling, with rows that are locked.
        let table = if nth.is_multiple_of(3) { "evaluations" } else { "names" };
        let (site, witness, random) = (self.site, &mut *self.witness, &mut self.random);
        let worker = site.until("a worker is struck that has something in hand", || {
            witness.hold_up(table);
            let found = with_work(site, witness, random);
            let struck = found.map_or(Ok(()), blow.strike);
            let remembered = found.map_or(0, |worker| witness.remember(worker.name));
            witness.let_go();
            struck?;
            match found {
                // It was done with it in the last moment.
                Some(worker) if remembered == 0 => (blow.heal)(worker).map(|()| None),
                found => Ok(found),
            }
        })?;
        self.bereave(worker, blow)
    }

    /// Waits until others have settled what somebody who was struck had in hand, and heals it.
    fn bereave(&mut self, worker: &'s Machine, blow: Blow) -> Result<&'s Machine, String> {
        let witness = &mut *self.witness;
        let what = format!("others settle what {} had in hand", worker.name);
        self.site.until(&what, || Ok(witness.is_settled_by_others(worker.name).then_some(())))?;
        (blow.heal)(worker)?;
        Ok(worker)
    }

    /// Waits until all of them do their work again.
    fn recover(&mut self, machines: &[&Machine]) -> Result<(), String> {
        let (site, witness) = (self.site, &mut *self.witness);
        let (latest, batches) = (witness.latest(), site.load.batches());
        machines.iter().try_for_each(|machine| {
            let is_server = machine.name == site.server().name;
            site.until(&format!("{} works again", machine.name), || {
                let works = if is_server { site.load.batches() > batches } else { witness.has_taken(machine.name, latest) };
                Ok(works.then_some(()))
            })
        })
    }
}

/// A worker with something in hand, while nobody gets on.
fn with_work<'s>(site: &'s Site, witness: &mut Witness, random: &mut Random) -> Option<&'s Machine> {
    for _ in 0..LOOKS {
        let holders = witness.holders();
        let has_work = |worker: &&Machine| holders.iter().any(|holder| holder == worker.name);
        let busy: Vec<&Machine> = site.workers().iter().filter(has_work).collect();
        if !busy.is_empty() {
            return Some(*random.one_of(&busy));
        }
        patience::a_moment();
    }
    None
}
