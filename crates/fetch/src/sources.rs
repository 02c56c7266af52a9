//! Which official files are there, and where? Addresses of the configuration, one file for each department where they
//! name one.

use crate::check::Content;
use crate::client::Wanted;
use crate::error::FetchError;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Stands for a department's code in an address.
const DEPARTMENT: &str = "{department}";

/// Where the official files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sources {
    /// The archive of the networks' open data; no address, no archive.
    pub networks: String,
    /// Addresses of the BAN, `{department}` in place of the code.
    pub addresses: String,
    /// Places of the BAN, `{department}` in place of the code; no address, no places.
    pub places: String,
    /// Communes' outlines, `{department}` in place of the code.
    pub communes: String,
    /// Regulatory tables.
    pub regulatory: Vec<String>,
    /// Departments to fetch when the command does not say.
    pub departments: Vec<String>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            networks: String::new(),
            addresses: "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-{department}.csv.gz".to_owned(),
            places: "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/lieux-dits-{department}-beta.csv.gz".to_owned(),
            communes: "https://geo.api.gouv.fr/departements/{department}/communes?fields=code,nom&format=geojson&geometry=contour".to_owned(),
            regulatory: Vec::new(),
            departments: Vec::new(),
        }
    }
}

/// A kind of official file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Official {
    /// The networks' archive.
    Networks,
    /// The BAN, addresses and places.
    Addresses,
    /// Communes' outlines.
    Communes,
    /// Regulatory tables.
    Regulatory,
}

impl Official {
    /// In French, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Networks => "l’archive des réseaux",
            Self::Addresses => "les adresses",
            Self::Communes => "les contours des communes",
            Self::Regulatory => "les tableaux réglementaires",
        }
    }
}

impl Sources {
    /// Every department of France, mainland and overseas.
    pub fn all_departments() -> Vec<String> {
        let mainland = (1..=95).filter(|n| *n != 20).map(|n| format!("{n:02}"));
        let corsica = ["2A", "2B"].map(str::to_owned);
        let overseas = [971, 972, 973, 974, 976].map(|n| n.to_string());
        mainland.chain(corsica).chain(overseas).collect()
    }

    /// The files of a kind, each with its place under `folder`.
    pub fn files(
        &self,
        kind: Official,
        departments: &[String],
        folder: &Path,
    ) -> Result<Vec<Wanted>, FetchError> {
        let missing = || FetchError::NotConfigured(kind.title());
        let wanted = |url: &str, name: String| Wanted {
            url: url.to_owned(),
            content: Content::of_name(&name),
            path: folder.join(name),
            sha256: None,
        };
        let by_department = |address: &str, prefix: &str, ending: &str| -> Vec<Wanted> {
            let each = departments.iter().map(|code| {
                let url = address.replace(DEPARTMENT, code);
                wanted(&url, format!("{prefix}-{code}.{ending}"))
            });
            each.collect()
        };
        match kind {
            Official::Networks if self.networks.is_empty() => Err(missing()),
            Official::Networks => Ok(vec![wanted(&self.networks, "reseaux.zip".to_owned())]),
            Official::Addresses if self.addresses.is_empty() => Err(missing()),
            Official::Addresses => {
                let mut all = by_department(&self.addresses, "adresses", "csv.gz");
                if !self.places.is_empty() {
                    all.extend(by_department(&self.places, "lieux-dits", "csv.gz"));
                }
                Ok(all)
            }
            Official::Communes if self.communes.is_empty() => Err(missing()),
            Official::Communes => Ok(by_department(&self.communes, "communes", "geojson")),
            Official::Regulatory if self.regulatory.is_empty() => Err(missing()),
            Official::Regulatory => Ok(self
                .regulatory
                .iter()
                .map(|url| {
                    let path = url.split(['?', '#']).next().unwrap_or_default();
                    let name = path.rsplit('/').next().unwrap_or_default();
                    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                    let name: String = name.chars().filter(|c| plain(*c)).collect();
                    wanted(url, name.trim_start_matches('.').to_owned())
                })
                .collect()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_department_is_one_file_for_each() {
        let sources = Sources::default();
        let departments = ["75".to_owned(), "2A".to_owned()];
        let files = sources
            .files(Official::Addresses, &departments, Path::new("/d"))
            .unwrap();
        assert_eq!(files.len(), 4);
        assert_eq!(files[1].path, Path::new("/d/adresses-2A.csv.gz"));
        assert_eq!(files[1].content, Content::Gzip);
        assert!(files[0].url.ends_with("/adresses-75.csv.gz"));
    }

    #[test]
    fn a_name_from_an_address_stays_in_its_folder() {
        let sources = Sources {
            regulatory: vec![
                "https://exemple.fr/a/..%2f..%2fetc/reseau_chaleur_2024.csv?x=/../b".to_owned(),
            ],
            ..Sources::default()
        };
        let files = sources
            .files(Official::Regulatory, &[], Path::new("/d"))
            .unwrap();
        assert_eq!(files[0].path, Path::new("/d/reseau_chaleur_2024.csv"));
    }

    #[test]
    fn what_is_not_configured_says_where_to_say_it() {
        let error = Sources::default()
            .files(Official::Networks, &[], Path::new("/d"))
            .unwrap_err();
        assert!(error.to_string().contains("[fetch]"));
    }

    #[test]
    fn there_are_a_hundred_and_one_departments() {
        let all = Sources::all_departments();
        assert_eq!(all.len(), 101);
        assert!(all.contains(&"2A".to_owned()) && !all.contains(&"20".to_owned()));
    }
}
