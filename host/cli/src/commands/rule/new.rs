//! `assay rule new`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    output::{Output, table},
    templates::{self, GALLERY, Language, Name, Template},
};

/// What to begin with.
#[derive(Debug, Args)]
pub struct New {
    /// The folder to make; its name is the rule's: a-z, 0-9 and -.
    #[arg(required_unless_present = "list", value_name = "NAME")]
    folder: Option<PathBuf>,
    /// The rule to begin as.
    #[arg(long, default_value = "first-rule", value_name = "NAME")]
    template: String,
    /// The language to write it in.
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// Show the templates instead.
    #[arg(long)]
    list: bool,
}

pub(super) fn run(new: &New) -> Result<Output> {
    match &new.folder {
        Some(folder) if !new.list => begin(folder, new),
        _ => Ok(list()),
    }
}

fn list() -> Output {
    let words = |template: &Template| template.languages().map(Language::word).collect::<Vec<_>>();
    let json: Vec<Value> = GALLERY.iter().map(|t| json!({ "name": t.name, "languages": words(t), "succeeds_when": t.summary })).collect();
    let rows = GALLERY.iter().map(|t| [t.name.to_owned(), words(t).join(", "), t.summary.to_owned()]);
    let next = "assay rule new NAME --template TEMPLATE --language LANGUAGE begins with one of them";
    Output::new(json.into(), format!("{}\n{next}", table(&["template", "languages", "succeeds when"], &[], rows)))
}

fn begin(folder: &Path, new: &New) -> Result<Output> {
    let name = name(folder)?;
    name.check(new.language)?;
    let known = || GALLERY.iter().map(|template| template.name).collect::<Vec<_>>().join(", ");
    let template = GALLERY.iter().find(|template| template.name == new.template);
    let template = template.with_context(|| format!("there is no template {:?}; there are: {}", new.template, known()))?;
    let Some(files) = templates::files(template, new.language, &name)? else {
        let words: Vec<_> = template.languages().map(Language::word).collect();
        let title = new.language.title();
        bail!("the template {} is not there in {title}: take --language {}, or another template", template.name, words.join(" or "));
    };
    if !is_free(folder)? {
        bail!("{} is there already and not empty: choose another name", folder.display());
    }
    templates::write(&files, folder)?;
    let own: Vec<&str> = files.keys().map(String::as_str).filter(|path| !path.starts_with("assay-sdk/")).collect();
    let json = json!({ "name": name.kebab(), "template": template.name, "language": new.language.word(), "files": own });
    let next = next(new.language, &name, folder);
    let title = new.language.title();
    Ok(Output::new(json, format!("{}: a rule in {title} that succeeds when {}\n\n{next}", folder.display(), template.summary)))
}

/// The rule is called like its folder.
fn name(folder: &Path) -> Result<Name> {
    let last = folder.file_name().with_context(|| format!("{} names no folder: give the name of the rule", folder.display()))?;
    last.to_string_lossy().parse()
}

fn is_free(folder: &Path) -> Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    let mut entries = std::fs::read_dir(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(entries.next().is_none())
}

fn next(language: Language, name: &Name, folder: &Path) -> String {
    let test = match language {
        Language::Rust => "assay rule test --watch     # builds it, and asks its fixtures at every change of src/lib.rs".to_owned(),
        Language::JavaScript => "assay rule test --watch     # builds it, and asks its fixtures at every change of src/rule.ts".to_owned(),
        Language::C => "make test                   # builds it, and asks its fixtures; the rule is rule.c".to_owned(),
    };
    let push = match language {
        Language::C => format!("assay rule push {}.component.wasm", name.kebab()),
        Language::Rust | Language::JavaScript => "assay rule push".to_owned(),
    };
    let name = name.kebab();
    format!(
        "cd {}\n{test}\n{push}\nassay definition create {name} --rule {name} --active-from 2025-01-01     # in force from then on\n\n\
         README.md in there says more.",
        folder.display()
    )
}
