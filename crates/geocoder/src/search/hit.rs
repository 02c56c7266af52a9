//! What is said of each answer: its label, where it is, how sure it is and why.

use super::rank::{Candidate, Place, commune_importance};
use super::request::{PlaceKind, Reason, SearchRequest};
use super::score::{Bigrams, confidence, score};
use crate::geocoder::{StreetRef, View};
use crate::index::global::CommuneRef;
use crate::index::segment::Number;
use crate::projection::{LonLat, Projected, project};
use crate::source::territory::{WHOLE_CITIES, context, department_code, whole_city};

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// `12 Rue des Haies 75020 Paris`.
    pub label: String,
    /// addok's score, 0 to 1.
    pub score: f64,
    /// Score of the next answer, when there is one.
    pub score_next: Option<f64>,
    /// How sure we are that this is what was meant, 0 to 1.
    pub confidence: f64,
    /// What it is.
    pub kind: PlaceKind,
    /// `12bis`.
    pub housenumber: Option<String>,
    /// BAN id; INSEE code for a commune.
    pub id: String,
    /// BAN UUID.
    pub ban_id: Option<String>,
    /// The number and the street, the street, the place or the commune.
    pub name: String,
    /// The street, for a number or a street.
    pub street: Option<String>,
    /// Postcode; the first one for a commune.
    pub postcode: Option<String>,
    /// INSEE code.
    pub citycode: String,
    /// INSEE code of the former commune.
    pub oldcitycode: Option<String>,
    /// Commune; the whole city for an arrondissement.
    pub city: String,
    /// Former commune.
    pub oldcity: Option<String>,
    /// Arrondissement.
    pub district: Option<String>,
    /// `75, Paris, Île-de-France`.
    pub context: String,
    /// Importance, 0 to 1.
    pub importance: f64,
    /// Position, degrees.
    pub position: LonLat,
    /// Position, metres, in the legal projection.
    pub projected: Projected,
    /// Distance to the bias or to the point asked, metres.
    pub distance_m: Option<f64>,
    /// Whether the number asked is not there and the nearest one is given.
    pub is_approximate: bool,
    /// Why it is not exactly what was asked; empty when it is.
    pub reasons: Vec<Reason>,
}

/// Describes candidates already in order.
pub(crate) fn hits(
    view: &View<'_>,
    request: &SearchRequest<'_>,
    candidates: &[Candidate],
) -> Vec<Hit> {
    let asked = Bigrams::of(request.text);
    let mut out: Vec<Hit> = candidates
        .iter()
        .map(|c| {
            let mut hit = describe(view, c.place);
            hit.distance_m = c.distance_m;
            hit.is_approximate = c
                .reasons
                .iter()
                .any(|r| matches!(r, Reason::NearestNumber | Reason::OtherSuffix));
            hit.reasons = c.reasons.to_vec();
            hit.score = score(similarity(&asked, &hit), hit.importance, c.distance_m);
            hit
        })
        .collect();
    for i in 0..out.len() {
        let (cost, next) = (candidates[i].cost, candidates.get(i + 1).map(|c| c.cost));
        let margin = next.map_or(9.0, |n| n - cost);
        let doubt = match out[i].reasons.as_slice() {
            r if r.contains(&Reason::NearestNumber) => 0.7,
            r if r.contains(&Reason::OtherSuffix) => 0.85,
            _ => 1.0,
        };
        let sure = doubt * confidence(cost, margin, usize::from(candidates[i].name_len));
        // The last of a list has no margin to fear: it is not surer for that than the ones above it.
        out[i].confidence = i
            .checked_sub(1)
            .and_then(|above| out.get(above))
            .map_or(sure, |above| sure.min(above.confidence));
        out[i].score_next = out.get(i + 1).map(|h| h.score);
        if i == 0 && margin < 0.05 && request.limit > 1 {
            out[i].reasons.push(Reason::SeveralAnswers);
        }
    }
    out.truncate(request.limit.clamp(1, 100));
    out
}

/// The likeness of the text to the best of the label's variants.
fn similarity(asked: &Bigrams, hit: &Hit) -> f64 {
    let best = asked.similarity(&Bigrams::of(&hit.label));
    if best > 0.98 {
        return best;
    }
    let postcode = hit.postcode.as_deref().unwrap_or_default();
    [
        hit.name.clone(),
        format!("{} {}", hit.name, hit.city),
        format!("{} {postcode}", hit.name),
        format!(
            "{} {}",
            hit.name,
            hit.district.as_deref().unwrap_or_default()
        ),
    ]
    .iter()
    .map(|variant| asked.similarity(&Bigrams::of(variant)))
    .fold(best, f64::max)
}

