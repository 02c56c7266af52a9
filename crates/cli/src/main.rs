//! The binary `caloduc`: reads the command line, calls the rooms, shows what they answer.

mod arguments;
mod commands;
mod counted;
mod data;
mod failure;
mod french;
mod ground;
mod output;
mod progress;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return french::explain(&error),
    };
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
