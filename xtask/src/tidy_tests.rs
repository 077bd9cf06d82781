use super::*;

const OUTER: &str = concat!("#", "[allow(");
const INNER: &str = concat!("#", "![allow(");

fn lines(path: &str, text: &str) -> Vec<usize> {
    check_lines(path, text).iter().map(|finding| finding.line).collect()
}

#[test]
fn a_lint_is_never_silenced() {
    let cases: &[(String, &[usize])] = &[
        (format!("{INNER}dead_code)]\n\nfn f() {{}}\n"), &[1]),
        (format!("fn f() {{}}\n    {OUTER}\n    unused)]\n"), &[2]),
        (format!("// never {OUTER}\nfn f() {{}}\n"), &[]),
        ("#[expect(unused, reason = \"…\")]\n".to_owned(), &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(lines("host/app/src/lib.rs", text), *expected, "{text}");
    }
}

#[test]
fn exact_rooms_know_no_float() {
    let cases: &[(&str, &[usize])] = &[
        ("fn f(x: f64) {}\n", &[1]),
        ("\nlet x = y as f32;\n", &[2]),
        ("let x = 1.0_f64;\n", &[1]),
        ("let x = 2f32;\n", &[1]),
        ("let x: Vec<f64>;\n", &[1]),
        ("/// Never an f64.\n", &[]),
        ("let x = 0xf64;\n", &[]),
        ("visitor.visit_u64(half64)\n", &[]),
    ];
    for (text, expected) in cases {
        for room in ["host/domain/src/lib.rs", "host/rating/src/price/tiered.rs"] {
            assert_eq!(lines(room, text), *expected, "{text}");
        }
        assert_eq!(lines("host/runtime/src/lib.rs", text), Vec::<usize>::new());
    }
}

#[test]
fn only_rust_is_judged_by_the_line() {
    assert_eq!(lines("host/domain/README.md", "f64"), Vec::<usize>::new());
}

#[test]
fn the_map_exists_and_is_short() {
    let file = |lines: usize| vec![("host/ARCHITECTURE.md".to_owned(), "line\n".repeat(lines))];
    assert_eq!(check_lengths(&file(250)), Vec::<Finding>::new());
    let found: Vec<String> = check_lengths(&file(251)).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["host/ARCHITECTURE.md:251: has 251 lines, at most 250: shorten it"]);
    assert_eq!(check_lengths(&[]).len(), 1);
}

#[test]
fn nothing_strange_lies_at_the_top() {
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    assert_eq!(check_top_level(&names(TOP_LEVEL)), Vec::<Finding>::new());
    assert_eq!(check_top_level(&names(&[".ci", ".git", "target"])), Vec::<Finding>::new());
    let found = check_top_level(&names(&["host", "docs", "notes.md"]));
    let files: Vec<&str> = found.iter().map(|finding| finding.file.as_str()).collect();
    assert_eq!(files, ["docs", "notes.md"]);
}

#[test]
fn this_tree_is_tidy() {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = xtask.parent().unwrap();
    assert_eq!(check(root).unwrap(), Vec::<Finding>::new());
}
