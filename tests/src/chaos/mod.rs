//! Everything that goes wrong around an installation on PostgreSQL, on one machine, while it is at work: processes of the product are
//! killed and paused, connections to the database are lost, held up and cut in the midst of an answer, and the database itself crashes
//! and recovers. Meanwhile clients send events, late and repeated ones among them, until each batch is acknowledged, and months are billed.
//! In the end every acknowledged event must be there once, and what stands and what is billed must be what an undisturbed installation in
//! a file makes of the same events.
//!
//! Which faults there are, whom they hit and what is told comes from the seed. When they meet the work does not, so a seed that failed
//! may have to be tried more than once. `tests/it/cli/chaos.rs` runs through a few faults each time, `cargo xtask chaos` through as many
//! as it is told to.
//!
//! Nothing waits for a length of time: a process that was paused goes on when others have settled what it had in hand, a connection when
//! something was held back on it. Who took and settled what is written down by triggers that this adds to the database.
//!
//! To add a fault: a variant of [`Fault`] with its name, and a method of the storm that strikes, heals, and waits until whoever was struck
//! works again.

mod check;
mod events;
mod faults;
mod installation;
mod load;
mod machine;
mod patience;
mod proxy;
mod report;
mod run;
mod storm;
mod witness;

pub use self::{
    check::Check,
    faults::Fault,
    report::{Failure, Report},
    run::{Plan, run},
};
