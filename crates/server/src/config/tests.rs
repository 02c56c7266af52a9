use super::*;
use std::io::Write;

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn load(text: &str) -> Result<Config, ConfigError> {
    Config::load(Some(file(text).path()), &Flags::default())
}

#[test]
fn nothing_said_gives_the_defaults() {
    assert_eq!(load("").unwrap(), Config::default());
}

#[test]
fn the_command_line_wins_over_the_file() {
    let file = file("listen = \"127.0.0.1:4000\"\n[limits]\nburst = 7\n");
    let flags = Flags {
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 5000))),
        ..Flags::default()
    };
    let config = Config::load(Some(file.path()), &flags).unwrap();
    assert_eq!(config.listen.port(), 5000);
    assert_eq!(config.limits.burst, 7);
}

#[test]
fn an_unknown_key_stops_the_start_and_names_the_nearest_one() {
    let said = |text: &str| load(text).unwrap_err().to_string();
    assert!(said("lisen = \"127.0.0.1:1\"").contains("« listen »"));
    assert!(said("[limits]\nbrust = 3").contains("« limits.burst »"));
    assert!(said("burst = 3").contains("« limits.burst »"));
    assert!(said("[limit]\nburst = 3").contains("« limits »"));
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_its_key() {
    let said = load("[limits]\nburst = \"beaucoup\"")
        .unwrap_err()
        .to_string();
    assert!(said.contains("burst"), "{said}");
    assert!(load("trusted_proxies = [\"partout\"]").is_err());
    assert!(load("public_url = \"chaleur.exemple.fr\"").is_err());
    assert!(load("[map]\nbase = \"satellite\"").is_err());
}

#[test]
fn secrets_are_never_shown() {
    let config = load("[metrics]\ntoken = \"sesame\"").unwrap();
    assert!(config.metrics.token.is("sesame"));
    assert!(!config.describe().contains("sesame"));
    assert!(!format!("{config:?}").contains("sesame"));
    assert!(config.describe().contains("metrics.token = \"***\""));
}

#[test]
#[allow(clippy::format_collect, reason = "a few lines, once")]
fn the_shipped_example_is_the_defaults() {
    let example = include_str!("../../../../config.example.toml");
    let uncommented: String = example
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|l| l.contains(" = "))
                .unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let expected = Config {
        public_url: "https://chaleur.exemple.fr".to_owned(),
        ..Config::default()
    };
    assert_eq!(load(&uncommented).unwrap(), expected);
}

#[test]
fn the_map_may_call_only_what_the_configuration_names() {
    let origin = |base: &str| {
        let mut config = Config::default();
        config.map.base = base.to_owned();
        config.foreign_map_origin().map(str::to_owned)
    };
    assert_eq!(origin("own"), None);
    assert_eq!(origin("auto").as_deref(), Some("https://data.geopf.fr"));
    assert_eq!(
        origin("https://fonds.exemple.fr/style.json").as_deref(),
        Some("https://fonds.exemple.fr")
    );
}
