//! How many instances a component makes when it is instantiated. A level that instantiates the one below it twice is a few bytes
//! long and doubles them, so they are counted as often as they are made.

use wasmparser::{ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, Encoding, Instance};

/// Stands for a component that is known only once it is linked: more than any limit, should it be instantiated.
const UNKNOWN: u64 = u64::MAX;

/// The components and modules that are being read, the innermost last.
#[derive(Debug, Default)]
pub(crate) struct Expansion(Vec<Level>);

#[derive(Debug)]
struct Level {
    encoding: Encoding,
    /// Instances made by instantiating it.
    made: u64,
    /// Those made by each component of its index space.
    components: Vec<u64>,
}

impl Expansion {
    /// Whether what is being read is the component itself, not a part of it.
    pub(crate) fn at_root(&self) -> bool {
        self.0.len() == 1
    }

    /// A component or module begins.
    pub(crate) fn open(&mut self, encoding: Encoding) {
        self.0.push(Level { encoding, made: 0, components: Vec::new() });
    }

    /// It ends; gives back how many instances the component itself makes, when it is that.
    pub(crate) fn close(&mut self) -> Option<u64> {
        let level = self.0.pop()?;
        if level.encoding == Encoding::Component {
            self.define(level.made);
        }
        self.0.is_empty().then_some(level.made)
    }

    /// A core instance is made, or put together of parts that exist.
    pub(crate) fn module_instance(&mut self, instance: &Instance<'_>) {
        if let Instance::Instantiate { .. } = instance {
            self.make(1);
        }
    }

    /// The same of a component's instance.
    pub(crate) fn component_instance(&mut self, instance: &ComponentInstance<'_>) {
        if let ComponentInstance::Instantiate { component_index, .. } = instance {
            self.make(self.made_by(0, *component_index).saturating_add(1));
        }
    }

    /// One more name for something of another level, or of an instance.
    pub(crate) fn alias(&mut self, alias: &ComponentAlias<'_>) {
        match alias {
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, count, index } => self.define(self.made_by(*count, *index)),
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Component, .. } => self.define(UNKNOWN),
            _ => {}
        }
    }

    /// A component that is imported can be any.
    pub(crate) fn import(&mut self, kind: ComponentExternalKind) {
        if kind == ComponentExternalKind::Component {
            self.define(UNKNOWN);
        }
    }

    /// An export is one more name for what it exports.
    pub(crate) fn export(&mut self, kind: ComponentExternalKind, index: u32) {
        if kind == ComponentExternalKind::Component {
            self.define(self.made_by(0, index));
        }
    }

    fn make(&mut self, instances: u64) {
        if let Some(level) = self.0.last_mut() {
            level.made = level.made.saturating_add(instances);
        }
    }

    /// Adds a component to the index space of the level that is being read.
    fn define(&mut self, made: u64) {
        if let Some(level) = self.0.last_mut() {
            level.components.push(made);
        }
    }

    /// The instances made by a component of the level so many outwards.
    fn made_by(&self, outwards: u32, index: u32) -> u64 {
        let level = self.0.iter().rev().nth(outwards as usize);
        level.and_then(|level| level.components.get(index as usize)).copied().unwrap_or(UNKNOWN)
    }
}
