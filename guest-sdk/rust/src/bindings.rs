//! The contract, generated from its text.

wit_bindgen::generate!({
    path: "../../wit/0.1",
    world: "outcome-rule",
    pub_export_macro: true,
    export_macro_name: "export_rule",
    default_bindings_module: "assay_sdk::bindings",
});

pub(crate) use exports::assay::rule::rule as wire;
