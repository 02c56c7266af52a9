//! Why could files not be written?

use std::io;
use thiserror::Error;

/// Why an export failed. Messages are French, for the person who runs the command.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The caller's shelf refused a file, or the disk is full.
    #[error(
        "l’écriture de « {name} » a échoué ({source}) ; vérifiez la place et les droits, puis relancez"
    )]
    Shelf {
        /// The file.
        name: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A format's own library refused what it was given.
    #[error("le fichier « {name} » n’a pas pu être composé : {problem}")]
    Composition {
        /// The file.
        name: String,
        /// What the library said.
        problem: String,
    },
    /// The edition's moment is not a date.
    #[error("la date de l’édition, « {0} », n’est pas au format AAAA-MM-JJ")]
    Date(String),
}

/// What went wrong inside one file, before the file is known.
#[derive(Debug)]
pub(crate) enum Fault {
    /// While writing.
    Io(io::Error),
    /// While composing.
    Library(String),
}

impl Fault {
    /// The error, with the file's name.
    pub(crate) fn in_file(self, name: &str) -> ExportError {
        let name = name.to_owned();
        match self {
            Self::Io(source) => ExportError::Shelf { name, source },
            Self::Library(problem) => ExportError::Composition { name, problem },
        }
    }

    /// A fault of a format's library.
    pub(crate) fn library(problem: impl std::fmt::Display) -> Self {
        Self::Library(problem.to_string())
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
