//! Which place is asked about? A text, a point, or both (a candidate the person chose).

use crate::pages::params::Params;
use crate::pages::{Lang, Reading, written};
use caloduc_engine::crs::{LonLat, Territory};
use caloduc_engine::network::InseeCode;
use caloduc_geocoder::{Hit, PlaceKind, Reason, ReverseRequest, SearchRequest};

/// Confidence under which the person is asked whether this is the place.
const DOUBTFUL: f64 = 0.45;
/// Score under which an answer has nothing of the text.
const FAINTEST: f64 = 0.25;
/// Farthest address that names a point, metres.
const NAMED_WITHIN_M: f64 = 60.0;

/// The place of an answer.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where.
    pub at: LonLat,
    /// How it is called.
    pub label: String,
    /// What to know about how it was found.
    pub notice: Option<String>,
    /// INSEE code the geocoder gave.
    pub citycode: Option<InseeCode>,
}

/// What became of the question.
#[derive(Debug)]
pub enum Found {
    /// Nothing was asked.
    Nothing,
    /// A place.
    Place(Box<Place>),
    /// Several places answer, best first.
    Several(Vec<Hit>),
    /// A commune and nothing more: its INSEE code.
    Commune(String),
    /// It cannot be answered, and why.
    Problem(&'static str),
}

/// Looks for the place asked about.
pub fn find(reading: &Reading, params: &Params) -> Found {
    let l = reading.lang;
    if params.has("lon") || params.has("lat") {
        return match (params.number("lon"), params.number("lat")) {
            (Some(lon), Some(lat)) => of_point(reading, lon, lat, params.get("q")),
            _ if params.get("q").is_some() => of_text(reading, params.get("q").unwrap_or_default()),
            _ => Found::Problem(l.say(
                "Ces coordonnées ne se lisent pas. Donnez une longitude et une latitude en degrés, par exemple 2.35 et 48.85.",
                "These coordinates cannot be read. Give a longitude and a latitude in degrees, for instance 2.35 and 48.85.",
            )),
        };
    }
    match params.get("q") {
        Some(text) => of_text(reading, text),
        None if params.has("q") => Found::Problem(l.say(
            "Indiquez une adresse : numéro, rue et commune.",
            "Give an address: number, street and town.",
        )),
        None => Found::Nothing,
    }
}

/// One place, whatever the doubt: what the map shows. A commune is its middle.
pub fn one(reading: &Reading, params: &Params) -> Option<Place> {
    match find(reading, params) {
        Found::Place(place) => Some(*place),
        Found::Several(hits) => Some(of_hit(hits.into_iter().next()?, reading.lang)),
        Found::Commune(_) => {
            let request = SearchRequest::new(params.get("q")?);
            let hit = reading
                .addresses
                .as_ref()?
                .search(&request)
                .into_iter()
                .next()?;
            Some(of_hit(hit, reading.lang))
        }
        Found::Nothing | Found::Problem(_) => None,
    }
}

fn of_point(reading: &Reading, lon: f64, lat: f64, label: Option<&str>) -> Found {
    let at = LonLat::new(lon, lat).filter(|at| Territory::ALL.iter().any(|t| t.covers(*at)));
    let Some(at) = at else {
        return Found::Problem(reading.lang.say(
            "Point hors du territoire couvert. Latitude et longitude inversées ?",
            "Point outside the area covered. Latitude and longitude swapped?",
        ));
    };
    let near = nearest_address(reading, at);
    let citycode = near
        .as_ref()
        .and_then(|hit| InseeCode::parse(&hit.citycode));
    let label = match (label, near) {
        (Some(label), _) => label.to_owned(),
        (None, Some(hit)) if hit.distance_m.is_some_and(|d| d <= NAMED_WITHIN_M) => {
            format!("{} {}", reading.lang.say("Près du", "Near"), hit.label)
        }
        _ => coordinates(at, reading.lang),
    };
    Found::Place(Box::new(Place {
        at,
        label,
        notice: None,
        citycode,
    }))
}

/// « 48,8500° N, 2,3500° E ».
pub fn coordinates(at: LonLat, lang: Lang) -> String {
    let one = |value: f64, positive: &'static str, negative: &'static str| {
        let side = if value < 0.0 { negative } else { positive };
        format!("{}°\u{a0}{side}", written::number(value.abs(), 5, lang))
    };
    let west = lang.say("O", "W");
    format!("{}, {}", one(at.lat, "N", "S"), one(at.lon, "E", west))
}

fn nearest_address(reading: &Reading, at: LonLat) -> Option<Hit> {
    let point = caloduc_geocoder::LonLat {
        lon: at.lon,
        lat: at.lat,
    };
    let request = ReverseRequest {
        radius_m: Some(2000.0),
        ..ReverseRequest::new(point)
    };
    reading
        .addresses
        .as_ref()?
        .reverse(&request)
        .into_iter()
        .next()
}

fn of_text(reading: &Reading, text: &str) -> Found {
    let l = reading.lang;
    if let Some((lat, lon)) = typed_point(text) {
        return of_point(reading, lon, lat, None);
    }
    let Some(addresses) = &reading.addresses else {
        return Found::Problem(l.say(
            "Aucune base d’adresses n’est chargée : placez le point sur la carte, ou donnez ses coordonnées.",
            "No address base is loaded: place the point on the map, or give its coordinates.",
        ));
    };
    let request = SearchRequest {
        limit: 6,
        ..SearchRequest::new(text)
    };
    let mut hits = addresses.search(&request);
    hits.retain(|hit| hit.score >= FAINTEST);
    let Some(best) = hits.first() else {
        return Found::Problem(l.say(
            "Adresse introuvable. Vérifiez la rue et la commune, ou placez le point sur la carte.",
            "Address not found. Check the street and the town, or place the point on the map.",
        ));
    };
    let has_rivals = best.reasons.contains(&Reason::SeveralAnswers);
    if has_rivals || best.confidence < DOUBTFUL {
        let floor = best.score - if has_rivals { 0.12 } else { 0.4 };
        hits.retain(|hit| hit.score >= floor);
        if has_rivals && hits.len() > 1 || hits[0].confidence < DOUBTFUL {
            return Found::Several(hits);
        }
    }
    let best = hits.swap_remove(0);
    if best.kind == PlaceKind::Municipality {
        return Found::Commune(best.citycode);
    }
    Found::Place(Box::new(of_hit(best, l)))
}

/// Whether a text is `latitude, longitude`, as maps copy it.
fn typed_point(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
    LonLat::new(lon, lat).map(|at| (at.lat, at.lon))
}

fn of_hit(hit: Hit, l: Lang) -> Place {
    let notice = if hit.is_approximate {
        Some(match l {
            Lang::French => format!(
                "Ce numéro n’est pas dans la base d’adresses : réponse pour le plus proche, {}.",
                hit.name
            ),
            Lang::English => format!(
                "This number is not in the address base: answer for the nearest one, {}.",
                hit.name
            ),
        })
    } else if hit.kind == PlaceKind::Street {
        Some(
            l.say(
                "Numéro non trouvé : distance mesurée depuis la rue.",
                "Number not found: distance measured from the street.",
            )
            .to_owned(),
        )
    } else {
        None
    };
    Place {
        at: LonLat {
            lon: hit.position.lon,
            lat: hit.position.lat,
        },
        citycode: InseeCode::parse(&hit.citycode),
        label: hit.label,
        notice,
    }
}
