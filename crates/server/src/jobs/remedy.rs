//! What may a person do about a file that cannot be answered? A program names fields of a form, a page has boxes.

use caloduc_engine::batch::{BatchError, Remedy};

/// What a program says again, and how.
pub(crate) fn for_programs(error: &BatchError) -> Option<&'static str> {
    error.remedy().map(|remedy| match remedy {
        Remedy::NameColumns => {
            "Nommez les colonnes de l’adresse (columns), ou lon_column et lat_column."
        }
        Remedy::NameCoordinates => "Nommez lon_column et lat_column.",
        Remedy::HaveAddresses => {
            "Nommez lon_column et lat_column, ou construisez l’index : caloduc addresses build."
        }
    })
}

/// What a person does on a page.
pub(crate) fn for_pages(error: &BatchError) -> Option<&'static str> {
    error.remedy().map(|remedy| match remedy {
        Remedy::NameColumns => {
            "Revenez aux colonnes et choisissez celles de l’adresse, ou celles des coordonnées."
        }
        Remedy::NameCoordinates => "Revenez aux colonnes et choisissez celles des coordonnées.",
        Remedy::HaveAddresses => "Choisissez des colonnes de coordonnées, ou revenez plus tard.",
    })
}
