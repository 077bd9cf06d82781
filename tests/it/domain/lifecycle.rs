//! The law of which version judges, over random lives of versions: against a slow model that goes through the days one by one; and that
//! nothing which has opened changes its version.

use std::collections::BTreeSet;

use assay_domain::{
    approval::{Approvals, Parties},
    canon::Digest,
    definition::{ActivationContext, Timing, Version, VersionContent, VersionState},
    id::{AgreementId, ApprovalKeyId, CustomerId, DefinitionId, ProposalId, RateCardId, VersionId},
    proposal::{Answer, ApprovalContext, Proposal},
    terms::{AgreedDefinition, Agreement, demanded, has_earlier, terms},
    time::{Duration, Timestamp},
};
use proptest::{collection::vec, prelude::*};

const DEFINITION: DefinitionId = DefinitionId(1);
/// The days that are looked at.
const FIRST: i64 = -12;
const LAST: i64 = 80;

fn day(n: i64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_micros(n * Duration::days(1).micros()).unwrap())
}

/// What came about, in the words of the model.
#[derive(Debug, Clone, Copy)]
enum Fact {
    Activated { version: i64, from: i64 },
    Approved { version: i64, customer: CustomerId, from: i64, is_signed: bool },
    Retired { version: i64, from: i64 },
}

#[derive(Debug, Clone)]
struct World {
    now: i64,
    has_invoices: bool,
    versions: Vec<Version>,
    agreements: Vec<Agreement>,
    proposals: Vec<Proposal>,
    facts: Vec<Fact>,
}

/// What is tried, which version, which customer or proposal, how many days from now, and how many days pass before it.
type Step = (u8, usize, usize, i64, i64);

impl World {
    /// Three versions, and three customers: 1 signs what judges it, 2 does not, and 3 has a version of its own.
    fn new() -> Self {
        let content = VersionContent {
            component: Digest::of(b"component"),
            contract: "assay:rule@0.1.0".into(),
            parameters: Vec::new(),
            reads: Vec::new(),
            timing: Timing::default(),
        };
        let version = |number: u32| Version {
            id: VersionId(number.into()),
            definition: DEFINITION,
            number,
            content: content.clone(),
            state: VersionState::Draft,
            approvals: Approvals::default(),
        };
        let agreement = |customer: i64, parties: Parties, version: Option<i64>| Agreement {
            id: AgreementId(customer),
            customer: CustomerId(customer),
            definitions: vec![AgreedDefinition { definition: DEFINITION, version: version.map(VersionId) }],
            parties,
            rate_card: RateCardId(1),
            overrides: None,
            from: day(FIRST),
            until: None,
        };
        let agreements = vec![agreement(1, Parties::Two, None), agreement(2, Parties::One, None), agreement(3, Parties::One, Some(1))];
        let (proposals, facts) = (Vec::new(), Vec::new());
        Self { now: 0, has_invoices: false, versions: (1..=3).map(version).collect(), agreements, proposals, facts }
    }

    /// Takes a step, if the laws allow it.
    fn take(&mut self, (what, version, whose, offset, passing): Step) {
        self.now += passing;
        let (at, customer) = (self.now + offset, CustomerId(1 + whose as i64 % 3));
        match what {
            0 | 1 => self.propose(version, (whose > 0).then_some(CustomerId(whose as i64)), at),
            2..=4 => self.answer(version + 3 * whose, customer, what != 4),
            5 => self.reject(version + 3 * whose, customer),
            6 => self.withdraw(version + 3 * whose),
            7 | 8 => self.activate(version, at),
            9 => self.retire(version, at),
            _ => self.has_invoices |= whose == 0,
        }
    }

    fn start(&self, version: usize, customer: Option<CustomerId>) -> ActivationContext {
        let has_earlier = has_earlier(&self.versions, &self.agreements, &self.versions[version], customer);
        ActivationContext { has_earlier, has_invoices: self.has_invoices, now: day(self.now) }
    }

    fn propose(&mut self, version: usize, customer: Option<CustomerId>, from: i64) {
        let is_refused = self.versions[version].state.check_offered().is_err() || self.start(version, customer).check(day(from)).is_err();
        if is_refused {
            return;
        }
        let (id, version) = (ProposalId(self.proposals.len() as i64 + 1), self.versions[version].id);
        let (from, at) = (day(from), day(self.now));
        self.proposals.push(Proposal { id, version, customer, from, at, withdrawn_at: None, answers: Vec::new() });
    }

    /// The proposal that a number means, and the place of its version.
    fn meant(&self, number: usize) -> Option<(usize, usize)> {
        let place = number.checked_rem(self.proposals.len())?;
        let version = self.proposals[place].version;
        Some((place, self.versions.iter().position(|known| known.id == version).unwrap()))
    }

    fn answer(&mut self, number: usize, customer: CustomerId, is_signed: bool) {
        let Some((place, version)) = self.meant(number) else { return };
        let proposal = &self.proposals[place];
        let context = ApprovalContext {
            key: is_signed.then_some(ApprovalKeyId(1)),
            demanded: demanded(&self.agreements, customer, proposal.from),
            version: self.versions[version].state,
            start: self.start(version, Some(customer)),
        };
        let Ok(approval) = proposal.approve(customer, &context) else { return };
        let from = approval.from.micros() / Duration::days(1).micros();
        self.facts.push(Fact::Approved { version: proposal.version.0, customer, from, is_signed });
        self.versions[version].approvals.add(approval);
        self.proposals[place].answers.push((customer, Answer::Approved));
    }

