//! How a command ends when it does not end well: code 1 when the work failed, 2 when the question was badly put.

use crate::output;
use caloduc_engine::batch::{BatchError, Remedy};
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The command line makes no sense: exit code 2.
    Usage(String),
    /// The work failed: exit code 1.
    Work(anyhow::Error),
    /// The work failed and everything has been said already: exit code 1.
    Said,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

impl Failure {
    /// A misuse of the command line, said in French.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Says what happened on stderr and gives the exit code.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Usage(message) => {
                output::message(&format!("erreur : {message}"));
                ExitCode::from(2)
            }
            Self::Work(error) => {
                // A reader that went away (`caloduc … | head`) is not a failure of ours.
                if error
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
                {
                    return ExitCode::SUCCESS;
                }
                let mut lines = vec![format!("erreur : {error}")];
                let mut last = error.to_string();
                for cause in error.chain().skip(1).map(ToString::to_string) {
                    if !last.contains(&cause) {
                        lines.push(format!("  cause : {cause}"));
                    }
                    last = cause;
                }
                lines.extend(remedy(&error).map(|words| format!("  {words}")));
                output::message(&lines.join("\n"));
                ExitCode::from(1)
            }
            Self::Said => ExitCode::from(1),
        }
    }
}

/// What to do at a terminal about a file that cannot be answered.
fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    let mut causes = error.chain();
    let refused = causes.find_map(|cause| cause.downcast_ref::<BatchError>())?;
    refused.remedy().map(in_options)
}

/// A remedy as options of the command.
pub fn in_options(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::NameColumns => {
            "indiquez-les avec --address-columns, ou avec --lon-column et --lat-column"
        }
        Remedy::NameCoordinates => "indiquez-les avec --lon-column et --lat-column",
        Remedy::HaveAddresses => {
            "construisez-le avec « caloduc addresses build », ou donnez --lon-column et --lat-column"
        }
    }
}