/// Everything about a place but its score.
pub(crate) fn describe(view: &View<'_>, place: Place) -> Hit {
    match place {
        Place::Street(street) => of_street(view, street, None),
        Place::Number(street, index) => {
            let number = view.segment(street.segment).number(index);
            of_street(view, street, Some(number))
        }
        Place::Commune(commune) | Place::WholeCity(commune) => {
            of_commune(view, commune, matches!(place, Place::WholeCity(_)))
        }
    }
}

fn of_street(view: &View<'_>, at: StreetRef, number: Option<Number>) -> Hit {
    let segment = view.segment(at.segment);
    let street = segment.street(at.street);
    let commune = segment.commune(street.commune.into());
    let whole = whole_city(commune.citycode);
    let city = whole.map_or(commune.name, |w| w.1);
    let postcode = (street.postcode > 0).then(|| format!("{:05}", street.postcode));
    let old = segment.old_commune(street.old).filter(|o| o.1 != city);
    let housenumber = number.map(|n| format!("{}{}", n.number, segment.suffix(n.suffix)));
    let name = housenumber.as_ref().map_or_else(
        || street.name.to_owned(),
        |n| format!("{n} {}", street.name),
    );
    let position = number.map_or(LonLat::from_e7(street.lon_e7, street.lat_e7), |n| {
        LonLat::from_e7(n.lon_e7, n.lat_e7)
    });
    let label = match &postcode {
        Some(p) => format!("{name} {p} {city}"),
        None => format!("{name} {city}"),
    };
    Hit {
        label,
        score: 0.0,
        score_next: None,
        confidence: 0.0,
        kind: match (number.is_some(), street.is_place) {
            (true, _) => PlaceKind::HouseNumber,
            (false, true) => PlaceKind::Locality,
            (false, false) => PlaceKind::Street,
        },
        id: number.map_or_else(|| street.id.to_owned(), |n| segment.number_id(&street, n)),
        ban_id: match number {
            Some(n) => segment.number_ban_id(n),
            None => segment.street_ban_id(&street),
        },
        name,
        street: (!street.is_place || number.is_some()).then(|| street.name.to_owned()),
        postcode,
        citycode: commune.citycode.to_owned(),
        oldcitycode: old.map(|o| o.0.to_owned()).filter(|o| !o.is_empty()),
        city: city.to_owned(),
        oldcity: old.map(|o| o.1.to_owned()),
        district: whole.map(|_| commune.name.to_owned()),
        context: context(commune.citycode),
        importance: f64::from(street.importance),
        projected: project(position, view.department(at.segment)),
        position,
        housenumber,
        distance_m: None,
        is_approximate: false,
        reasons: Vec::new(),
    }
}

fn of_commune(view: &View<'_>, at: CommuneRef, as_whole: bool) -> Hit {
    let segment = view.segment(at.segment);
    let commune = segment.commune(at.commune.into());
    let whole = whole_city(commune.citycode);
    let (code, city) = match whole {
        Some((code, city)) if as_whole => (code, city),
        _ => (commune.citycode, whole.map_or(commune.name, |w| w.1)),
    };
    let is_whole = WHOLE_CITIES.contains(&code);
    let parts = || {
        (0..segment.commune_count())
            .map(|i| segment.commune(i))
            .filter(|c| whole_city(c.citycode).is_some_and(|w| w.0 == code))
    };
    let mut postcode = segment.postcodes(&commune).next();
    let mut position = LonLat::from_e7(commune.lon_e7, commune.lat_e7);
    if is_whole {
        // The city as a whole is in the middle of its arrondissements; its first postcode is the first of theirs.
        postcode = parts()
            .filter_map(|c| segment.postcodes(&c).next())
            .min()
            .or(postcode);
        let (count, x, y) = parts()
            .filter(|c| c.lon_e7 != 0)
            .fold((0_i64, 0_i64, 0_i64), |(n, x, y), c| {
                (n + 1, x + i64::from(c.lon_e7), y + i64::from(c.lat_e7))
            });
        if count > 0 {
            position = LonLat::from_e7((x / count) as i32, (y / count) as i32);
        }
    }
    let postcode = postcode.map(|p| format!("{p:05}"));
    let name = if as_whole || whole.is_none() {
        city
    } else {
        commune.name
    };
    Hit {
        label: name.to_owned(),
        score: 0.0,
        score_next: None,
        confidence: 0.0,
        kind: PlaceKind::Municipality,
        housenumber: None,
        id: code.to_owned(),
        ban_id: None,
        name: name.to_owned(),
        street: None,
        postcode,
        citycode: code.to_owned(),
        oldcitycode: None,
        city: city.to_owned(),
        oldcity: None,
        district: whole.filter(|_| !as_whole).map(|_| commune.name.to_owned()),
        context: context(code),
        importance: f64::from(commune_importance(commune.population)),
        projected: project(position, department_code(commune.citycode)),
        position,
        distance_m: None,
        is_approximate: false,
        reasons: Vec::new(),
    }
}
