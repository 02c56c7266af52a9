//! One row: its question, its answer.

use super::locate::{Locate, Located};
use crate::crs::LonLat;
use crate::eligibility::{Service, Verdict};
use crate::network::InseeCode;
use crate::place::{self, Misplaced};
use crate::snapshot::Snapshot;
use crate::table::CoordinateSystem;

/// What a row asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Question<'a> {
    /// Two cells of coordinates, and what they are in.
    Coordinates {
        /// Longitude or x, as written.
        lon: &'a str,
        /// Latitude or y, as written.
        lat: &'a str,
        /// Degrees or metres.
        system: CoordinateSystem,
    },
    /// An address.
    Text(&'a str),
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has a place and a verdict.
    Ok,
    /// No address resembles the text.
    NotFound,
    /// There is nothing to look for.
    Empty,
    /// Its coordinates are no place of ours.
    Error,
}

impl Status {
    /// The public value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotFound => "not-found",
            Self::Empty => "empty",
            Self::Error => "error",
        }
    }
}

/// The answer to one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'a> {
    /// What became of it.
    pub status: Status,
    /// The address found, when it asked with a text.
    pub located: Option<&'a Located>,
    /// Where.
    pub place: Option<LonLat>,
    /// The verdict there.
    pub verdict: Option<Verdict<'a>>,
    /// Why there is no verdict, in French; empty when there is one.
    pub problem: String,
}

/// What answers rows: an edition and, for texts, a geocoder.
#[derive(Clone, Copy)]
pub struct Assessor<'a> {
    /// The edition asked.
    pub snapshot: &'a Snapshot,
    /// Where addresses are found; `None` when only coordinates are asked about.
    pub locator: Option<&'a dyn Locate>,
    /// Heat or cold.
    pub service: Service,
}

impl std::fmt::Debug for Assessor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assessor")
            .field("snapshot", self.snapshot)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl Assessor<'_> {
    /// Answers a question; the answer lives as long as `tell`, which is given it.
    pub fn answer<T>(&self, question: Question<'_>, tell: impl FnOnce(&Answer<'_>) -> T) -> T {
        match question {
            Question::Coordinates { lon, lat, system } => match placed(lon, lat, system) {
                Ok(Some(place)) => tell(&self.at(place, None, None)),
                Ok(None) => tell(&without(
                    Status::Empty,
                    "coordonnées manquantes : la ligne n’a rien à tester".to_owned(),
                )),
                Err(problem) => tell(&without(Status::Error, problem.to_string())),
            },
            Question::Text(text) => self.answer_text(text, tell),
        }
    }

    /// The verdict at a place already read and checked.
    pub fn at<'b>(
        &'b self,
        place: LonLat,
        located: Option<&'b Located>,
        citycode: Option<&'b InseeCode>,
    ) -> Answer<'b> {
        Answer {
            status: Status::Ok,
            located,
            place: Some(place),
            verdict: Some(self.snapshot.assess_with(place, self.service, citycode)),
            problem: String::new(),
        }
    }

    fn answer_text<T>(&self, text: &str, tell: impl FnOnce(&Answer<'_>) -> T) -> T {
        if !text.chars().any(char::is_alphanumeric) {
            return tell(&without(
                Status::Empty,
                "adresse vide : la ligne n’a rien à tester".to_owned(),
            ));
        }
        match self.locator.and_then(|locator| locator.locate(text)) {
            Some(located) => {
                let citycode = InseeCode::parse(&located.citycode);
                tell(&self.at(located.place, Some(&located), citycode.as_ref()))
            }
            None => tell(&without(
                Status::NotFound,
                "adresse introuvable : vérifiez la rue et la commune".to_owned(),
            )),
        }
    }
}

fn without(status: Status, problem: String) -> Answer<'static> {
    Answer {
        status,
        located: None,
        place: None,
        verdict: None,
        problem,
    }
}

/// The place two cells say; `None` when both are blank.
pub(super) fn placed(
    lon: &str,
    lat: &str,
    system: CoordinateSystem,
) -> Result<Option<LonLat>, Misplaced> {
    match (is_blank(lon), is_blank(lat)) {
        (true, true) => return Ok(None),
        (false, false) => {}
        _ => return Err(Misplaced::Incomplete),
    }
    let (x, y) = (place::number(lon)?, place::number(lat)?);
    let at = match system {
        CoordinateSystem::Degrees => place::from_degrees(x, y)?,
        CoordinateSystem::Lambert93 => place::from_lambert93(x, y)?,
    };
    place::in_france(at)?;
    Ok(Some(at))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
