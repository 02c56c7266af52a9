//! The map's squares: TileJSON, vector tiles, and a style that draws them.

mod addresses;
pub(crate) mod description;
pub(crate) mod style;
pub(crate) mod tile;

use crate::state::AppState;
use axum::http::{HeaderMap, header};
use caloduc_engine::tiles::TileLayer;

/// A layer one may ask for: those of a snapshot, and the addresses of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MapLayer {
    /// Drawn from the snapshot.
    Edition(TileLayer),
    /// Drawn from the address index.
    Addresses,
}

impl MapLayer {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Edition(TileLayer::Heat),
        Self::Edition(TileLayer::Cold),
        Self::Edition(TileLayer::Projects),
        Self::Edition(TileLayer::PriorityAreas),
        Self::Edition(TileLayer::Communes),
        Self::Addresses,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Edition(layer) => layer.name(),
            Self::Addresses => "addresses",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    pub(crate) fn zooms(self) -> (u8, u8) {
        match self {
            Self::Edition(layer) => layer.zooms(),
            Self::Addresses => (addresses::STREETS_FROM, addresses::NUMBERS_FROM),
        }
    }
}

/// What a layer's tiles hold as long as: the release, and for addresses the index too. Not quoted.
pub(crate) fn version(state: &AppState, layer: MapLayer) -> Option<String> {
    match layer {
        MapLayer::Edition(_) => Some(state.served()?.version()),
        MapLayer::Addresses => {
            state.addresses()?;
            let release = state.served().and_then(|served| served.release());
            Some(format!(
                "{}-{}",
                release.unwrap_or(0),
                state.addresses_version()
            ))
        }
    }
}

/// How links begin: the public address, or the host the client called.
pub(crate) fn base_url(state: &AppState, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
            host.bytes().all(plain)
        });
    match host {
        Some(host) if state.config().public_url.is_empty() => format!("http://{host}"),
        _ => state.config().base_url(),
    }
}
