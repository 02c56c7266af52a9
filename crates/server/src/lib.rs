//! What does a browser or a program get over HTTP? Pages, the API, tiles and the geocoder of one data directory.
//!
//! Reading order: [`config`] (how to behave), [`AppState`] (what is served, swapped while serving), `routes` (every
//! route on one page), then the rooms behind them: `api` (programs), `pages` (people), `jobs` (people's files), `health`,
//! `telemetry`.
//!
//! Invariants, said as absences:
//! - no address, coordinate or query string is ever logged; routes are logged by their template;
//! - no answer carries a path of the machine, SQL or a stack: what failed inside is logged once, with the request's id;
//! - no handler holds more than one row, or one bounded body, in memory;
//! - no cookie is set.

pub mod config;

mod api;
mod appearance;
mod health;
mod history;
mod http;
mod jobs;
mod ogc;
mod pages;
mod publishing;
mod reload;
mod routes;
mod serve;
mod state;
mod telemetry;
mod updating;

pub use appearance::{Appearance, AppearanceError};
pub use config::{Config, ConfigError, Flags};
pub use http::security::{Embedding, content_security_policy};
pub use reload::Territory;
pub use serve::{ServeError, serve};
pub use state::{Addresses, AppState, Served};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod tests;
