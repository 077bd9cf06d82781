//! From a timeline to exactly what a rule reads of it, and the hash of that: the input root.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    canon::{Digest, Encoder},
    event::Actor,
    id::EventId,
    manifest::{EventType, Field},
    time::Timestamp,
    timeline::Fact,
    value::{Scalar, Value},
};

/// One event as a rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputEvent {
    /// Which fact this is; never shown to the rule.
    pub event: EventId,
    /// Index into what the rule reads.
    pub kind: u32,
    /// When it happened.
    pub at: Timestamp,
    /// Who acted.
    pub actor: Actor,
    /// The declared fields of that kind, in order.
    pub values: Vec<Value>,
}

/// What a rule is asked about: the read events of one interaction and the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationInput {
    /// When the interaction opened.
    pub opened_at: Timestamp,
    /// The read events, in timeline order.
    pub events: Vec<InputEvent>,
    /// The first event that lacks a required field, and which; no rule is asked from there on.
    pub missing: Option<MissingField>,
}

/// A required field that is absent or of the wrong kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingField {
    /// Index into the read events.
    pub event: usize,
    /// `incident.updated/incident_state`.
    pub field: String,
}

impl EvaluationInput {
    /// Projects the facts of an interaction onto what a rule reads.
    pub fn project(opened_at: Timestamp, facts: &[Fact], reads: &Reads) -> Self {
        let mut input = Self { opened_at, events: Vec::with_capacity(facts.len()), missing: None };
        for fact in facts {
            let Some((kind, paths)) = reads.find(&fact.kind) else {
                continue;
            };
            let (values, missing) = paths.project(&fact.data);
            if let (None, Some(field)) = (&input.missing, missing) {
                input.missing = Some(MissingField { event: input.events.len(), field: format!("{}{field}", fact.kind) });
            }
            input.events.push(InputEvent { event: fact.event, kind, at: fact.occurred_at, actor: fact.actor, values });
        }
        input
    }

    /// The hash of everything a verdict can depend on besides the time of asking.
    pub fn root(&self, parameters: &[Value]) -> Digest {
        let mut to = Encoder::new("assay.1.input");
        to.int(self.opened_at.micros()).len(self.events.len());
        for event in &self.events {
            to.int(i64::from(event.kind)).int(event.at.micros()).tag(event.actor as u8).len(event.values.len());
            event.values.iter().for_each(|value| value.encode(&mut to));
        }
        to.optional_text(self.missing.as_ref().map(|missing| missing.field.as_str()));
        to.len(parameters.len());
        parameters.iter().for_each(|value| value.encode(&mut to));
        to.digest()
    }
}

/// What a rule reads, made ready to project with.
#[derive(Debug, Clone)]
pub struct Reads(Vec<(String, Paths)>);

impl Reads {
    /// Prepares the declaration of a rule.
    pub fn new(types: &[EventType]) -> Self {
        Self(types.iter().map(|t| (t.kind.clone(), Paths::new(&t.fields))).collect())
    }

    fn find(&self, kind: &str) -> Option<(u32, &Paths)> {
        let at = self.0.iter().position(|(known, _)| known == kind)?;
        Some((u32::try_from(at).ok()?, &self.0.get(at)?.1))
    }

    /// The names of the fields of one kind, in order.
    pub fn names(&self, kind: u32) -> impl Iterator<Item = &str> {
        self.0.get(kind as usize).into_iter().flat_map(|(_, paths)| &paths.fields).map(|field| field.name.as_str())
    }

    /// Whether a rule reads events of this kind.
    pub fn includes(&self, kind: &str) -> bool {
        self.find(kind).is_some()
    }
}

/// The fields of one kind as a tree of JSON Pointer tokens, so that one pass over the data finds them all.
#[derive(Debug, Clone)]
struct Paths {
    fields: Vec<Field>,
    tree: Node,
}

#[derive(Debug, Clone, Default)]
struct Node {
    fields: Vec<usize>,
    children: Vec<(String, Node)>,
}

impl Paths {
    fn new(fields: &[Field]) -> Self {
        let mut tree = Node::default();
        for (index, field) in fields.iter().enumerate() {
            let mut node = &mut tree;
            for token in field.path.split('/').skip(1) {
                let token = token.replace("~1", "/").replace("~0", "~");
                let at = node.children.iter().position(|(name, _)| *name == token).unwrap_or_else(|| {
                    node.children.push((token, Node::default()));
                    node.children.len() - 1
                });
                match node.children.get_mut(at) {
                    Some((_, child)) => node = child,
                    None => break,
                }
            }
            node.fields.push(index);
        }
        Self { fields: fields.to_vec(), tree }
    }

    /// The values in declared order, and the path of the first required field that has none.
    fn project(&self, data: &str) -> (Vec<Value>, Option<String>) {
        let mut found: Vec<Option<Value>> = vec![Some(Value::Missing); self.fields.len()];
        let mut json = serde_json::Deserializer::from_str(data);
        // Data was checked when it was recorded; should it not parse, its fields are missing.
        let _ = json.deserialize_map(Find { node: &self.tree, fields: &self.fields, found: &mut found });
        let missing = self.fields.iter().zip(&found).find(|(f, v)| f.required && matches!(v, None | Some(Value::Missing)));
        let missing = missing.map(|(field, _)| field.path.clone());
        (found.into_iter().map(|value| value.unwrap_or(Value::Missing)).collect(), missing)
    }
}

struct Find<'t, 'f> {
    node: &'t Node,
    fields: &'t [Field],
    found: &'f mut Vec<Option<Value>>,
}

impl Find<'_, '_> {
    fn set(&mut self, raw: &str) {
        let unquoted;
        let scalar = match raw.as_bytes().first() {
            Some(b'"') => match serde_json::from_str::<std::borrow::Cow<'_, str>>(raw) {
                Ok(text) => {
                    unquoted = text;
                    Scalar::Text(&unquoted)
                }
                Err(_) => Scalar::Composite,
            },
            Some(b't') => Scalar::Boolean(true),
            Some(b'f') => Scalar::Boolean(false),
            Some(b'n') => Scalar::Null,
            Some(b'{' | b'[') | None => Scalar::Composite,
            Some(_) => Scalar::Number(raw),
        };
        for index in &self.node.fields {
            if let (Some(field), Some(slot)) = (self.fields.get(*index), self.found.get_mut(*index)) {
                *slot = Value::coerce(scalar, field.kind);
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Find<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, json: D) -> Result<(), D::Error> {
        let raw = <&RawValue as serde::Deserialize>::deserialize(json)?.get();
        self.set(raw);
        if self.node.children.is_empty() || !raw.starts_with(['{', '[']) {
            return Ok(());
        }
        // Paths that go on below this one.
        serde_json::Deserializer::from_str(raw).deserialize_any(self).map_err(serde::de::Error::custom)
    }
}

impl<'de> Visitor<'de> for Find<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key_seed(Key(self.node))? {
            match key.and_then(|at| self.node.children.get(at)) {
                Some((_, node)) => map.next_value_seed(Find { node, fields: self.fields, found: &mut *self.found })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        for index in 0usize.. {
            let child = self.node.children.iter().find(|(name, _)| *name == index.to_string());
            let more = match child {
                Some((_, node)) => seq.next_element_seed(Find { node, fields: self.fields, found: &mut *self.found })?.is_some(),
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }
}

/// Finds a key among a node's children without keeping the key.
struct Key<'t>(&'t Node);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<usize>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.children.iter().position(|(name, _)| name == key))
    }
}
