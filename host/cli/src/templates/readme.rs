//! The first page of a new rule.

use anyhow::Result;

use super::{Language, Name, Template, carried};

/// What the example rules say about how they are tested is said here for the language at hand.
const TESTS: &str = "\n## Tests";

/// What the rule is, if the template tells, and what can be done with it.
pub(super) fn readme(template: &Template, language: Language, name: &Name) -> Result<String> {
    let about = match template.semantics {
        Some(page) => {
            let page = carried::text(page)?;
            let page = page.split_once(TESTS).map_or(page, |(semantics, _)| semantics);
            name.instead_of(template.name, "README.md", page)
        }
        None => format!("# {}\n\nIt succeeds when {}.\n", name.kebab(), template.summary),
    };
    Ok(format!("{about}\n## Working on it\n\n{}\n{SHARED}", working(language, name.kebab())))
}

fn working(language: Language, name: &str) -> String {
    match language {
        Language::Rust => format!(
            "The rule is `src/lib.rs`. It is built with what lies in `assay-sdk`, whose\n\
             [first page](assay-sdk/guest-sdk/rust/README.md) says how a rule is written.\n\n\
             | | |\n|---|---|\n\
             | `cargo test` | its tests and fixtures, natively |\n\
             | `assay rule test` | its fixtures in the sandbox; `--watch` does so at every change |\n\
             | `assay rule build` | the component, `target/rules/{name}.component.wasm` |\n"
        ),
        Language::JavaScript => format!(
            "The rule is `src/rule.ts`. It is built with what lies in `assay-sdk`, whose\n\
             [first page](assay-sdk/guest-sdk/js/README.md) says how a rule is written, and takes Node.js 18 or newer.\n\n\
             | | |\n|---|---|\n\
             | `assay rule test` | its fixtures in the sandbox; `--watch` does so at every change |\n\
             | `assay rule build` | the component, `dist/{name}.component.wasm` |\n\
             | `npm test` | types, tests and fixtures, in node; after the first of the others |\n"
        ),
        Language::C => format!(
            "The rule is `rule.c`; `assay.h` is the contract. It takes `clang` and `lld`, or any compiler for wasm32.\n\n\
             | | |\n|---|---|\n\
             | `make` | the component, `{name}.component.wasm` |\n\
             | `make test` | its fixtures in the sandbox |\n\n\
             Elsewhere than on Debian, from PyPI: `pip install ziglang`, then\n\
             `make CC=\"python3 -m ziglang cc -target wasm32-freestanding\" CFLAGS=\"-std=c11 -O2 -nostdlib -fno-builtin\"`. The commands below take the\n\
             component's file.\n"
        ),
    }
}

const SHARED: &str = "\
| | |\n|---|---|\n\
| `assay rule explain --fixture fixtures/NAME.toml` | why a verdict is what it is, on the timeline |\n\
| `assay rule bench` | what a question costs, and how many events it takes to reach a limit |\n\
| `assay rule record SUBJECT --to fixtures/NAME.toml` | a real interaction as a fixture, without personal data |\n\
| `assay rule diff OLD NEW` | what another version declares and decides differently |\n\
| `assay rule check`, `assay rule push` | the checks of an upload, and the upload |\n";
