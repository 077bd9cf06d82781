//! What the two lists of attacks name.

/// Every row that needs an attack.
pub const ROWS: [&str; 65] = [
    "sandbox 1",  // an infinite loop in an export.
    "sandbox 2",  // an infinite loop in a start function.
    "sandbox 3",  // an infinite loop in realloc, while arguments are lowered.
    "sandbox 4",  // a loop or a trap in post-return.
    "sandbox 5",  // a realloc that returns pointers out of bounds, or the same ones.
    "sandbox 6",  // a realloc that calls the host.
    "sandbox 7",  // growing memory, at once or again and again.
    "sandbox 8",  // many memories, tables and instances.
    "sandbox 9",  // growing a table, or beginning with a huge one.
    "sandbox 10", // a huge list or string in the answer.
    "sandbox 11", // a list of strings that share their bytes.
    "sandbox 12", // text that is no UTF-8, pointers out of bounds, bad discriminants.
    "sandbox 13", // a flood of resource handles.
    "sandbox 14", // deep recursion.
    "sandbox 15", // a storm of traps.
    "sandbox 16", // functions that take the compiler long.
    "sandbox 17", // components that instantiate one another.
    "sandbox 18", // what makes compilers panic or overflow their stack.
    "sandbox 19", // compiled machine code.
    "sandbox 22", // long operations that cannot be interrupted.
    "sandbox 23", // what differs between machines.
    "sandbox 25", // a flood of text, or text that obeys terminals.
    "sandbox 27", // features in which compilers had errors.
    "sandbox 28", // ways to tell the time.
    "sandbox 29", // a flood of sections or declarations.
    "sandbox 31", // quantities that are more than anything.
    "contract: infinite loop in evaluate",
    "contract: infinite loop in describe",
    "contract: infinite loop in a start function",
    "contract: infinite loop in cabi_realloc",
    "contract: infinite loop in post-return",
    "contract: memory bomb",
    "contract: table bomb",
    "contract: initial memory of 4 GiB",
    "contract: deep recursion",
    "contract: unreachable",
    "contract: realloc out of bounds",
    "contract: realloc misaligned",
    "contract: realloc overlapping",
    "contract: a length of 2^32 - 1",
    "contract: strings that are not UTF-8",
    "contract: invalid discriminants",
    "contract: reason and evidence out of range",
    "contract: negative quantity",
    "contract: scale 200",
    "contract: NaN-like extremes",
    "contract: pending in the past",
    "contract: success in the future",
    "contract: 1 MiB note",
    "contract: thousands of functions",
    "contract: thousands of types",
    "contract: nested components",
    "contract: 100,000 locals",
    "contract: imports of WASI",
    "contract: imports of unknown interfaces",
    "contract: wrong world",
    "contract: wrong version",
    "contract: core module",
    "contract: truncated files",
    "contract: bit-flipped files",
    "contract: state kept in globals",
    "contract: state kept in memory",
    "contract: fuel just under the limit",
    "contract: NaN bits",
    "contract: a trap once in a million",
];
