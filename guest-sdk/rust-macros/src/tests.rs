//! Every mistake is told where the author made it: in each source « and » stand around what the compiler underlines.

use std::str::FromStr as _;

use proc_macro2::{LineColumn, TokenStream};
use syn::{DeriveInput, Error};

use crate::{event, params, reason, rule};

/// Where a byte of a text is, as the compiler counts: lines from 1, columns in characters from 0.
fn place(text: &str, at: usize) -> LineColumn {
    let before = &text[..at];
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    LineColumn { line: 1 + before.matches('\n').count(), column }
}

/// The source without its marks, and what they stand around.
fn marked(source: &str) -> (String, LineColumn, LineColumn) {
    let (from, to) = (source.find('«').expect("a mark"), source.find('»').expect("its end") - '«'.len_utf8());
    let plain = source.replace(['«', '»'], "");
    let (start, end) = (place(&plain, from), place(&plain, to));
    (plain, start, end)
}

fn refused(source: &str, expand: impl Fn(TokenStream) -> syn::Result<TokenStream>, says: &str) {
    let (plain, start, end) = marked(source);
    let tokens = TokenStream::from_str(&plain).expect("tokens");
    let error: Error = expand(tokens).expect_err(source);
    assert!(error.to_string().contains(says), "{source}\nsays: {error}\nnot: {says}");
    let span = error.span();
    assert_eq!((span.start(), span.end()), (start, end), "{source}\n{error}");
}

fn derived(expand: fn(&DeriveInput) -> syn::Result<TokenStream>) -> impl Fn(TokenStream) -> syn::Result<TokenStream> {
    move |tokens| expand(&syn::parse2(tokens)?)
}

#[test]
fn events() {
    let check = |source: &str, says: &str| refused(source, derived(event::expand), says);
    check("struct «Ticket» { state: String }", "what a rule reads is an enum");
    check("enum «Ticket» {}", "at least one kind of event");
    check("enum Ticket {\n    «Resolved»,\n}", "say which kind of event this is: #[event(kind = \"…\")]");
    check("enum Ticket {\n    #[event(kind = «\"\"»)]\n    Resolved,\n}", "a kind has 1 to 256 bytes");
    check(
        "enum Ticket {\n    #[event(kind = \"a\")]\n    One,\n    #[event(kind = «\"a\"»)]\n    Two,\n}",
        "another variant reads this kind already",
    );
    check("enum Ticket {\n    #[event(kind = \"a\")]\n    One«(String)»,\n}", "name the fields");
    check("enum Ticket {\n    #[event(kind = \"a\")]\n    One {\n        #[field(path = \"/n\")]\n        n: «f64»,\n    },\n}", "");
    check(
        "enum Ticket {\n    #[event(kind = \"a\")]\n    One {\n        #[field(path = «\"state\"»)]\n        state: String,\n    },\n}",
        "a path is a JSON Pointer",
    );
    check(
        "enum Ticket {\n    #[event(kind = \"a\")]\n    One {\n        #[field(path = «\"/a~2\"»)]\n        state: String,\n    },\n}",
        "~ is written ~0",
    );
}

#[test]
fn parameters() {
    let check = |source: &str, says: &str| refused(source, derived(params::expand), says);
    check("enum «Settings» { A }", "parameters are a struct with named fields");
    check("struct «Settings»(i64);", "parameters are a struct with named fields");
    check("struct Settings {\n    #[param(default = «\"four\"»)]\n    minimum: i64,\n}", "this parameter's default is");
    check("struct Settings {\n    #[param(default = «3»)]\n    limit: Option<i64>,\n}", "an Option has no default");
    check("struct Settings {\n    window: «std::time::Duration2»,\n}", "");
}

#[test]
fn reasons() {
    let check = |source: &str, says: &str| refused(source, derived(reason::expand), says);
    check("struct «Why»;", "reasons are an enum without fields");
    check("enum «Why» {}", "at least one reason");
    check("enum Why {\n    /// It is.\n    Resolved«{ by: String }»,\n}", "say more in the verdict's note");
    check(
        "enum Why {\n    /// One.\n    Resolved,\n    /// Two.\n    #[reason(code = «\"resolved\"»)]\n    Again,\n}",
        "has the code \"resolved\" already",
    );
    check("enum Why {\n    /// The host says so.\n    «Deadline»,\n}", "is a reason that only the host gives");
    check("enum Why {\n    /// One.\n    #[reason(code = «\"Not A Code\"»)]\n    Resolved,\n}", "is not a name of a manifest");
}

#[test]
fn rules() {
    const FUNCTION: &str = "pub fn good(timeline: &Timeline<E>, settings: &S, as_of: Timestamp) -> Verdict<Why> { todo() }";
    let check = |arguments: &str, says: &str| {
        let function = TokenStream::from_str(FUNCTION).expect("tokens");
        refused(arguments, |arguments| rule::expand(arguments, function.clone()), says);
    };
    check("title = «\"\"», unit = \"resolution\"", "say something here");
    check("title = \"Good\", unit = \"resolution\", name = «\"Not A Slug\"»", "is not a name of a manifest");
    check("title = \"Good\",\nunit = \"resolution\",\nclasses = [\"gold\", «\"gold\"»]", "in the list already");
    check("title = \"Good\", unit = \"resolution\",\n«colour» = \"red\"", "");
    let arguments = TokenStream::from_str("title = \"Good\", unit = \"resolution\"").expect("tokens");
    refused("pub «fn odd(timeline: u8) -> bool» { true }", |function| rule::expand(arguments.clone(), function), "");
    let missing =
        rule::expand(TokenStream::from_str("unit = \"resolution\"").expect("tokens"), TokenStream::from_str(FUNCTION).expect("tokens"));
    assert!(missing.expect_err("no title").to_string().contains("title = \"Ticket stays resolved\""));
}
