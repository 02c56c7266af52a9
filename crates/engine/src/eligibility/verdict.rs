//! The answer to one question, as values: type, distance, matched network, facts, thresholds. `Serialize` gives the
//! public JSON, key for key; texts are borrowed from the snapshot.

use crate::crs::LonLat;
use serde::{Serialize, Serializer};
use smallvec::SmallVec;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Service {
    /// Heating: heat networks, projects and PDP.
    #[default]
    Heat,
    /// Cooling: cold networks only.
    Cold,
}

/// The eleven verdicts; [`VerdictType::as_str`] is the public vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VerdictType {
    /// In a PDP, matched with a network in service (or with none).
    PriorityAreaExisting,
    /// In a PDP, matched with a project.
    PriorityAreaFuture,
    /// A network in service is very close.
    ExistingVeryClose,
    /// The trace of a project is very close.
    FutureVeryClose,
    /// Inside the zone of a project.
    FutureZone,
    /// A network in service is close.
    ExistingClose,
    /// The trace of a project is close.
    FutureClose,
    /// A network in service within 1000 m.
    ExistingFar,
    /// The trace of a project within 1000 m.
    FutureFar,
    /// The commune has an open network whose trace is unknown.
    UntracedInCommune,
    /// Nothing near.
    TooFar,
}

/// How near a verdict's network is, for those types that say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proximity {
    /// Within 1000 m.
    Far,
    /// Within the second threshold.
    Close,
    /// Within the first threshold.
    VeryClose,
    /// Inside the zone of a project.
    InZone,
}

impl VerdictType {
    /// All types, in the order of their declaration.
    pub const ALL: [Self; 11] = [
        Self::PriorityAreaExisting,
        Self::PriorityAreaFuture,
        Self::ExistingVeryClose,
        Self::FutureVeryClose,
        Self::FutureZone,
        Self::ExistingClose,
        Self::FutureClose,
        Self::ExistingFar,
        Self::FutureFar,
        Self::UntracedInCommune,
        Self::TooFar,
    ];

    /// The public value (`reseau_existant_tres_proche`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PriorityAreaExisting => "dans_pdp_reseau_existant",
            Self::PriorityAreaFuture => "dans_pdp_reseau_futur",
            Self::ExistingVeryClose => "reseau_existant_tres_proche",
            Self::FutureVeryClose => "reseau_futur_tres_proche",
            Self::FutureZone => "dans_zone_reseau_futur",
            Self::ExistingClose => "reseau_existant_proche",
            Self::FutureClose => "reseau_futur_proche",
            Self::ExistingFar => "reseau_existant_loin",
            Self::FutureFar => "reseau_futur_loin",
            Self::UntracedInCommune => "dans_ville_reseau_existant_sans_trace",
            Self::TooFar => "trop_eloigne",
        }
    }

    /// The type written `text` in the public vocabulary.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it makes an address eligible.
    pub fn is_eligible(self) -> bool {
        self.rule() <= 6
    }

    /// The row of the decision table, 1 to 10.
    pub fn rule(self) -> u8 {
        match self {
            Self::PriorityAreaExisting | Self::PriorityAreaFuture => 1,
            Self::ExistingVeryClose => 2,
            Self::FutureVeryClose => 3,
            Self::FutureZone => 4,
            Self::ExistingClose => 5,
            Self::FutureClose => 6,
            Self::ExistingFar => 7,
            Self::FutureFar => 8,
            Self::UntracedInCommune => 9,
            Self::TooFar => 10,
        }
    }

    /// Whether the point is in a PDP.
    pub fn is_in_priority_area(self) -> bool {
        self.rule() == 1
    }

    /// Whether it is about a network under construction.
    pub fn is_future(self) -> bool {
        matches!(
            self,
            Self::PriorityAreaFuture
                | Self::FutureVeryClose
                | Self::FutureZone
                | Self::FutureClose
                | Self::FutureFar
        )
    }

    /// Whether it is about the trace of a network in service.
    pub fn is_existing(self) -> bool {
        matches!(
            self,
            Self::PriorityAreaExisting
                | Self::ExistingVeryClose
                | Self::ExistingClose
                | Self::ExistingFar
        )
    }

    /// How near the network is, for types 2 to 8 of the decision table.
    pub fn proximity(self) -> Option<Proximity> {
        match self {
            Self::ExistingVeryClose | Self::FutureVeryClose => Some(Proximity::VeryClose),
            Self::FutureZone => Some(Proximity::InZone),
            Self::ExistingClose | Self::FutureClose => Some(Proximity::Close),
            Self::ExistingFar | Self::FutureFar => Some(Proximity::Far),
            _ => None,
        }
    }
}

impl Serialize for VerdictType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The table a matched network comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkTable {
    /// Heat networks, traced or not.
    Heat,
    /// Cold networks, traced or not.
    Cold,
    /// Networks under construction, traces and zones.
    Project,
}

/// Distances in metres, compared (`<=`) with the rounded distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Thresholds {
    /// Very close.
    pub very_close_m: u32,
    /// Close.
    pub close_m: u32,
    /// Far; nothing counts beyond.
    pub far_m: u32,
}

impl Thresholds {
    /// Everywhere but next to a Paris network, and always for projects and cold networks.
    pub const DEFAULT: Self = Self {
        very_close_m: 100,
        close_m: 200,
        far_m: 1000,
    };
    /// For heat networks, when the nearest open traced one is 7501C or 7511C.
    pub const PARIS: Self = Self {
        very_close_m: 60,
        close_m: 100,
        far_m: 1000,
    };
}

