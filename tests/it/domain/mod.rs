//! The nouns and the laws between them, case by case.

mod definition;
mod event;
mod input_root;
mod key;
mod manifest;
mod names;
mod numbers;
mod outcome;
mod period;
mod projection;
mod rules;
mod standing;
mod standing_oracle;
mod terms;
mod time;
mod timeline;
mod value;
mod verdict;
