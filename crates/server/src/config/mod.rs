//! How is this service to behave? One typed structure, read once: the defaults, then a file, then the environment
//! (`CALODUC_LIMITS__BURST=50`), then the command line. A key nobody knows stops the start.

mod batches;
mod keys;
mod limits;
mod network;
mod secret;
mod storage;
mod update;

pub use batches::BatchSettings;
pub use limits::Limits;
pub use network::{Network, NetworkError};
pub use secret::Secret;
pub use storage::{Storage, StoragePlace};
pub use update::Update;

use caloduc_fetch::Sources;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Variables that begin with `CALODUC_` and are no setting: where the file is, where trial data are, what the build of
/// the pages says to itself.
const NOT_SETTINGS: [&str; 3] = ["CONFIG", "SHARED", "ASSETS_HASH"];

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the data are.
    pub data_dir: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the outside calls this service (`https://chaleur.exemple.fr`), without a final slash; used in links that
    /// leave it (feed, specification). Empty: the address listened on.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed, as networks (`10.0.0.0/8`).
    pub trusted_proxies: Vec<Network>,
    /// `postgres://…` when several machines share the batches; a file of the data directory when empty. `DATABASE_URL`
    /// says it too.
    pub database_url: Secret,
    /// Files of addresses people give.
    pub batches: BatchSettings,
    /// Where these files wait until their rows are read.
    pub storage: Storage,
    /// Folder of what is dressed otherwise (colours, mark, texts); empty: `appearance` in the data directory, if there.
    pub appearance: PathBuf,
    /// What bounds a client and a request.
    pub limits: Limits,
    /// Logs.
    pub log: Log,
    /// The map.
    pub map: Map,
    /// Measures for Prometheus.
    pub metrics: Metrics,
    /// Where the official files are.
    pub fetch: Sources,
    /// Whether the official files are fetched by the service itself.
    pub update: Update,
}

/// Logs, on stderr.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// One JSON object a line, or text for a person.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, or directives like `info,caloduc_server=debug`.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For machines.
    #[default]
    Json,
    /// For people.
    Text,
}

/// The map's ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// `auto` (the official style when the browser reaches it, else our own layers), `own` (nothing from elsewhere), or
    /// the address of a MapLibre style.
    pub base: String,
    /// The official style that `auto` tries.
    pub official_style: String,
    /// Memory for tiles already drawn, bytes; 0 draws each one again.
    pub tile_cache_bytes: usize,
}

/// Measures for Prometheus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// When set, `/metrics` asks for `Authorization: Bearer` with it.
    pub token: Secret,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./caloduc-data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: String::new(),
            trusted_proxies: Vec::new(),
            database_url: Secret::default(),
            batches: BatchSettings::default(),
            storage: Storage::default(),
            appearance: PathBuf::new(),
            limits: Limits::default(),
            log: Log::default(),
            map: Map::default(),
            metrics: Metrics::default(),
            fetch: Sources::default(),
            update: Update::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Json,
            level: "info".to_owned(),
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Self {
            base: "auto".to_owned(),
            official_style:
                "https://data.geopf.fr/annexes/ressources/vectorTiles/styles/PLAN.IGN/standard.json"
                    .to_owned(),
            tile_cache_bytes: 64 * 1024 * 1024,
        }
    }
}

/// What the command line says, over everything else.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Flags {
    /// `--data-dir`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// Why the configuration is refused. Messages are French: they reach the person who starts the service.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file named is not there.
    #[error("le fichier de configuration « {} » n’existe pas", .0.display())]
    NoFile(PathBuf),
    /// A key nobody knows.
    #[error("clé inconnue dans la configuration : « {key} » ({origin}){}", near(nearest.as_deref()))]
    UnknownKey {
        /// As written, with its section.
        key: String,
        /// The file, or the environment.
        origin: String,
        /// The known key it resembles most.
        nearest: Option<String>,
    },
    /// A value of the wrong kind, or a file that is not TOML.
    #[error("configuration illisible : {0}")]
    Value(String),
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |key| {
        format!(" ; vouliez-vous dire « {key} » ?")
    })
}

impl Config {
    /// Reads everything: the defaults, `file` when given, the environment, `flags`.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        if let Some(path) = file {
            if !path.is_file() {
                return Err(ConfigError::NoFile(path.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        let environment = Env::prefixed("CALODUC_")
            .filter(|name| !NOT_SETTINGS.iter().any(|other| name == *other))
            .split("__");
        let figment = figment
            .merge(Env::raw().only(&["DATABASE_URL"]))
            .merge(environment)
            .merge(Serialized::defaults(flags));
        keys::check(&figment)?;
        let config: Self = figment
            .extract()
            .map_err(|e| ConfigError::Value(e.to_string()))?;
        config.checked()
    }

    fn checked(mut self) -> Result<Self, ConfigError> {
        self.update.period().map_err(ConfigError::Value)?;
        self.storage.place().map_err(ConfigError::Value)?;
        while self.public_url.ends_with('/') {
            self.public_url.pop();
        }
        let is_web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        if !self.public_url.is_empty() && !is_web(&self.public_url) {
            return Err(ConfigError::Value(
                "public_url commence par http:// ou https://".to_owned(),
            ));
        }
        if !["auto", "own"].contains(&self.map.base.as_str()) && !is_web(&self.map.base) {
            return Err(ConfigError::Value(
                "map.base vaut auto, own, ou l’adresse d’un style MapLibre".to_owned(),
            ));
        }
        Ok(self)
    }

    /// How links that leave the service begin, without a final slash.
    pub fn base_url(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.listen)
        } else {
            self.public_url.clone()
        }
    }

    /// The configuration as TOML a person can read; secrets are `***`.
    pub fn describe(&self) -> String {
        keys::describe(self)
    }

    /// The origin (`https://host`) the map may call besides us, when it may.
    pub fn foreign_map_origin(&self) -> Option<&str> {
        let style = match self.map.base.as_str() {
            "own" => return None,
            "auto" => &self.map.official_style,
            style => style,
        };
        let host = style.find("://")? + 3;
        let end = style[host..].find('/').map_or(style.len(), |at| host + at);
        Some(&style[..end])
    }
}

#[cfg(test)]
mod tests;
