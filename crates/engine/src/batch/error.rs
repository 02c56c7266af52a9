//! Why a whole file cannot be answered.

use crate::table::columns::{ColumnError, listed};
use thiserror::Error;

/// Why a whole file cannot be answered. Messages are French: they reach the person who gave the file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Reading failed.
    #[error("la lecture du fichier a échoué : {0}")]
    Read(#[source] std::io::Error),
    /// Writing failed.
    #[error("l’écriture du résultat a échoué : {0}")]
    Write(#[source] std::io::Error),
    /// Nothing in it.
    #[error("fichier vide : il faut une ligne de titres, puis une ligne par adresse")]
    Empty,
    /// Not a table.
    #[error(
        "fichier illisible : il semble être {0} ; enregistrez-le en CSV ou en XLSX, puis réessayez"
    )]
    Binary(&'static str),
    /// A file of a known format that cannot be read.
    #[error("{what} ; {remedy}")]
    Unreadable {
        /// What is wrong, and where.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The sheet asked is not in the workbook.
    #[error("la feuille « {asked} » n’existe pas ; feuilles du classeur : {}", .sheets.join(", "))]
    UnknownSheet {
        /// As given.
        asked: String,
        /// Those of the workbook.
        sheets: Vec<String>,
    },
    /// The columns are not there, or cannot be guessed.
    #[error(transparent)]
    Columns(#[from] ColumnError),
    /// Nothing looks like an address or like coordinates.
    #[error(
        "ni adresse ni coordonnées reconnues parmi les colonnes : {}", listed(.0)
    )]
    NothingToTest(Vec<String>),
    /// The format written cannot hold so many columns.
    #[error(
        "{columns} colonnes : c’est plus que les {most} d’un fichier {format} ; choisissez le format CSV"
    )]
    TooWide {
        /// Columns to write.
        columns: usize,
        /// The format's limit.
        most: usize,
        /// `XLSX`, `Parquet`.
        format: &'static str,
    },
    /// A record without end.
    #[error(
        "ligne {row} : plus de {most_mb} Mo sans fin de ligne ; ce fichier n’est pas un CSV, ou un guillemet n’est jamais fermé"
    )]
    EndlessRow {
        /// Number of the row, the header being 1.
        row: u64,
        /// The limit.
        most_mb: usize,
    },
    /// Addresses were asked about without an address index.
    #[error("il faut un index d’adresses pour tester des adresses")]
    NoAddressIndex,
    /// Answers kept earlier are not what they should be.
    #[error("les réponses gardées sont abîmées ({0}) ; relancez le test depuis le début")]
    Stored(&'static str),
    /// The caller stopped the work.
    #[error("arrêté avant la fin")]
    Stopped,
}

/// What the person may do; each surface says it in its own words, since a page has no options and a terminal no boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Say which columns make the address, or the coordinates.
    NameColumns,
    /// Say which columns are the coordinates.
    NameCoordinates,
    /// Make an address index, or give coordinates.
    HaveAddresses,
}

impl BatchError {
    /// What the person may do, when the message does not say it already.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::NothingToTest(_) => Some(Remedy::NameColumns),
            Self::Columns(ColumnError::NotFound(_)) => Some(Remedy::NameCoordinates),
            Self::NoAddressIndex => Some(Remedy::HaveAddresses),
            _ => None,
        }
    }
}
