//! `assay dispute`

mod fixture;
mod rates;
mod show;

use std::path::PathBuf;

use anyhow::{Result, bail};
use assay_app::{DisputeQuery, DisputeRequest, DisputeTermsView, Page};
use assay_domain::{
    dispute::{Category, DisputeTerms},
    id::{AgreementId, DisputeId},
    ruling::{DefaultRuling, Ruling, Share},
    time::Duration,
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

pub(crate) use self::rates::report;
use crate::{
    output::{Output, table},
    session::Session,
};

/// Outcomes that customers contest, from the claim to what becomes of the bill.
#[derive(Debug, Subcommand)]
pub enum Dispute {
    /// Dispute an outcome: what it is worth is held, and its judgement is executed again.
    Open(Open),
    /// List disputes, oldest first.
    List(List),
    /// Show one with everything that became of it.
    Show {
        /// Its id.
        dispute: DisputeId,
    },
    /// Decide one; what is taken back comes as a credit note with the next run.
    Decide(Decide),
    /// Appeal what was decided, once and in time.
    Appeal {
        /// Its id.
        dispute: DisputeId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Give the default ruling to those whose time is over, and execute judgements again that wait for it. A service does so by itself.
    Due,
    /// Show or settle what the disputes of an agreement's outcomes keep to.
    Terms(Terms),
    /// Save one whose decision is final as a fixture: later versions of its definition must get it right.
    Save(fixture::Save),
    /// Write a saved one as a fixture file for `assay rule test`. It holds the personal data that its events hold.
    Fixture {
        /// Its id.
        dispute: DisputeId,
        /// The file to write; standard output unless given.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Try a version with every saved one of its definition. Ends with 1 when it gets any wrong.
    Try {
        /// The version: resolved-ticket@2.
        version: String,
    },
}

/// What is disputed.
#[derive(Debug, Args)]
pub struct Open {
    /// The subject of the interaction's events, or its id.
    subject: String,
    /// The definition.
    #[arg(long)]
    definition: String,
    /// What is wrong: not-delivered, wrong-customer, duplicate, evidence-wrong, definition-misapplied, other.
    #[arg(long)]
    category: Category,
    /// The same in words.
    #[arg(long)]
    claim: String,
    /// On behalf of this customer, by key or id: the outcome of anybody else is not there.
    #[arg(long)]
    customer: Option<String>,
    /// An event that is contested: its id, or its source and its sender's id with a space between them. Can be given several times.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
}

/// Which disputes.
#[derive(Debug, Args)]
pub struct List {
    /// Only those of one customer, by key or id.
    #[arg(long)]
    customer: Option<String>,
    /// Only those under one definition.
    #[arg(long)]
    definition: Option<String>,
    /// Only those about one interaction, by subject or id.
    #[arg(long)]
    interaction: Option<String>,
    /// Only those that wait for an answer.
    #[arg(long)]
    open: bool,
    /// How many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// How one is decided.
#[derive(Debug, Args)]
pub struct Decide {
    /// Its id.
    dispute: DisputeId,
    /// Take the outcome back, let it stand, or take a share of it back.
    #[arg(long)]
    ruling: Name,
    /// The share that a split takes back: 0.5.
    #[arg(long, required_if_eq("ruling", "split"))]
    share: Option<Share>,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// The names of rulings.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Name {
    /// The customer is right: the outcome is taken back.
    Uphold,
    /// The outcome stands.
    Reject,
    /// The customer is right for a share of it.
    Split,
}

impl Decide {
    fn ruling(&self) -> Result<Ruling> {
        match (self.ruling, self.share) {
            (Name::Uphold, None) => Ok(Ruling::Uphold),
            (Name::Reject, None) => Ok(Ruling::Reject),
            (Name::Split, Some(share)) => Ok(Ruling::Split(share)),
            (Name::Split, None) => bail!("a split needs the share that it takes back; add --share 0.5"),
            (Name::Uphold | Name::Reject, Some(_)) => bail!("only a split takes a share back; leave --share out"),
        }
    }
}

/// What the disputes of an agreement's outcomes are to keep to; nothing is changed unless something is given.
#[derive(Debug, Args)]
pub struct Terms {
    /// The agreement's id.
    agreement: AgreementId,
    /// How long after its invoice an outcome may be disputed: 60d.
    #[arg(long, value_name = "LENGTH")]
    open_within: Option<Duration>,
    /// How long a dispute, or an appeal, waits for its answer: 14d.
    #[arg(long, value_name = "LENGTH")]
    answer_within: Option<Duration>,
    /// How long after its answer it may be appealed: 14d.
    #[arg(long, value_name = "LENGTH")]
    appeal_within: Option<Duration>,
    /// What is decided when there is no answer in time.
    #[arg(long, value_name = "RULING")]
    default_ruling: Option<ByDefault>,
}

/// What can be decided by default.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ByDefault {
    /// The customer is right.
    Uphold,
    /// The outcome stands.
    Reject,
}

pub(crate) async fn run(command: &Dispute, session: &Session) -> Result<Output> {
    let Session { assay, caller } = session;
    match command {
        Dispute::Open(open) => {
            let Open { subject, definition, category, claim, customer, events } = open;
            let request = DisputeRequest {
                interaction: subject.clone(),
                definition: definition.clone(),
                customer: customer.clone(),
                category: *category,
                claim: claim.clone(),
                events: events.clone(),
            };
            Ok(show::detail(&assay.open_dispute(caller, &request).await?))
        }
        Dispute::List(list) => {
            let List { customer, definition, interaction, open, limit } = list;
            let (customer, definition, interaction) = (customer.clone(), definition.clone(), interaction.clone());
            let query = DisputeQuery { customer, definition, interaction, is_open: *open };
            Ok(show::list(&assay.disputes(caller, &query, Page { after: 0, limit: *limit }).await?))
        }
        Dispute::Show { dispute } => Ok(show::detail(&assay.dispute(caller, *dispute).await?)),
        Dispute::Decide(decide) => Ok(show::detail(&assay.decide_dispute(caller, decide.dispute, decide.ruling()?, &decide.reason).await?)),
        Dispute::Appeal { dispute, reason } => Ok(show::detail(&assay.appeal_dispute(caller, *dispute, reason).await?)),
        Dispute::Due => {
            let decided = assay.answer_due_disputes(caller).await?;
            Ok(Output::new(json!({ "decided": decided }), format!("{decided} disputes decided by default")))
        }
        Dispute::Terms(terms) => run_terms(terms, session).await,
        Dispute::Save(save) => fixture::save(save, session).await,
        Dispute::Fixture { dispute, output } => fixture::write(*dispute, output.as_deref(), session).await,
        Dispute::Try { version } => fixture::try_version(version, session).await,
    }
}

async fn run_terms(command: &Terms, Session { assay, caller }: &Session) -> Result<Output> {
    let stands = assay.dispute_terms(caller, command.agreement).await?;
    let Terms { open_within, answer_within, appeal_within, default_ruling, .. } = *command;
    if open_within.is_none() && answer_within.is_none() && appeal_within.is_none() && default_ruling.is_none() {
        return Ok(terms_shown(&stands));
    }
    let terms = DisputeTerms {
        open_within: open_within.unwrap_or(stands.terms.open_within),
        answer_within: answer_within.unwrap_or(stands.terms.answer_within),
        appeal_within: appeal_within.unwrap_or(stands.terms.appeal_within),
        default_ruling: match default_ruling {
            Some(ByDefault::Uphold) => DefaultRuling::Uphold,
            Some(ByDefault::Reject) => DefaultRuling::Reject,
            None => stands.terms.default_ruling,
        },
    };
    Ok(terms_shown(&assay.settle_dispute_terms(caller, command.agreement, terms).await?))
}

fn terms_shown(view: &DisputeTermsView) -> Output {
    let DisputeTermsView { agreement, settled, terms } = view;
    let default = terms.default_ruling.ruling().name();
    let rows = [
        ["may be disputed for".to_owned(), terms.open_within.to_string()],
        ["wait for an answer for".to_owned(), terms.answer_within.to_string()],
        ["may be appealed for".to_owned(), terms.appeal_within.to_string()],
        ["are decided by default by".to_owned(), default.to_owned()],
    ];
    let whose = if *settled { "settled for it" } else { "as for every agreement" };
    let json = json!({ "agreement": agreement, "settled": settled, "open_within": terms.open_within, "answer_within": terms.answer_within,
                       "appeal_within": terms.appeal_within, "default_ruling": default });
    Output::new(json, format!("{}\n{whose}", table(&[&format!("outcomes under {agreement}"), ""], &[], rows)))
}
