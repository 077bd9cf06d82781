//! `assay rule explain`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use assay_domain::{
    definition::Timing,
    manifest::HOST_REASONS,
    standing::{Seal, Standing, Walk},
    time::Timestamp,
    timeline::Timeline,
    verdict::Answer,
};
use assay_runtime::Limits;
use clap::Args;
use serde_json::{Value, json};

use super::{
    admit,
    numbers::{grouped, share},
    subject::{Pick, Subject, over},
};
use crate::{
    commands::time_or_date,
    fixtures::{Fixture, Row, Stage, Story, remedy},
    output::{Output, table},
    session::Session,
};

/// What to explain.
#[derive(Debug, Args)]
pub struct Explain {
    /// A component, or a folder to build [default: this folder; of an interaction, the rule that judged it].
    rule: Option<PathBuf>,
    /// The questions of a fixture.
    #[arg(long, value_name = "FILE", required_unless_present = "interaction", conflicts_with = "interaction")]
    fixture: Option<PathBuf>,
    /// A recorded interaction: the subject of its events, or its id.
    #[arg(long, value_name = "SUBJECT")]
    interaction: Option<String>,
    /// As of when: a date or a time, UTC [default: every question of the fixture; of an interaction, now].
    #[arg(long, value_parser = time_or_date)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    pick: Pick,
}

impl Explain {
    /// Whether it is about something recorded.
    pub(super) fn needs_session(&self) -> bool {
        self.interaction.is_some()
    }
}

pub(super) fn run_fixture(explain: &Explain) -> Result<Output> {
    let file = explain.fixture.as_deref().context("name a fixture with --fixture, or an interaction with --interaction")?;
    let rule = admit(explain.rule.as_deref().unwrap_or(Path::new(".")))?;
    let fixture = Fixture::read(file)?;
    let stage = Stage::new(&rule, &over(fixture.parameters(), &explain.pick.parameters))?;
    let timeline = fixture.timeline()?;
    let times: Vec<Timestamp> = explain.as_of.map_or_else(|| fixture.asks.iter().map(|ask| ask.as_of).collect(), |as_of| vec![as_of]);
    let stories: Vec<(Value, String)> = times.into_iter().map(|as_of| tell(&stage, &timeline, as_of)).collect();
    let text: Vec<String> = stories.iter().map(|(_, text)| text.clone()).collect();
    let json: Vec<Value> = stories.into_iter().map(|(json, _)| json).collect();
    Ok(Output::new(json.into(), format!("{} ({})\n\n{}", file.display(), fixture.title, text.join("\n\n"))))
}

pub(super) async fn run_interaction(explain: &Explain, session: &Session) -> Result<Output> {
    let name = explain.interaction.as_deref().context("name an interaction with --interaction")?;
    let subject = Subject::find(name, explain.rule.as_deref(), &explain.pick, session).await?;
    let stage = Stage::new(&subject.rule, &subject.parameters)?;
    let (timeline, as_of) = (subject.timeline(), explain.as_of.unwrap_or(subject.now));
    let (json, text) = tell(&stage, &timeline, as_of);
    let output = Output::new(json, format!("{name}\n\n{text}"));
    let Some((version, timing)) = &subject.version else {
        return Ok(output);
    };
    let (stands, line) = standing(&stage, &timeline, as_of, timing, version);
    Ok(output.and("stands", stands, &format!("\n{line}")))
}

/// One question: its timeline, what came of it, and why.
fn tell(stage: &Stage<'_>, timeline: &Timeline, as_of: Timestamp) -> (Value, String) {
    let story = Story::of(stage, timeline, as_of);
    let rows = story.rows.iter().map(cells);
    let shown = table(&["time", "event", "actor", "id", "what the rule reads", "what it says from then on", ""], &[], rows);
    let mut lines = vec![format!("{shown}\nas of {as_of}: {}", story.told.in_short())];
    lines.extend(because(stage, &story));
    lines.extend(unread(&story));
    if story.asked.fuel > 0 {
        // The limit is that of an installation with its defaults.
        let limit = Limits::default().evaluation_fuel_max;
        lines.push(format!("fuel: {}, {} of the limit", grouped(story.asked.fuel), share(story.asked.fuel, limit)));
    }
    (as_json(&story), lines.join("\n  "))
}

