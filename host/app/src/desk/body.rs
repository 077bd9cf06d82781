//! The data of an incident's event: the ticket as the desk's system shows it after the update.

use std::fmt::Write as _;

use assay_domain::event::Actor;

use super::{
    profile::Profile,
    story::{State, Update},
    told::Told,
    words::{ASKING, CHANNELS, GROUPS, PRIORITIES, SOLVED, TOPICS, WORKING},
};

/// Writes the JSON object. Every text in it comes from the desk's own words, so none needs escaping.
pub(super) fn write(subject: &str, profile: &Profile, told: &Told, update: &Update, altered: bool) -> String {
    let priority = (profile.priority + usize::from(altered)) % PRIORITIES.len();
    let priority = PRIORITIES.get(priority).map_or("3 - Moderate", |(name, _)| name);
    let channel = CHANNELS.get(profile.channel).map_or("Chat", |(name, _)| name);
    let group = GROUPS.get(update.group).copied().unwrap_or_default();
    let (category, subcategory, text) =
        TOPICS.get(profile.topic).map_or(("Software", "Mail", ""), |topic| (topic.category, topic.subcategory, topic.text));
    let active = update.state != State::Closed;
    let within_sla = update.reassigned < 3 && update.reopened == 0;
    let (number, sequence) = (profile.number, u64::from(told.sequence));
    let agent = 1 + (number + 7 * update.group as u64) % 40;

    let mut data = String::with_capacity(768);
    // Writing to a string cannot fail.
    let _ = write!(
        data,
        "{{\"number\":\"{subject}\",\"incident_state\":\"{state}\",\"active\":{active},\"reassignment_count\":{reassigned},\
         \"reopen_count\":{reopened},\"sys_mod_count\":{sequence},\"made_sla\":{within_sla},\"caller\":\"Caller {caller}\",\
         \"contact_type\":\"{channel}\",\"category\":\"{category}\",\"subcategory\":\"{subcategory}\",\
         \"short_description\":\"{text}\",\"priority\":\"{priority}\",\"assignment_group\":\"{group}\",\
         \"opened_at\":\"{opened_at}\",\"updated_by\":\"{actor}\"",
        state = update.state.name(),
        reassigned = update.reassigned,
        reopened = update.reopened,
        caller = profile.person,
        opened_at = profile.opened_at,
        actor = told.actor,
    );
    if told.actor == Actor::Human {
        let _ = write!(data, ",\"assigned_to\":\"Agent {agent}\"");
    }
    if let Some(note) = note(told.actor, update.state, number + sequence) {
        let _ = write!(data, ",\"work_note\":\"{note}\"");
    }
    data.push('}');
    data
}

/// What is written beside an update; callers and machines write nothing.
fn note(actor: Actor, state: State, pick: u64) -> Option<&'static str> {
    let notes: &[&'static str] = match (actor, state) {
        (Actor::Ai | Actor::Human, State::Active) => &WORKING,
        (Actor::Ai | Actor::Human, State::Awaiting) => &ASKING,
        (Actor::Ai | Actor::Human, State::Resolved) => &SOLVED,
        _ => return None,
    };
    let index = pick.checked_rem(notes.len() as u64)?;
    notes.get(usize::try_from(index).ok()?).copied()
}
