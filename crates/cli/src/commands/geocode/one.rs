//! One text, or one point, and its addresses.

use super::Geocode;
use crate::arguments::Global;
use crate::commands::addresses::open_index;
use crate::failure::Failure;
use crate::output;
use caloduc_geocoder::response::{Detail, FeatureCollection, degrees};
use caloduc_geocoder::{
    Completion, Filters, Hit, LonLat, PlaceKind, Reason, ReverseRequest, SearchRequest,
};
use std::fmt::Write as _;

const DEFAULT_LIMIT: usize = 5;

/// Answers on stdout; a text that resembles nothing is a failure, an empty collection with `--json`.
pub fn run(asked: &Geocode, global: &Global) -> Result<(), Failure> {
    let filters = Filters {
        kind: asked.kind.as_deref().map(kind).transpose()?,
        postcode: asked.postcode.as_deref(),
        citycode: asked.citycode.as_deref(),
        city: None,
    };
    let point = point(asked)?;
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT);
    let (_store, index) = open_index(global)?;
    let hits = match (&asked.text, point) {
        (Some(text), bias) => index.search(&SearchRequest {
            text,
            limit,
            completion: if asked.autocomplete {
                Completion::Typing
            } else {
                Completion::Whole
            },
            bias,
            filters,
        }),
        (None, Some(point)) => index.reverse(&ReverseRequest {
            point,
            limit: asked.limit.unwrap_or(1),
            filters,
            radius_m: asked.radius,
        }),
        (None, None) => return Err(Failure::usage("il manque le texte, ou --lon et --lat")),
    };
    if global.json {
        output::json(&FeatureCollection {
            hits: &hits,
            query: asked.text.as_deref(),
            detail: Detail::Full,
        })?;
        return Ok(());
    }
    if hits.is_empty() {
        return Err(anyhow::anyhow!("rien ne ressemble à cela dans l’index d’adresses").into());
    }
    let shown = if asked.explain {
        Shown::WithReasons
    } else {
        Shown::Plain
    };
    let text: String = hits.iter().map(|hit| describe(hit, shown)).collect();
    output::result(text.trim_end())?;
    Ok(())
}

fn kind(text: &str) -> Result<PlaceKind, Failure> {
    PlaceKind::parse(text).ok_or_else(|| {
        Failure::usage(format!(
            "genre inconnu\u{a0}: «\u{a0}{text}\u{a0}»\u{202f}; il y a housenumber, street, locality, municipality"
        ))
    })
}

fn point(asked: &Geocode) -> Result<Option<LonLat>, Failure> {
    let number = |text: &Option<String>, name: &str, most: f64| {
        match text {
        None => Ok(None),
        Some(text) => text
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|v| v.abs() <= most)
            .map(Some)
            .ok_or_else(|| {
                Failure::usage(format!(
                    "valeur impossible pour {name}\u{a0}: «\u{a0}{text}\u{a0}»\u{202f}; il faut des degrés décimaux"
                ))
            }),
    }
    };
    let (lon, lat) = (
        number(&asked.lon, "--lon", 180.0)?,
        number(&asked.lat, "--lat", 90.0)?,
    );
    Ok(lon.zip(lat).map(|(lon, lat)| LonLat { lon, lat }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Plain,
    WithReasons,
}

/// An answer in two lines, and its reasons.
fn describe(hit: &Hit, shown: Shown) -> String {
    let kind = match hit.kind {
        PlaceKind::HouseNumber => "numéro",
        PlaceKind::Street => "voie",
        PlaceKind::Locality => "lieu-dit",
        PlaceKind::Municipality => "commune",
    };
    let (lon, lat) = (degrees(hit.position.lon), degrees(hit.position.lat));
    let mut text = format!(
        "{}\n  {kind} {} · lon {lon}, lat {lat} · score {:.2} · fiabilité {:.0}\u{a0}%",
        hit.label,
        hit.id,
        hit.score,
        hit.confidence * 100.0
    );
    if let Some(distance) = hit.distance_m {
        let _infallible = write!(text, " · à {distance:.0}\u{a0}m");
    }
    text.push('\n');
    if shown == Shown::WithReasons {
        if hit.reasons.is_empty() {
            text.push_str("  exactement ce qui est demandé\n");
        }
        for reason in &hit.reasons {
            let _infallible = writeln!(text, "  - {}", reason_in_french(*reason));
        }
        if let Some(next) = hit.score_next {
            let _infallible = writeln!(text, "  score de la réponse suivante\u{a0}: {next:.2}");
        }
    }
    text
}

fn reason_in_french(reason: Reason) -> &'static str {
    match reason {
        Reason::StreetSpelledOtherwise => "la voie s’écrit autrement",
        Reason::OtherStreetType => "la voie est d’un autre type (rue, avenue…)",
        Reason::NoStreetType => "le type de voie n’est pas dit",
        Reason::PartOfTheName => "une partie seulement du nom de la voie correspond",
        Reason::NearestNumber => "ce numéro n’existe pas\u{a0}: voici le plus proche",
        Reason::OtherSuffix => "le numéro existe avec un autre indice (bis, ter…)",
        Reason::NoSuchNumber => "ni ce numéro ni aucun proche n’existe\u{a0}: voici la voie",
        Reason::OtherPostcode => "le code postal est un autre",
        Reason::OtherCity => "la commune est une autre",
        Reason::CitySpelledOtherwise => "la commune s’écrit autrement",
        Reason::UnknownCity => "la commune demandée est inconnue",
        Reason::SeveralAnswers => "d’autres lieux répondent aussi bien",
    }
}
