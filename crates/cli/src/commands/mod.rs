//! One module per command: each reads its arguments, calls a room, shows the answer.

pub mod completions;
pub mod serve;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

/// Does what was asked.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Completions(command) => command.run(),
        Command::Serve(command) => command.run(&arguments.global),
    }
}
