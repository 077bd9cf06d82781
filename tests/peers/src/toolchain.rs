//! The product's way to find a compiler for WebAssembly: its own source, as depending on the package would build the whole product.

#[path = "../../../host/cli/src/toolchain/find.rs"]
pub mod find;
#[path = "../../../host/cli/src/toolchain/machine.rs"]
mod machine;
