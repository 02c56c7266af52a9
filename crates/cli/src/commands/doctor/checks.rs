//! The things that `doctor` looks at, one after the other; what cannot be looked at because of an earlier failure is
//! left out.

use super::Check;
use crate::arguments::Global;
use crate::progress::Progress;
use caloduc_engine::report::{count, counted};
use caloduc_geocoder::Geocoder;
use caloduc_server::Config;
use caloduc_server::config::StoragePlace;
use caloduc_store::batches::BucketUploads;
use caloduc_store::{HeldBytes, OpenOptions, Store, StoreError, free_bytes, size};
use std::path::Path;

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thoroughness {
    /// Headers and sizes.
    Quick,
    /// Every byte that is kept.
    EveryByte,
}

/// Under this the next import may well not fit.
const LITTLE_ROOM_BYTES: u64 = 2_000_000_000;

const RESTORE: &str = "Restaurez une sauvegarde (caloduc restore FICHIER), ou publiez une autre édition (caloduc releases list, puis publish N).";

/// Every check, in the order a person would do them.
pub fn all(global: &Global, thoroughness: Thoroughness) -> Vec<Check> {
    let (checked, config) = configuration(global);
    let mut checks = vec![checked];
    let Some(config) = config else {
        return checks;
    };
    checks.extend(storage(&config));
    let dir = config.data_dir;
    if !Store::is_made(&dir) {
        checks.push(not_made(&dir));
        checks.extend(room(&dir));
        return checks;
    }
    match Store::open(&dir, OpenOptions::default()) {
        Ok(store) => {
            checks.push(directory(&store));
            checks.push(release(&store));
            checks.extend(drafts(&store));
            checks.push(addresses(&store, thoroughness));
            if thoroughness == Thoroughness::EveryByte {
                checks.push(every_byte(&store));
            }
        }
        Err(error) => checks.push(Check::broken(
            "data-directory",
            error.to_string(),
            "Corrigez ce que dit le message, puis relancez « caloduc doctor ».",
        )),
    }
    checks.extend(room(&dir));
    checks
}

fn configuration(global: &Global) -> (Check, Option<Config>) {
    const NAME: &str = "configuration";
    let origin = global.config.as_ref().map_or_else(
        || "sans fichier".to_owned(),
        |file| format!("fichier « {} »", file.display()),
    );
    match global.configuration() {
        Ok(config) => {
            let lines = config.describe().trim_end().replace('\n', "\n    ");
            let check = Check::ok(NAME, format!("Configuration ({origin}) :\n    {lines}"));
            (check, Some(config))
        }
        Err(error) => {
            let remedy = "Corrigez la configuration, puis relancez « caloduc doctor ».";
            let check = Check::broken(NAME, format!("Configuration refusée : {error}."), remedy);
            (check, None)
        }
    }
}

/// The bucket where people's files wait, when there is one.
fn storage(config: &Config) -> Option<Check> {
    const NAME: &str = "storage";
    let StoragePlace::Bucket(address) = config.storage.place().ok()? else {
        return None;
    };
    let asked = tempfile::tempdir()
        .map_err(|error| error.to_string())
        .and_then(|scratch| {
            let bucket = BucketUploads::open(&address, scratch.path());
            let answered = bucket.and_then(|bucket| bucket.check());
            answered.map_err(|error| error.to_string())
        });
    Some(match asked {
        Ok(()) => Check::ok(
            NAME,
            format!("Dépôt des fichiers « {address:?} » : il répond."),
        ),
        Err(error) => Check::broken(
            NAME,
            error,
            "Vérifiez [storage] dans la configuration, et les droits de la clé : lister, lire, écrire, effacer.",
        ),
    })
}

fn not_made(dir: &Path) -> Check {
    let message = format!(
        "Dossier de données « {} » : pas encore créé, c’est le territoire de démonstration qui répond.",
        dir.display()
    );
    let made_by = "Le premier import le crée : caloduc import CHEMIN… --publish";
    match dir.metadata() {
        Ok(found) if !found.is_dir() => Check::broken(
            "data-directory",
            format!("« {} » n’est pas un dossier.", dir.display()),
            "Désignez un dossier avec --data-dir.",
        ),
        _ => Check::warning("data-directory", message, made_by),
    }
}

fn directory(store: &Store) -> Check {
    let dir = store.data_dir();
    let message = format!(
        "Dossier de données « {} », format {}.",
        dir.display(),
        Store::FORMAT
    );
    match tempfile::tempfile_in(dir) {
        Ok(_removed) => Check::ok("data-directory", message),
        Err(error) => Check::broken(
            "data-directory",
            format!("{message} On ne peut pas y écrire : {error}."),
            "Donnez à l’utilisateur qui lance caloduc le droit d’écrire dans ce dossier.",
        ),
    }
}

