//! The rows of a chunk against an edition: which answer does each get?

use super::answer::{Answer, Commune, Network, Outcome, Status};
use super::chunk::Chunk;
use super::locate::{Locate, Located};
use super::mapping::{AddressColumn, Mapping};
use super::roles::{self, Role};
use crate::crs::LonLat;
use crate::eligibility::{Service, Verdict};
use crate::network::InseeCode;
use crate::place::{self, Misplaced};
use crate::snapshot::Snapshot;
use crate::table::{Cells, CoordinateColumns, CoordinateSystem};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

const EMPTY_POINT: &str = "coordonnées manquantes : la ligne n’a rien à tester";
const EMPTY_ADDRESS: &str = "adresse vide : la ligne n’a rien à tester";
const NOT_FOUND: &str = "adresse introuvable : vérifiez la rue et la commune";

/// What answers rows: an edition and, for addresses, a geocoder.
#[derive(Clone, Copy)]
pub struct Assessor<'a> {
    /// The edition asked.
    pub snapshot: &'a Snapshot,
    /// Where addresses are found; without it, no address is.
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
    /// The answer to each row, in order: a function of the chunk, the mapping and the data alone.
    pub fn assess(&self, mapping: &Mapping, chunk: &Chunk) -> Vec<Answer> {
        let mut shared = Shared::default();
        let mut cells = Cells::new();
        let mut answers = match mapping {
            Mapping::Address { columns } => (0..chunk.len())
                .map(|at| {
                    cells.cut(&chunk.bytes, &chunk.records[at], chunk.delimiter);
                    self.find(&question(columns, chunk, &cells), &mut shared)
                })
                .collect(),
            Mapping::Coordinates(columns) => {
                let points = (0..chunk.len()).map(|at| {
                    cells.cut(&chunk.bytes, &chunk.records[at], chunk.delimiter);
                    point(*columns, chunk, &cells)
                });
                self.at_points(&points.collect::<Vec<_>>(), &mut shared)
            }
            Mapping::Points => {
                let points = (0..chunk.len()).map(|at| match chunk.points.get(at) {
                    Some(Ok(Some(place))) => place::in_france(*place)
                        .map(|()| Some(*place))
                        .map_err(|why| why.to_string()),
                    Some(Err(why)) => Err(why.clone()),
                    Some(Ok(None)) | None => Ok(None),
                });
                self.at_points(&points.collect::<Vec<_>>(), &mut shared)
            }
        };
        for (at, answer) in answers.iter_mut().enumerate() {
            cells.cut(&chunk.bytes, &chunk.records[at], chunk.delimiter);
            answer.remark(&chunk.remark(at, &cells));
        }
        answers
    }

    /// The answer at a place chosen for a row, with the address that was chosen, if one was.
    pub fn at(&self, place: LonLat, found: Option<Located>) -> Answer {
        self.placed(place, found, &mut Shared::default())
    }

    fn find(&self, question: &Question<'_>, shared: &mut Shared) -> Answer {
        if !question.text.chars().any(char::is_alphanumeric) {
            return Answer::without_verdict(Status::Empty, EMPTY_ADDRESS);
        }
        let found = self
            .locator
            .and_then(|locator| locator.locate(&question.text, question.citycode.as_deref()));
        match found {
            Some(found) => self.placed(found.place, Some(found), shared),
            None => Answer::without_verdict(Status::NotFound, NOT_FOUND),
        }
    }

    /// Points are answered along a curve, so that neighbours find what they need still at hand.
    fn at_points(
        &self,
        points: &[Result<Option<LonLat>, String>],
        shared: &mut Shared,
    ) -> Vec<Answer> {
        let mut order: Vec<(u32, u32)> = points
            .iter()
            .enumerate()
            .map(|(at, point)| {
                let place = point.as_ref().ok().copied().flatten();
                (
                    place.map_or(0, |place| self.snapshot.along_curve(place)),
                    at as u32,
                )
            })
            .collect();
        order.sort_unstable();
        let mut answers: Vec<Option<Answer>> = vec![None; points.len()];
        for (_, at) in order {
            let at = at as usize;
            answers[at] = Some(match &points[at] {
                Ok(Some(place)) => self.placed(*place, None, shared),
                Ok(None) => Answer::without_verdict(Status::Empty, EMPTY_POINT),
                Err(why) => Answer::without_verdict(Status::Error, why.clone()),
            });
        }
        answers
            .into_iter()
            .map(|answer| answer.expect("each row is in the order once"))
            .collect()
    }

    fn placed(&self, place: LonLat, found: Option<Located>, shared: &mut Shared) -> Answer {
        let citycode = found
            .as_ref()
            .and_then(|found| InseeCode::parse(&found.citycode));
        let verdict = self
            .snapshot
            .assess_with(place, self.service, citycode.as_ref());
        let outcome = shared.outcome(&verdict);
        Answer {
            status: Status::Ok,
            found,
            place: Some(place),
            outcome: Some(outcome),
            problem: String::new(),
        }
    }
}

