//! Bundles of a real month, verified from the file alone; and whatever a vendor might do to them, caught by name and with its place.

mod alterations;
mod changes;
mod erased;
mod forgeries;
mod independent;
mod kept;
mod later;
mod limits;
mod program;
mod strict;
mod support;