/// A list of short texts stored in the snapshot as one; serialises as an array.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Texts<'a>(&'a str);

impl<'a> Texts<'a> {
    /// What separates two texts of the stored form (ASCII unit separator).
    pub(crate) const SEPARATOR: char = '\u{1f}';

    /// The list whose stored form is `joined`.
    pub(crate) fn from_joined(joined: &'a str) -> Self {
        Self(joined)
    }

    /// Each text, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        let joined = self.0;
        joined.split(Self::SEPARATOR).filter(|_| !joined.is_empty())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The one network an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MatchedNetwork<'a> {
    /// Stable key.
    pub key: &'a str,
    /// The table it comes from.
    pub table: NetworkTable,
    /// SNCU id.
    pub id: Option<&'a str>,
    /// Name.
    pub name: Option<&'a str>,
    /// Gestionnaire.
    pub operator: Option<&'a str>,
    /// Maître d'ouvrage.
    pub owner: Option<&'a str>,
    /// Names of the communes served.
    pub communes: Texts<'a>,
    /// Share of renewable and recovered heat, 0 to 100; null for projects.
    pub renewable_rate_pct: Option<f64>,
    /// Direct CO2 content, kg/kWh; null for projects.
    pub co2_direct_kg_per_kwh: Option<f64>,
    /// Life-cycle CO2 content, kg/kWh; null for projects.
    pub co2_lca_kg_per_kwh: Option<f64>,
    /// Whether its PDP carries the obligation; null for projects and when unknown.
    pub classified: Option<bool>,
    /// Whether a PDP of the edition is linked to it.
    pub has_priority_area: bool,
    /// Whether new buildings are taken.
    pub open_to_connections: bool,
    /// Whether its operator asked that an area be published instead of its line; distances are to that area.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trace_is_area: bool,
}

/// The commune of the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CommuneFact<'a> {
    /// INSEE code of the commune (Paris is 75056).
    pub code: &'a str,
    /// Its name; null when only the code is known.
    pub name: Option<&'a str>,
}

/// The nearest trace of a heat or cold network, open or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NearestNetwork<'a> {
    /// Stable key.
    pub key: &'a str,
    /// SNCU id.
    pub id: Option<&'a str>,
    /// Rounded distance, at most 1000 m.
    pub distance_m: u32,
    /// Whether new buildings are taken.
    pub open_to_connections: bool,
}

/// The nearest trace of a project, open or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NearestProject<'a> {
    /// Stable key.
    pub key: &'a str,
    /// Rounded distance, at most 1000 m.
    pub distance_m: u32,
    /// Whether new buildings are taken.
    pub open_to_connections: bool,
}

/// A PDP that contains the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PriorityAreaFact<'a> {
    /// Stable key.
    pub key: &'a str,
    /// SNCU id of the network it names first.
    pub id: Option<&'a str>,
    /// Keys of the networks and projects it is linked to.
    pub network_keys: Texts<'a>,
}

/// A heat network of the commune whose trace is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UntracedNetwork<'a> {
    /// Stable key.
    pub key: &'a str,
    /// SNCU id.
    pub id: Option<&'a str>,
    /// Whether new buildings are taken.
    pub open_to_connections: bool,
}

/// What is true of the place whatever the verdict. Distances beyond 1000 m are not facts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts<'a> {
    /// The commune that contains the point.
    pub commune: Option<CommuneFact<'a>>,
    /// Nearest traced heat network, open or not.
    pub nearest_heat: Option<NearestNetwork<'a>>,
    /// Nearest project trace, open or not.
    pub nearest_project: Option<NearestProject<'a>>,
    /// Keys of the project zones that contain the point, open or not, sorted.
    pub project_zones: SmallVec<[&'a str; 1]>,
    /// PDP that contain the point, sorted by key.
    pub priority_areas: SmallVec<[PriorityAreaFact<'a>; 1]>,
    /// A heat network of the commune without trace, an open one if there is.
    pub untraced_heat: Option<UntracedNetwork<'a>>,
    /// Nearest traced cold network, open or not.
    pub nearest_cold: Option<NearestNetwork<'a>>,
}

/// The answer for one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict<'a> {
    /// What is said.
    #[serde(rename = "type")]
    pub kind: VerdictType,
    /// Whether the address is eligible.
    pub eligible: bool,
    /// Rounded distance to the matched network, metres; null in a zone, without trace, too far.
    pub distance_m: Option<u32>,
    /// The row of the decision table that fired, 1 to 10.
    pub rule: u8,
    /// The release it was computed on; null on the demonstration territory.
    pub release: Option<u32>,
    /// The point asked about, as given.
    pub point: LonLat,
    /// The geocoder's feature properties, when the question was a text: the caller sets it.
    pub address: Option<Box<serde_json::Value>>,
    /// The matched network.
    pub network: Option<MatchedNetwork<'a>>,
    /// What is true of the place whatever the verdict.
    pub facts: Facts<'a>,
    /// The thresholds that applied to the matched network.
    pub thresholds: Thresholds,
}

impl Verdict<'_> {
    /// What the comparison of two verdicts looks at ([`crate::transition`]).
    pub fn summary(&self) -> crate::transition::Summary<'_> {
        crate::transition::Summary {
            kind: self.kind,
            network_key: self.network.as_ref().map(|network| network.key),
            distance_m: self.distance_m,
        }
    }
}
