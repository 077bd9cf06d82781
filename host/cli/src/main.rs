//! `assay`: the binary.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = assay_cli::args::Args::parse();
    let json = args.json;
    match assay_cli::run(args) {
        Ok(output) => output.print(json),
        Err(error) => assay_cli::output::print_error(&error, json),
    }
}
