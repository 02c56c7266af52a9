//! Why a whole file cannot be answered.

use crate::table::columns::ColumnError;
use thiserror::Error;

/// Why a whole file cannot be answered. Messages are French: they reach the person who gave the file.
#[derive(Debug, Error)]
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
    /// Not a text.
    #[error("fichier illisible : il semble être {0} ; enregistrez-le en CSV, puis réessayez")]
    Binary(&'static str),
    /// The columns are not there, or cannot be guessed.
    #[error(transparent)]
    Columns(#[from] ColumnError),
    /// A record without end.
    #[error(
        "ligne {row} : plus de {most_mb} Mo sans fin de ligne ; ce fichier n’est pas un CSV, ou une guillemet n’est jamais fermée"
    )]
    EndlessRow {
        /// Number of the row, the header being 1.
        row: u64,
        /// The limit.
        most_mb: usize,
    },
    /// Addresses were asked about without an address index.
    #[error(
        "il faut un index d’adresses pour tester des adresses ; construisez-le avec `caloduc addresses build`, ou donnez des colonnes de coordonnées"
    )]
    NoAddressIndex,
    /// The caller stopped the work.
    #[error("arrêté avant la fin")]
    Stopped,
}
