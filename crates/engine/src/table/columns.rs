//! Which columns of this table hold the coordinates, and in which system? By their names, checked against what they
//! hold.

use crate::place;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What the numbers of two columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoordinateSystem {
    /// Degrees, WGS84.
    Degrees,
    /// Metres of the legal projection: Lambert-93, or overseas the territory's own. Their northings don't meet, so that
    /// each row's numbers say which.
    Metres,
}

/// Where the coordinates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoordinateColumns {
    /// Index of the longitude, or of x.
    pub lon: usize,
    /// Index of the latitude, or of y.
    pub lat: usize,
    /// What the numbers are.
    pub system: CoordinateSystem,
}

/// Why the columns are not known. Messages are French, for the person who gave the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ColumnError {
    /// A name given by the person is not in the header.
    #[error("la colonne « {name} » n’existe pas ; colonnes du fichier : {}", listed(.columns))]
    Unknown {
        /// As given.
        name: String,
        /// Those of the file.
        columns: Vec<String>,
    },
    /// Nothing looks like coordinates.
    #[error(
        "aucune colonne de coordonnées reconnue parmi : {}", listed(.0)
    )]
    NotFound(Vec<String>),
}

/// Titles as a message lists them: a file may have a million.
pub(crate) fn listed(titles: &[String]) -> String {
    const MOST: usize = 40;
    let some = titles.iter().take(MOST);
    let mut list = some.map(String::as_str).collect::<Vec<_>>().join(", ");
    if titles.len() > MOST {
        list.push_str(&format!("… ({} colonnes)", titles.len()));
    }
    list
}

/// Names taken for a longitude and its latitude, after [`plain`], most telling first.
const DEGREES: &[(&str, &str)] = &[
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("long", "lat"),
    ("lng", "lat"),
    ("longitudewgs84", "latitudewgs84"),
    ("lonwgs84", "latwgs84"),
    ("xwgs84", "ywgs84"),
    ("wgs84x", "wgs84y"),
    ("xlongitude", "ylatitude"),
    ("longitudex", "latitudey"),
    ("coordlon", "coordlat"),
    ("geolon", "geolat"),
    ("geolongitude", "geolatitude"),
    ("gpslongitude", "gpslatitude"),
    ("pointx", "pointy"),
    ("longitudedd", "latitudedd"),
];

/// Names taken for x and y: metres, or degrees when the cells say so.
const METRES: &[(&str, &str)] = &[
    ("x", "y"),
    ("xl93", "yl93"),
    ("xlambert93", "ylambert93"),
    ("lambert93x", "lambert93y"),
    ("lambertx", "lamberty"),
    ("xlambert", "ylambert"),
    ("coordx", "coordy"),
    ("coordonneex", "coordonneey"),
    ("xcoord", "ycoord"),
    ("xcoordinate", "ycoordinate"),
    ("easting", "northing"),
    ("x2154", "y2154"),
];

