//! One module per command: each reads its arguments, calls a room, shows the answer.

pub mod addresses;
pub mod backup;
pub mod batch;
pub mod completions;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod fetch;
pub mod geocode;
pub mod import;
pub mod releases;
pub mod serve;
pub mod test;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

/// Does what was asked.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let global = &arguments.global;
    match arguments.command {
        Command::Import(command) => command.run(global),
        Command::Releases(command) => command.run(global),
        Command::Test(command) => command.run(global),
        Command::Batch(command) => command.run(global),
        Command::Demo(command) => command.run(global),
        Command::Doctor(command) => command.run(global),
        Command::Backup(command) => command.run(global),
        Command::Restore(command) => command.run(global),
        Command::Export(command) => command.run(global),
        Command::Fetch(command) => command.run(global),
        Command::Completions(command) => command.run(),
        Command::Serve(command) => command.run(global),
        Command::Addresses(command) => command.run(global),
        Command::Geocode(command) => command.run(global),
    }
}
