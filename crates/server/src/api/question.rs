//! What is asked of the engine: a point, or a text, for heat or for cold?

use crate::http::params::Params;
use crate::http::problem::{Code, Problem};
use crate::state::Addresses;
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::{Service, Verdict};
use caloduc_engine::network::InseeCode;
use caloduc_engine::place;
use caloduc_engine::snapshot::Snapshot;
use caloduc_geocoder::SearchRequest;
use caloduc_geocoder::response::{Detail, Properties};
use utoipa::ToSchema;

/// The point of `lon` and `lat`, checked: on the globe, and in France.
pub(crate) fn point(params: &Params) -> Result<LonLat, Problem> {
    let number = |name: &'static str| -> Result<f64, Problem> {
        let text = params.get(name).ok_or_else(|| Problem::missing(name))?;
        place::number(text).map_err(|error| Problem::from(error).at(name))
    };
    checked(number("lon")?, number("lat")?)
}

/// Degrees as a place in France.
pub(crate) fn checked(lon: f64, lat: f64) -> Result<LonLat, Problem> {
    let place = place::from_degrees(lon, lat)?;
    place::in_france(place)?;
    Ok(place)
}

/// `for=heat` (default) or `for=cold`.
pub(crate) fn service(params: &Params) -> Result<Service, Problem> {
    service_of(params.get("for"))
}

/// The service of that name; heat when none is said.
pub(crate) fn service_of(name: Option<&str>) -> Result<Service, Problem> {
    match name {
        None | Some("heat") => Ok(Service::Heat),
        Some("cold") => Ok(Service::Cold),
        Some(_) => Err(Problem::new(Code::InvalidParameter)
            .at("for")
            .detail("« for » vaut heat ou cold.")),
    }
}

/// What is wanted, for the description of the API.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes a parameter")]
pub(crate) enum Wanted {
    Heat,
    Cold,
}

/// What the geocoder makes of a text.
#[derive(Debug)]
pub(crate) struct Found {
    place: LonLat,
    citycode: Option<InseeCode>,
    address: serde_json::Value,
}

/// A likeness under which an answer would be a guess (addok's scale, 0 to 1).
const GUESS: f64 = 0.1;

/// The likeliest place of a text; none when nothing resembles it.
pub(crate) fn find(addresses: &Addresses, text: &str) -> Result<Found, Problem> {
    let nothing = || Problem::new(Code::AddressNotFound).at("q");
    let mut request = SearchRequest::new(text);
    // Two, so that the first says how far the next one is.
    request.limit = 2;
    let hits = addresses.search(&request);
    let hit = hits
        .first()
        .filter(|hit| hit.score >= GUESS)
        .ok_or_else(nothing)?;
    let properties = Properties {
        hit,
        detail: Detail::Full,
    };
    Ok(Found {
        place: LonLat::new(hit.position.lon, hit.position.lat).ok_or_else(nothing)?,
        citycode: InseeCode::parse(&hit.citycode),
        address: serde_json::to_value(properties).map_err(|error| Problem::internal(&error))?,
    })
}

impl Found {
    /// The verdict for it, with what the geocoder said.
    pub(crate) fn assess<'a>(&'a self, snapshot: &'a Snapshot, service: Service) -> Verdict<'a> {
        let mut verdict = snapshot.assess_with(self.place, service, self.citycode.as_ref());
        verdict.address = Some(Box::new(self.address.clone()));
        verdict
    }
}
