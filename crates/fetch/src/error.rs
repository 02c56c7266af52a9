//! Why did a file not come?

use std::io;
use thiserror::Error;

/// Why a file was not fetched. French, for the person who asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The server answers, but not with the file.
    #[error(
        "« {url} » répond {status} ; vérifiez l’adresse dans la configuration (section [fetch])"
    )]
    Status {
        /// Where.
        url: String,
        /// What it said.
        status: u16,
    },
    /// The server asks for more patience than there is.
    #[error("« {url} » demande d’attendre ({status}) ; réessayez plus tard")]
    Busy {
        /// Where.
        url: String,
        /// 429 or 503.
        status: u16,
    },
    /// No answer, or one that was cut each time.
    #[error(
        "« {url} » n’a pas pu être reçu ({problem}) ; ce qui est déjà là sert à la prochaine tentative"
    )]
    Cut {
        /// Where.
        url: String,
        /// What happened the last time.
        problem: String,
    },
    /// It came whole, and is not what it should be.
    #[error("le fichier reçu de « {url} » est abîmé : {problem} ; l’ancien est gardé")]
    Damaged {
        /// Where.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The address cannot be asked.
    #[error("« {url} » n’est pas une adresse utilisable : {problem}")]
    Address {
        /// As configured.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The disk.
    #[error("« {path} » n’a pas pu être écrit ({source}) ; vérifiez la place et les droits")]
    Disk {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Nothing says where that kind of file is.
    #[error(
        "aucune adresse n’est configurée pour {0} ; renseignez la section [fetch] de la configuration"
    )]
    NotConfigured(&'static str),
}
