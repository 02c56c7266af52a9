//! On what data is a question asked, and where is the place it means? The release in service, or the demonstration
//! territory while nothing is loaded.

use crate::arguments::Global;
use crate::data;
use crate::failure::Failure;
use crate::output;
use anyhow::{Context, anyhow};
use caloduc_engine::crs::LonLat;
use caloduc_engine::network::InseeCode;
use caloduc_engine::place;
use caloduc_engine::snapshot::Snapshot;
use caloduc_geocoder::response::{Detail, Properties};
use caloduc_geocoder::{Geocoder, Hit, SearchRequest};
use caloduc_store::{Demonstration, HeldBytes, Moment, OpenOptions, Store};

/// A score under this is worth a warning, as it is counted apart in batches.
const DOUBTFUL_BELOW: f64 = 0.5;

/// What a person asks about.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A text for the address index.
    Address(&'a str),
    /// A point.
    Point(LonLat),
}

/// A place, and what the address index says of it.
#[derive(Debug)]
pub struct Found {
    pub place: LonLat,
    pub citycode: Option<InseeCode>,
    pub address: Option<serde_json::Value>,
}

/// The data that answer: the release in service, or the demonstration territory when nothing is loaded.
#[derive(Debug)]
pub enum Ground {
    /// A release.
    Real {
        store: Store,
        snapshot: Snapshot,
        published: Moment,
    },
    /// The fictional territory.
    Fictional(Box<Demonstration>),
}

impl Ground {
    /// The data of the directory; looking makes none.
    pub fn of(global: &Global) -> Result<Self, Failure> {
        let fictional = || {
            Ok(Self::Fictional(Box::new(Demonstration::build(
                &data::now(),
            )?)))
        };
        let dir = global.data_directory()?;
        if !Store::is_made(&dir) {
            return fictional();
        }
        let store = Store::open(&dir, OpenOptions::default())?;
        if store.shows_demonstration()? {
            return fictional();
        }
        let Some(current) = store.current()? else {
            return Err(anyhow!(
                "aucune édition n’est en service : importez des réseaux (« caloduc import CHEMIN… --publish ») ou publiez un brouillon (« caloduc releases list », puis « publish N »)"
            )
            .into());
        };
        let snapshot = store.snapshot(current.number)?;
        Ok(Self::Real {
            store,
            snapshot,
            published: current.published,
        })
    }

    /// The data of an edition named earlier, whatever is in service now; `None` is the fictional territory.
    pub fn at(global: &Global, release: Option<u32>) -> Result<Self, Failure> {
        let Some(number) = release else {
            return Self::of(global);
        };
        let store = Store::open(&global.data_directory()?, OpenOptions::default())?;
        let snapshot = store.snapshot(number)?;
        let published = store.release(number)?.published.into_iter().next_back();
        let published =
            published.ok_or_else(|| anyhow!("l’édition n° {number} n’a jamais été en service"))?;
        Ok(Self::Real {
            store,
            snapshot,
            published,
        })
    }

    /// The networks.
    pub fn snapshot(&self) -> &Snapshot {
        match self {
            Self::Real { snapshot, .. } => snapshot,
            Self::Fictional(demonstration) => demonstration.snapshot(),
        }
    }

    /// Where the question is about.
    pub fn find(&self, asked: &Asked<'_>) -> anyhow::Result<Found> {
        match asked {
            Asked::Point(place) => {
                place::in_france(*place)?;
                Ok(Found {
                    place: *place,
                    citycode: None,
                    address: None,
                })
            }
            Asked::Address(text) => self.look_up(text),
        }
    }

    fn look_up(&self, text: &str) -> anyhow::Result<Found> {
        let geocoder = self.geocoder()?.ok_or_else(|| {
            anyhow!(
                "il n’y a pas d’index d’adresses : construisez-le avec « caloduc addresses build CHEMIN… », ou donnez --lon et --lat"
            )
        })?;
        let hits = geocoder.search(&SearchRequest::new(text));
        let hit = hits.first().ok_or_else(|| {
            anyhow!(
                "adresse introuvable : « {text} ». Vérifiez le numéro, la voie et la commune, ou donnez --lon et --lat"
            )
        })?;
        if hit.score < DOUBTFUL_BELOW {
            output::message(&format!(
                "attention : l’adresse trouvée ressemble peu à celle demandée : « {} ».",
                hit.label
            ));
        }
        found(hit)
    }

    /// The address index, open; `None` when none was built.
    pub fn geocoder(&self) -> anyhow::Result<Option<Geocoder<HeldBytes>>> {
        let bytes = match self {
            Self::Fictional(demonstration) => Some(demonstration.address_index()?),
            Self::Real { store, .. } => store.address_index()?.map(HeldBytes),
        };
        bytes.map(Geocoder::open).transpose().context(
            "l’index d’adresses est inutilisable ; reconstruisez-le avec « caloduc addresses build CHEMIN… »",
        )
    }

    /// Says, when it is so, that the territory exists nowhere.
    pub fn warn_if_fictional(&self) {
        if matches!(self, Self::Fictional(_)) {
            output::message(
                "attention : aucune donnée n’est chargée, c’est le territoire fictif de démonstration qui répond. Rien n’y existe.",
            );
        }
    }
}

fn found(hit: &Hit) -> anyhow::Result<Found> {
    let place = LonLat::new(hit.position.lon, hit.position.lat).ok_or_else(|| {
        anyhow!("l’index d’adresses donne une position impossible à cette adresse")
    })?;
    let properties = Properties {
        hit,
        detail: Detail::Full,
    };
    Ok(Found {
        place,
        citycode: InseeCode::parse(&hit.citycode),
        address: Some(serde_json::to_value(properties)?),
    })
}