fn release(store: &Store) -> Check {
    const NAME: &str = "release";
    let broken = |error: StoreError| Check::broken(NAME, error.to_string(), RESTORE);
    let current = match store.current() {
        Ok(Some(current)) => current,
        Ok(None) => return nothing_published(store),
        Err(error) => return broken(error),
    };
    let number = current.number;
    match store.snapshot(number) {
        Err(error) => broken(error),
        Ok(snapshot) if snapshot.stamp().release != Some(number) => Check::broken(
            NAME,
            format!("L’instantané de l’édition n° {number} est celui d’une autre."),
            RESTORE,
        ),
        Ok(_) => Check::ok(
            NAME,
            format!(
                "Édition n° {number} en service depuis le {}, instantané de {}.",
                current.published,
                size((*current.snapshot).as_ref().len() as u64)
            ),
        ),
    }
}

fn nothing_published(store: &Store) -> Check {
    let what = match store.shows_demonstration() {
        Ok(true) => "c’est le territoire de démonstration qui répond",
        _ => "aucune question ne peut avoir de réponse",
    };
    Check::warning(
        "release",
        format!("Aucune édition en service : {what}."),
        "Importez des données : caloduc import CHEMIN… --publish",
    )
}

fn drafts(store: &Store) -> Option<Check> {
    let releases = store.releases().ok()?;
    let drafts = releases
        .iter()
        .filter(|release| release.state == caloduc_store::EditionState::Draft)
        .count();
    Some(Check::ok(
        "editions",
        format!(
            "{}, dont {}.",
            counted(releases.len() as u64, "édition", "éditions"),
            counted(drafts as u64, "brouillon", "brouillons")
        ),
    ))
}

fn addresses(store: &Store, thoroughness: Thoroughness) -> Check {
    const NAME: &str = "address-index";
    const REBUILD: &str = "Reconstruisez-le : caloduc addresses build CHEMIN…";
    let bytes = match store.address_index() {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            return Check::warning(
                NAME,
                "Pas d’index d’adresses : les questions se posent par coordonnées.",
                "Pour chercher par adresse : caloduc addresses build CHEMIN…",
            );
        }
        Err(error) => return Check::broken(NAME, error.to_string(), REBUILD),
    };
    let opened = Geocoder::open(HeldBytes(bytes)).and_then(|geocoder| {
        if thoroughness == Thoroughness::EveryByte {
            geocoder.verify()?;
        }
        Ok(geocoder.info())
    });
    match opened {
        Ok(info) => Check::ok(
            NAME,
            format!(
                "Index d’adresses : {} adresses, {}, {}.",
                count(info.addresses),
                counted(info.departments.len() as u64, "département", "départements"),
                size(info.bytes)
            ),
        ),
        Err(error) => Check::broken(
            NAME,
            format!("Index d’adresses inutilisable : {error}."),
            REBUILD,
        ),
    }
}

/// Every artefact against its name, every snapshot against its own checksums.
fn every_byte(store: &Store) -> Check {
    const NAME: &str = "artefacts";
    let _progress = Progress::start("Relecture de tout ce qui est gardé");
    let found = match store.verify() {
        Ok(found) => found,
        Err(error) => return Check::broken(NAME, error.to_string(), RESTORE),
    };
    let mut problems = found.problems;
    for release in store.releases().unwrap_or_default() {
        let whole = store
            .snapshot(release.number)
            .map_err(|e| e.to_string())
            .and_then(|snapshot| snapshot.verify().map_err(|e| e.to_string()));
        problems.extend(
            whole
                .err()
                .map(|problem| format!("Édition n° {} : {problem}.", release.number)),
        );
    }
    if problems.is_empty() {
        Check::ok(
            NAME,
            format!(
                "{} relus ({}) : tous intacts.",
                counted(found.artefacts, "fichier", "fichiers"),
                size(found.bytes)
            ),
        )
    } else {
        Check::broken(NAME, problems.join("\n    "), RESTORE)
    }
}

fn room(dir: &Path) -> Option<Check> {
    const NAME: &str = "disk";
    let place = dir.ancestors().find(|path| path.is_dir())?;
    let free = free_bytes(place)?;
    let message = format!("{} libres sous « {} ».", size(free), dir.display());
    Some(if free < LITTLE_ROOM_BYTES {
        Check::warning(
            NAME,
            message,
            "Un import a besoin d’environ deux fois la taille des fichiers : libérez de la place avant le prochain.",
        )
    } else {
        Check::ok(NAME, message)
    })
}