/// A name without case, accents or punctuation.
pub fn plain(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'à' | 'â' | 'ä' => Some('a'),
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'î' | 'ï' => Some('i'),
            'ô' | 'ö' => Some('o'),
            'ù' | 'û' | 'ü' => Some('u'),
            'ç' => Some('c'),
            c if c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// The index of the column a person named: exactly, else without case, accents or punctuation when only one fits.
pub fn named(name: &str, headers: &[String]) -> Result<usize, ColumnError> {
    if let Some(exact) = headers
        .iter()
        .position(|header| header.trim() == name.trim())
    {
        return Ok(exact);
    }
    let wanted = plain(name);
    let mut alike = (0..headers.len()).filter(|&i| plain(&headers[i]) == wanted);
    match (alike.next(), alike.next()) {
        (Some(one), None) if !wanted.is_empty() => Ok(one),
        _ => Err(ColumnError::Unknown {
            name: name.to_owned(),
            columns: headers.to_vec(),
        }),
    }
}

impl CoordinateColumns {
    /// The columns a person named, their system decided by what `rows` hold.
    pub fn given(
        lon: &str,
        lat: &str,
        headers: &[String],
        rows: &[Vec<String>],
    ) -> Result<Self, ColumnError> {
        let (lon, lat) = (named(lon, headers)?, named(lat, headers)?);
        Ok(Self {
            lon,
            lat,
            system: system(lon, lat, rows),
        })
    }

    /// The columns that look like coordinates, by name; their system decided by what `rows` hold.
    pub fn guess(headers: &[String], rows: &[Vec<String>]) -> Result<Self, ColumnError> {
        let plains: Vec<String> = headers.iter().map(|header| plain(header)).collect();
        let pair = |names: &[(&str, &str)]| {
            names.iter().find_map(|(lon, lat)| {
                let lon = plains.iter().position(|name| name == lon)?;
                let lat = plains.iter().position(|name| name == lat)?;
                // Columns that are there but empty don't count.
                let filled = rows.is_empty()
                    || rows
                        .iter()
                        .any(|row| number_at(row, lon).is_some() && number_at(row, lat).is_some());
                filled.then_some((lon, lat))
            })
        };
        let (lon, lat) = pair(DEGREES)
            .or_else(|| pair(METRES))
            .ok_or_else(|| ColumnError::NotFound(headers.to_vec()))?;
        Ok(Self {
            lon,
            lat,
            system: system(lon, lat, rows),
        })
    }
}

/// The number in a cell of a row.
pub(crate) fn number_at(row: &[String], index: usize) -> Option<f64> {
    place::number(row.get(index)?).ok()
}

/// Degrees unless most rows can only be metres: the rule of imports, over a sample.
fn system(lon: usize, lat: usize, rows: &[Vec<String>]) -> CoordinateSystem {
    let (mut degrees, mut metres) = (0usize, 0usize);
    for row in rows {
        if let (Some(x), Some(y)) = (number_at(row, lon), number_at(row, lat)) {
            if x.abs() <= 180.0 && y.abs() <= 180.0 {
                degrees += 1;
            } else if place::from_metres(x, y).is_ok() {
                metres += 1;
            }
        }
    }
    if metres > degrees {
        CoordinateSystem::Metres
    } else {
        CoordinateSystem::Degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut lines = text
            .lines()
            .map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        (lines.next().unwrap(), lines.collect())
    }

    fn guess(text: &str) -> Result<(usize, usize, CoordinateSystem), ColumnError> {
        let (headers, rows) = table(text);
        CoordinateColumns::guess(&headers, &rows).map(|c| (c.lon, c.lat, c.system))
    }

    #[test]
    fn usual_names_are_recognised() {
        use CoordinateSystem::{Degrees, Metres};
        assert_eq!(guess("id;Lat;Lon\n1;48.8;2.3"), Ok((2, 1, Degrees)));
        assert_eq!(guess("LONGITUDE;latitude\n2,3;48,8"), Ok((0, 1, Degrees)));
        assert_eq!(guess("x;y\n652000;6862000"), Ok((0, 1, Metres)));
        assert_eq!(guess("x;y\n2.35;48.85"), Ok((0, 1, Degrees)));
        assert_eq!(guess("X_L93;Y_L93\n652000,5;6862000"), Ok((0, 1, Metres)));
    }

    #[test]
    fn degrees_win_over_metres_unless_they_are_empty() {
        assert_eq!(
            guess("x;y;lon;lat\n652000;6862000;2.3;48.8"),
            Ok((2, 3, CoordinateSystem::Degrees))
        );
        assert_eq!(
            guess("x;y;lon;lat\n652000;6862000;;"),
            Ok((0, 1, CoordinateSystem::Metres))
        );
    }

    #[test]
    fn a_table_without_coordinates_lists_its_columns() {
        let error = guess("nom;adresse\na;b").unwrap_err();
        assert_eq!(
            error,
            ColumnError::NotFound(vec!["nom".into(), "adresse".into()])
        );
    }

    #[test]
    fn a_named_column_may_differ_by_case_and_accents() {
        let headers = ["Coordonnée X".to_owned(), "Coordonnée Y".to_owned()];
        assert_eq!(named("coordonnee_x", &headers), Ok(0));
        assert!(named("z", &headers).is_err());
    }
}
