//! What customers dispute, for the people of the vendor: the list by when each is due, and one to be decided.

mod decide;
mod list;
mod show;

pub use self::{decide::decide, list::list, show::show};