/// Networks and communes that answers of one chunk share.
#[derive(Debug, Default)]
struct Shared {
    networks: HashMap<String, Arc<Network>>,
    communes: HashMap<String, Arc<Commune>>,
    /// The one of the answer before: neighbours mostly have the same.
    last_network: Option<Arc<Network>>,
    last_commune: Option<Arc<Commune>>,
}

impl Shared {
    fn outcome(&mut self, verdict: &Verdict<'_>) -> Outcome {
        if let Some(matched) = &verdict.network
            && self
                .last_network
                .as_ref()
                .is_none_or(|last| last.key != matched.key)
        {
            let known = self.networks.get(matched.key).map(Arc::clone);
            self.last_network = Some(known.unwrap_or_else(|| {
                let network = Arc::new(Network::of(matched));
                self.networks
                    .insert(matched.key.to_owned(), Arc::clone(&network));
                network
            }));
        }
        if let Some(fact) = verdict.facts.commune
            && self
                .last_commune
                .as_ref()
                .is_none_or(|last| last.code != fact.code)
        {
            let known = self.communes.get(fact.code).map(Arc::clone);
            self.last_commune = Some(known.unwrap_or_else(|| {
                let commune = Arc::new(Commune::of(fact));
                self.communes
                    .insert(fact.code.to_owned(), Arc::clone(&commune));
                commune
            }));
        }
        let network = verdict.network.and(self.last_network.as_ref());
        let commune = verdict.facts.commune.and(self.last_commune.as_ref());
        Outcome::of(verdict, network.map(Arc::clone), commune.map(Arc::clone))
    }
}

/// What a row asks of the geocoder.
struct Question<'c> {
    text: Cow<'c, str>,
    citycode: Option<String>,
}

fn question<'c>(columns: &[AddressColumn], chunk: &'c Chunk, cells: &Cells) -> Question<'c> {
    if let [only] = columns
        && only.role != Role::Insee
    {
        return Question {
            text: chunk.asked(cells, only.index),
            citycode: None,
        };
    }
    let cell = |column: &AddressColumn| chunk.asked(cells, column.index);
    let has_street = columns.iter().any(|column| {
        matches!(column.role, Role::Street | Role::Address) && !cell(column).trim().is_empty()
    });
    let (mut text, mut citycode) = (String::new(), None);
    for column in columns {
        let cell = cell(column);
        let part: Cow<'_, str> = match column.role {
            Role::Insee => {
                citycode = roles::insee(&cell);
                continue;
            }
            Role::Complement if has_street => continue,
            Role::Postcode => roles::postcode(&cell).map_or(cell, Cow::Owned),
            _ => cell,
        };
        if !part.trim().is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&part);
        }
    }
    // A commune alone can still be found by its code.
    if text.is_empty()
        && let Some(code) = &citycode
    {
        text.clone_from(code);
    }
    Question {
        text: Cow::Owned(text),
        citycode,
    }
}

fn point(
    columns: CoordinateColumns,
    chunk: &Chunk,
    cells: &Cells,
) -> Result<Option<LonLat>, String> {
    let (lon, lat) = (
        chunk.asked(cells, columns.lon),
        chunk.asked(cells, columns.lat),
    );
    placed(&lon, &lat, columns.system).map_err(|why| why.to_string())
}

/// The place two cells say; `None` when both are blank.
fn placed(lon: &str, lat: &str, system: CoordinateSystem) -> Result<Option<LonLat>, Misplaced> {
    match (is_blank(lon), is_blank(lat)) {
        (true, true) => return Ok(None),
        (false, false) => {}
        _ => return Err(Misplaced::Incomplete),
    }
    let (x, y) = (place::number(lon)?, place::number(lat)?);
    let at = match system {
        CoordinateSystem::Degrees => place::from_degrees(x, y)?,
        CoordinateSystem::Metres => place::from_metres(x, y)?,
    };
    place::in_france(at)?;
    Ok(Some(at))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