    fn reject(&mut self, number: usize, customer: CustomerId) {
        let Some((place, _)) = self.meant(number) else { return };
        if self.proposals[place].check_open(customer, day(self.now)).is_ok() {
            self.proposals[place].answers.push((customer, Answer::Rejected));
        }
    }

    fn withdraw(&mut self, number: usize) {
        let Some((place, _)) = self.meant(number) else { return };
        if self.proposals[place].check_withdrawable(day(self.now)).is_ok() {
            self.proposals[place].withdrawn_at = Some(day(self.now));
        }
    }

    fn activate(&mut self, version: usize, from: i64) {
        if let Ok(state) = self.versions[version].state.activate(day(from), self.start(version, None)) {
            self.versions[version].state = state;
            self.facts.push(Fact::Activated { version: self.versions[version].id.0, from });
        }
    }

    fn retire(&mut self, version: usize, from: i64) {
        if let Ok(state) = self.versions[version].state.retire(day(from), day(self.now)) {
            self.versions[version].state = state;
            self.facts.push(Fact::Retired { version: self.versions[version].id.0, from });
        }
    }

    /// Everybody whose interactions are judged: those without an agreement, and the three customers.
    fn subjects(&self) -> impl Iterator<Item = Option<&Agreement>> {
        std::iter::once(None).chain(self.agreements.iter().map(Some))
    }

    fn judge(&self, agreement: Option<&Agreement>, opened_on: i64) -> Option<i64> {
        terms(&self.versions, agreement, day(opened_on)).first().map(|version| version.id.0)
    }

    /// Who judges each subject, on each day before one.
    fn judged(&self, until: i64) -> Vec<Option<i64>> {
        let on_days = |agreement| (FIRST..until).map(move |opened_on| self.judge(agreement, opened_on));
        self.subjects().flat_map(on_days).collect()
    }

    /// Goes through the days, and remembers what was put in force last and what is over.
    fn model(&self, agreement: Option<&Agreement>, opened_on: i64) -> Option<i64> {
        let (mut current, mut over) = (None, BTreeSet::new());
        for today in FIRST - 12..=opened_on {
            for fact in &self.facts {
                if let Fact::Retired { version, from } = fact
                    && *from == today
                {
                    over.insert(*version);
                }
            }
            let begun = self.facts.iter().filter_map(|fact| begun(fact, agreement, today)).chain(own(agreement, today));
            current = begun.filter(|version| !over.contains(version)).max().or(current);
        }
        current.filter(|version| !over.contains(version))
    }
}

/// The version that a fact puts in force today, for those under an agreement. Ids are numbers here.
fn begun(fact: &Fact, agreement: Option<&Agreement>, today: i64) -> Option<i64> {
    let (parties, own) = agreement.map_or((Parties::One, None), |agreement| (agreement.parties, agreement.definitions[0].version));
    match *fact {
        Fact::Activated { version, from } => (from == today && parties == Parties::One && own.is_none()).then_some(version),
        Fact::Approved { version, customer, from, is_signed } => {
            let is_mine = agreement.is_some_and(|agreement| agreement.customer == customer);
            (from == today && is_mine && (is_signed || parties == Parties::One)).then_some(version)
        }
        Fact::Retired { .. } => None,
    }
}

/// The version that an agreement names, on its first day.
fn own(agreement: Option<&Agreement>, today: i64) -> Option<i64> {
    let agreement = agreement.filter(|agreement| agreement.parties == Parties::One && agreement.from == day(today))?;
    Some(agreement.definitions[0].version?.0)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec((0..11u8, 0..3usize, 0..4usize, -8..12i64, 0..4i64), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_judges_is_what_was_put_in_force_last(steps in steps()) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.take(step));
        for agreement in world.subjects() {
            for opened_on in FIRST..LAST {
                let (found, expect) = (world.judge(agreement, opened_on), world.model(agreement, opened_on));
                prop_assert_eq!(found, expect, "opened on {} under {:?}: {:?}", opened_on, agreement, world.facts);
            }
        }
    }

    /// But for a first version: it judges what nothing judged before, while nothing is invoiced.
    #[test]
    fn nothing_that_has_opened_changes_its_version(steps in steps()) {
        let mut world = World::new();
        for step in steps {
            let before = world.clone();
            world.take(step);
            for (then, now) in before.judged(world.now).into_iter().zip(world.judged(world.now)) {
                let is_first = then.is_none() && !before.has_invoices;
                prop_assert!(then == now || is_first, "{then:?} became {now:?} by {step:?} on day {} after {:?}", world.now, before.facts);
            }
        }
    }

    #[test]
    fn who_signs_is_judged_by_what_was_signed_and_nothing_else(steps in steps()) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.take(step));
        let agreement = &world.agreements[0];
        for opened_on in FIRST..LAST {
            for version in terms(&world.versions, Some(agreement), day(opened_on)) {
                let mut mine = version.approvals.of(agreement.customer).iter();
                prop_assert!(mine.any(|approval| approval.key.is_some() && approval.from <= day(opened_on)), "day {opened_on}");
            }
        }
    }
}
