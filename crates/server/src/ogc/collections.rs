//! Which collections are there, and what does each hold?

use caloduc_engine::network::Layer;
use caloduc_formats::table::GeometryKind;

/// A collection of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Collection {
    Heat,
    HeatUntraced,
    Cold,
    ColdUntraced,
    Projects,
    ProjectZones,
    PriorityAreas,
    Communes,
}

impl Collection {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 8] = [
        Self::Heat,
        Self::HeatUntraced,
        Self::Cold,
        Self::ColdUntraced,
        Self::Projects,
        Self::ProjectZones,
        Self::PriorityAreas,
        Self::Communes,
    ];

    /// The collection of that name.
    pub(super) fn from_id(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|collection| collection.id() == id)
    }

    /// Its name in addresses.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::HeatUntraced => "heat-untraced",
            Self::Cold => "cold",
            Self::ColdUntraced => "cold-untraced",
            Self::Projects => "projects",
            Self::ProjectZones => "project-zones",
            Self::PriorityAreas => "priority-areas",
            Self::Communes => "communes",
        }
    }

    /// Its title, in French.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Heat => "Réseaux de chaleur",
            Self::HeatUntraced => "Réseaux de chaleur au tracé inconnu",
            Self::Cold => "Réseaux de froid",
            Self::ColdUntraced => "Réseaux de froid au tracé inconnu",
            Self::Projects => "Réseaux en construction, tracés",
            Self::ProjectZones => "Réseaux en construction, zones",
            Self::PriorityAreas => "Périmètres de développement prioritaire",
            Self::Communes => "Contours des communes",
        }
    }

    /// The layer its rows are in.
    pub(super) fn layer(self) -> Layer {
        match self {
            Self::Heat => Layer::Heat,
            Self::HeatUntraced => Layer::HeatUntraced,
            Self::Cold => Layer::Cold,
            Self::ColdUntraced => Layer::ColdUntraced,
            Self::Projects | Self::ProjectZones => Layer::Projects,
            Self::PriorityAreas => Layer::PriorityAreas,
            Self::Communes => Layer::Communes,
        }
    }

    /// The type of all its geometries, but for the areas that are published instead of lines.
    pub(super) fn geometry(self) -> GeometryKind {
        match self {
            Self::Heat | Self::Cold | Self::Projects => GeometryKind::Lines,
            Self::HeatUntraced | Self::ColdUntraced => GeometryKind::Point,
            Self::ProjectZones | Self::PriorityAreas | Self::Communes => GeometryKind::Polygons,
        }
    }

    /// The layer of tiles that draws it, when one draws it alone.
    pub(super) fn tiles(self) -> Option<&'static str> {
        matches!(
            self,
            Self::Heat | Self::Cold | Self::Projects | Self::PriorityAreas | Self::Communes
        )
        .then(|| self.id())
    }
}
