//! `assay`: the binary.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(assay_cli::sandbox::COMPILE) {
        return ExitCode::from(assay_runtime::compile_and_exit(&arguments.collect::<Vec<_>>()));
    }
    let args = assay_cli::args::Args::parse();
    let json = args.json;
    match assay_cli::run(args) {
        Ok(output) => output.print(json),
        Err(error) => assay_cli::output::print_error(&error, json),
    }
}
