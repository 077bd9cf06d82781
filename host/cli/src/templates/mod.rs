//! What a new rule begins with: rules that work, each in one language or several, and what they are built with.
//!
//! Owns the gallery and what is written into the folder of a new rule. Everything comes out of the binary, so it works wherever that is.
//! The rules of the gallery are those that this project tests; here they only get another name.
//!
//! To add a template: its row in `gallery.rs`, and its files in the lists of `build.rs`. To add a language: a variant of [`Language`] and
//! a file that writes what every rule in it has.

mod c;
mod carried;
mod gallery;
mod javascript;
mod name;
mod readme;
mod rust;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

pub use self::{
    gallery::{GALLERY, Language, Template},
    name::Name,
};

/// The files of a new rule by their path in its folder.
pub type Files = BTreeMap<String, String>;

/// The files of a rule that begins as a template does; `None` when the template is not there in that language.
pub fn files(template: &Template, language: Language, name: &Name) -> Result<Option<Files>> {
    let Some(variant) = template.variant(language) else {
        return Ok(None);
    };
    let mut files = Files::new();
    for (from, to) in variant.parts {
        for (path, text) in carried::below(from)? {
            let text = variant.names.iter().fold(text.to_owned(), |text, old| name.instead_of(old, path, &text));
            files.insert(format!("{to}{path}"), text);
        }
    }
    match language {
        Language::Rust => rust::add(name, &mut files)?,
        Language::JavaScript => javascript::add(name, &mut files)?,
        Language::C => c::add(name, &mut files)?,
    }
    let readme = readme::readme(template, language, name)?;
    files.insert("README.md".into(), readme);
    Ok(Some(files))
}

/// Writes them into a folder.
pub fn write(files: &Files, folder: &Path) -> Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        written.with_context(|| format!("cannot write {}: check the disk and its permissions", path.display()))?;
    }
    Ok(())
}
