//! The rules that a new one can begin as.

use clap::ValueEnum;

/// A language that rules are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust, built by cargo.
    Rust,
    /// TypeScript or JavaScript, built by npm.
    #[value(name = "js", aliases = ["ts", "javascript", "typescript"])]
    JavaScript,
    /// C, built by make.
    C,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Rust, Self::JavaScript, Self::C];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::JavaScript => "TypeScript",
            Self::C => "C",
        }
    }

    /// What the command line calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::C => "c",
        }
    }
}

/// A rule to begin with.
#[derive(Debug)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// When it succeeds.
    pub summary: &'static str,
    /// The page that tells the whole of its semantics, up to how it is tested.
    pub(super) semantics: Option<&'static str>,
    variants: &'static [Variant],
}

/// A template in one language.
#[derive(Debug)]
pub(super) struct Variant {
    language: Language,
    /// What it is called there, the longest name first.
    pub(super) names: &'static [&'static str],
    /// Folders and files of this project's tree, and where they go; folders end with a slash.
    pub(super) parts: &'static [(&'static str, &'static str)],
}

impl Template {
    /// The languages that it is there in.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.variants.iter().map(|variant| variant.language)
    }

    pub(super) fn variant(&self, language: Language) -> Option<&'static Variant> {
        self.variants.iter().find(|variant| variant.language == language)
    }
}

/// Every template; the first is taken when none is named.
pub const GALLERY: &[Template] = &[
    Template {
        name: "first-rule",
        summary: "a document was read well enough and not sent back within a window; small, to begin with",
        semantics: None,
        variants: &[
            Variant {
                language: Language::Rust,
                names: &["my-rule"],
                parts: &[("guest-sdk/rust/template/src/", "src/"), ("guest-sdk/js/template/fixtures/", "fixtures/")],
            },
            Variant {
                language: Language::JavaScript,
                names: &["my-rule"],
                parts: &[
                    ("guest-sdk/js/template/src/", "src/"),
                    ("guest-sdk/js/template/tests/", "tests/"),
                    ("guest-sdk/js/template/fixtures/", "fixtures/"),
                ],
            },
            Variant {
                language: Language::C,
                names: &["my-rule"],
                parts: &[("guest-sdk/c/template/rule.c", "rule.c"), ("guest-sdk/js/template/fixtures/", "fixtures/")],
            },
        ],
    },
    Template {
        name: "resolved-ticket",
        summary: "a ticket is resolved and not reopened within a window",
        semantics: Some("example-plugins/resolved-ticket/README.md"),
        variants: &[
            Variant {
                language: Language::Rust,
                names: &["resolved-ticket"],
                parts: &[("example-plugins/resolved-ticket/src/", "src/"), ("example-plugins/resolved-ticket/fixtures/", "fixtures/")],
            },
            Variant {
                language: Language::JavaScript,
                names: &["resolved-ticket-js", "resolved-ticket"],
                parts: &[
                    ("example-plugins/resolved-ticket-js/src/", "src/"),
                    ("example-plugins/resolved-ticket-js/tests/", "tests/"),
                    ("example-plugins/resolved-ticket/fixtures/", "fixtures/"),
                ],
            },
            Variant {
                language: Language::C,
                names: &["resolved-ticket-c", "resolved-ticket"],
                parts: &[
                    ("example-plugins/resolved-ticket-c/rule.c", "rule.c"),
                    ("example-plugins/resolved-ticket/fixtures/", "fixtures/"),
                ],
            },
        ],
    },
    Template {
        name: "csat",
        summary: "the person served gives a score, in time, that reaches a minimum",
        semantics: Some("example-plugins/csat/README.md"),
        variants: &[Variant {
            language: Language::Rust,
            names: &["csat"],
            parts: &[("example-plugins/csat/src/", "src/"), ("example-plugins/csat/fixtures/", "fixtures/")],
        }],
    },
    Template {
        name: "qualified-lead",
        summary: "everything required is known about a lead and, if wanted, a meeting is booked and kept",
        semantics: Some("example-plugins/qualified-lead/README.md"),
        variants: &[Variant {
            language: Language::Rust,
            names: &["qualified-lead"],
            parts: &[("example-plugins/qualified-lead/src/", "src/"), ("example-plugins/qualified-lead/fixtures/", "fixtures/")],
        }],
    },
    Template {
        name: "document-processed",
        summary: "a document is processed well enough, and neither retracted nor done worse within a window",
        semantics: Some("example-plugins/document-processed/README.md"),
        variants: &[Variant {
            language: Language::Rust,
            names: &["document-processed"],
            parts: &[("example-plugins/document-processed/src/", "src/"), ("example-plugins/document-processed/fixtures/", "fixtures/")],
        }],
    },
];
