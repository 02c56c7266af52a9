//! Is this pair of numbers a place we can answer for, and if not, what did the person probably mean?

use crate::crs::{LonLat, Projected, Territory, lonlat_from_lambert93};
use thiserror::Error;

/// Why a pair of coordinates is no place of ours. Messages are French, for the person who gave them.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Misplaced {
    /// Not numbers.
    #[error("coordonnée illisible : « {0} » n’est pas un nombre")]
    NotANumber(String),
    /// One of the two is missing.
    #[error("coordonnée manquante : il faut la longitude et la latitude")]
    Incomplete,
    /// Degrees off the globe.
    #[error(
        "coordonnées impossibles : longitude {lon}, latitude {lat} ; il faut des degrés, entre -180 et 180 et entre -90 et 90"
    )]
    OffTheGlobe {
        /// As given.
        lon: String,
        /// As given.
        lat: String,
    },
    /// Metres that Lambert-93 cannot hold.
    #[error(
        "coordonnées impossibles en Lambert-93 : x {x}, y {y} ; x va d’environ 0 à 1 300 000 et y de 6 000 000 à 7 200 000"
    )]
    OffLambert93 {
        /// As given.
        x: String,
        /// As given.
        y: String,
    },
    /// Outside France, but inside when swapped.
    #[error("point hors du territoire couvert : latitude et longitude inversées ?")]
    Swapped,
    /// Outside France, and swapping does not help.
    #[error("point hors du territoire couvert (France métropolitaine et outre-mer)")]
    Outside,
}

/// Whether a place is in a French territory (its bounding box, with a margin of about 10 km), and if not, why we think
/// it was given.
pub fn in_france(place: LonLat) -> Result<(), Misplaced> {
    if Territory::of(place).covers(place) {
        return Ok(());
    }
    match LonLat::new(place.lat, place.lon) {
        Some(swapped) if Territory::of(swapped).covers(swapped) => Err(Misplaced::Swapped),
        _ => Err(Misplaced::Outside),
    }
}

/// A number as people write it: decimal point or comma, spaces around, a leading plus.
pub fn number(text: &str) -> Result<f64, Misplaced> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let parsed = if trimmed.contains(',') {
        trimmed.replacen(',', ".", 1).parse()
    } else {
        trimmed.parse()
    };
    match parsed {
        Ok(value) if f64::is_finite(value) => Ok(value),
        _ => Err(Misplaced::NotANumber(shortened(trimmed))),
    }
}

/// Degrees as given to a place on the globe.
pub fn from_degrees(lon: f64, lat: f64) -> Result<LonLat, Misplaced> {
    LonLat::new(lon, lat).ok_or_else(|| Misplaced::OffTheGlobe {
        lon: lon.to_string(),
        lat: lat.to_string(),
    })
}

/// Metres of Lambert-93 to a place.
pub fn from_lambert93(x: f64, y: f64) -> Result<LonLat, Misplaced> {
    let possible =
        (-400_000.0..=1_600_000.0).contains(&x) && (5_800_000.0..=7_400_000.0).contains(&y);
    let place = lonlat_from_lambert93(x, y);
    possible
        .then(|| LonLat::new(place.lon, place.lat))
        .flatten()
        .ok_or_else(|| Misplaced::OffLambert93 {
            x: x.to_string(),
            y: y.to_string(),
        })
}

/// Metres of the legal projection to a place: Lambert-93, or the local projection of the overseas territory where these
/// numbers are. The northings of the territories don't meet, nor those of Lambert-93.
pub fn from_metres(x: f64, y: f64) -> Result<LonLat, Misplaced> {
    let in_lambert93 = from_lambert93(x, y);
    if in_lambert93.is_ok() {
        return in_lambert93;
    }
    let possible = (0.0..=1_000_000.0).contains(&x) && (0.0..=10_000_000.0).contains(&y);
    Territory::ALL
        .into_iter()
        .filter(|territory| possible && *territory != Territory::Mainland)
        .map(|territory| (territory, Projected { territory, x, y }.to_lonlat()))
        .find(|(territory, place)| Territory::of(*place) == *territory)
        .map_or(in_lambert93, |(_, place)| Ok(place))
}

fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(40)
        .collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in ["2.35", "2,35", " 2.35 ", "+2.35", "\u{a0}2.35"] {
            assert_eq!(number(text), Ok(2.35), "{text}");
        }
        for text in ["", "NaN", "inf", "2.35°", "1,2,3", "douze", "1e999"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_swapped_point_is_told_from_a_foreign_one() {
        let at = |lon, lat| in_france(LonLat { lon, lat });
        assert_eq!(at(2.35, 48.85), Ok(()));
        assert_eq!(at(55.5, -21.1), Ok(()));
        assert_eq!(at(48.85, 2.35), Err(Misplaced::Swapped));
        assert_eq!(at(-21.1, 55.5), Err(Misplaced::Swapped));
        assert_eq!(at(0.0, 0.0), Err(Misplaced::Outside));
    }

    #[test]
    fn metres_are_those_of_the_legal_projection_of_their_territory() {
        for (lon, lat) in [
            (2.35, 48.85),
            (-4.5, 48.4),
            (9.45, 42.7),
            (-61.5, 16.2),
            (-61.0, 14.6),
            (-52.3, 4.9),
            (-54.0, 5.5),
            (55.5, -21.1),
            (45.2, -12.8),
            (-56.2, 46.8),
        ] {
            let at = Projected::from_lonlat(LonLat { lon, lat });
            let back = from_metres(at.x, at.y).unwrap();
            assert!(
                (back.lon - lon).abs() < 1e-6 && (back.lat - lat).abs() < 1e-6,
                "{lon} {lat}: {back:?}"
            );
        }
        assert!(from_metres(2.35, 48.85).is_err());
        assert!(from_metres(f64::NAN, 1e6).is_err());
        assert!(from_metres(500_000.0, 3_000_000.0).is_err());
    }

    #[test]
    fn lambert_metres_out_of_reach_are_refused() {
        assert!(from_lambert93(652_000.0, 6_862_000.0).is_ok());
        assert!(from_lambert93(6_862_000.0, 652_000.0).is_err());
    }
}