/// The verdict in full, and its reason in words.
fn because(stage: &Stage<'_>, story: &Story) -> Vec<String> {
    let told = |key: &'static str| story.told.get(key).map(|text| (key, text.to_owned()));
    let mut lines = Vec::new();
    if let Some((_, code)) = told("reason") {
        let declared = stage.rule.manifest().reasons.iter().find(|reason| reason.code == code).map(|reason| reason.help.as_str());
        let host = HOST_REASONS.iter().find(|(known, _)| *known == code).map(|(_, help)| *help);
        lines.push(format!("because {code}: {}", declared.or(host).unwrap_or_default()));
    }
    let rest = ["quantity", "class", "credit", "value", "evidence", "field", "note"].into_iter().filter_map(told);
    lines.extend(rest.map(|(key, text)| format!("{key}: {text}")));
    match &story.asked.found {
        Ok(Answer::Verdict(_)) if story.told.get("decision") == Some("pending") => lines.push(match story.told.get("wake") {
            Some("none") | None => "it waits: only a new fact can decide".to_owned(),
            Some(wake) => format!("it is asked again at {wake}, unless a new fact comes before"),
        }),
        Ok(_) => {}
        Err(fault) => lines.push(format!("what to do: {}", remedy(fault))),
    }
    lines
}

/// The events that the rule does not read.
fn unread(story: &Story) -> Option<String> {
    let kinds: Vec<String> = story.unread().filter_map(|row| Some(format!("{} ({})", row.id, row.kind.as_ref()?))).collect();
    (!kinds.is_empty()).then(|| format!("not read: {}", kinds.join(", ")))
}

fn cells(row: &Row) -> [String; 7] {
    let mark = match (row.is_evidence, row.is_later, &row.kind, &row.read) {
        (true, _, _, _) => "◀ evidence",
        (_, true, _, _) => "later, withheld",
        (_, _, Some(_), None) => "not read",
        _ => "",
    };
    [
        row.at.to_string(),
        row.kind.clone().unwrap_or_else(|| "(time goes by)".to_owned()),
        row.actor.clone(),
        row.id.clone(),
        row.read.clone().unwrap_or_default(),
        row.says.clone().unwrap_or_default(),
        mark.to_owned(),
    ]
}

fn as_json(story: &Story) -> Value {
    let row = |row: &Row| {
        json!({ "time": row.at, "type": row.kind, "actor": row.actor, "id": row.id, "reads": row.read, "is_evidence": row.is_evidence,
                "is_withheld": row.is_later, "says": row.says })
    };
    let verdict: serde_json::Map<String, Value> = story.told.pairs().map(|(key, text)| (key.to_owned(), text.into())).collect();
    json!({ "as_of": story.asked.as_of, "timeline": story.rows.iter().map(row).collect::<Vec<_>>(), "verdict": verdict,
            "fuel": story.asked.fuel })
}

/// What stands under a version, whose timing may hold a verdict still or let it expire.
fn standing(stage: &Stage<'_>, timeline: &Timeline, as_of: Timestamp, timing: &Timing, version: &str) -> (Value, String) {
    let whole = stage.ask(timeline, as_of).input;
    let times: Vec<Timestamp> = whole.events.iter().map(|event| event.at).collect();
    if times.is_empty() {
        return (Value::Null, format!("{version} does not judge it: it reads none of these events"));
    }
    let walk = Walk { opened_at: whole.opened_at, times: &times, timing, as_of };
    let found = walk.standing(|events, at| {
        if let Some(answer) = Answer::without_rule(&whole, events) {
            return Ok(answer);
        }
        let events = whole.events.get(..events).unwrap_or_default();
        stage.rule.evaluate(&stage.question(whole.opened_at, events, at)).map(|evaluated| evaluated.answer)
    });
    match found {
        Err(fault) => (json!({ "version": version, "fault": fault.to_string() }), format!("under {version}: {fault}")),
        Ok(standing) => {
            let (sealed, due) = (sealed(&standing), standing.due(&walk, 0));
            let asked_at = standing.asked_at;
            let json = json!({ "version": version, "asked_at": asked_at, "sealed_by": sealed.map(|(by, _)| by), "due_at": due });
            let held = sealed.map_or_else(String::new, |(_, words)| format!("; {words}"));
            let due = due.map_or_else(String::new, |due| format!("; it is judged again at {due} at the latest"));
            (json, format!("under {version} what the rule says as of {asked_at} stands{held}{due}"))
        }
    }
}

fn sealed(standing: &Standing) -> Option<(&'static str, &'static str)> {
    Some(match standing.seal? {
        Seal::Horizon => ("horizon", "its time for reversal is over, so that later events change nothing"),
        Seal::Deadline => ("deadline", "its deadline is over, so that it stays"),
        Seal::Expired => ("expired", "its deadline passed before it succeeded, so that it has failed with the reason deadline"),
    })
}
