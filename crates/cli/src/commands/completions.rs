//! `caloduc completions`: the shell's own file of completions, on stdout.

use crate::arguments::Arguments;
use crate::failure::Failure;
use clap::{Args, CommandFactory, ValueEnum};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Interpréteur : bash, elvish, fish, powershell ou zsh
    #[arg(
        value_name = "INTERPRÉTEUR",
        help_heading = "Arguments\u{a0}",
        hide_possible_values = true
    )]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Completions {
    /// Writes the completions.
    pub fn run(self) -> Result<(), Failure> {
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Elvish => clap_complete::Shell::Elvish,
            Shell::Fish => clap_complete::Shell::Fish,
            Shell::Powershell => clap_complete::Shell::PowerShell,
            Shell::Zsh => clap_complete::Shell::Zsh,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "caloduc", &mut script);
        crate::output::result(&String::from_utf8_lossy(&script))?;
        Ok(())
    }
}
