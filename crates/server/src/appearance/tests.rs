use super::*;
use crate::pages::Lang;

#[test]
fn nothing_is_dressed_without_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let plain = Appearance::load(Path::new(""), dir.path()).unwrap();
    assert_eq!(plain.tokens_address(), None);
    assert_eq!(plain.mark_address(), None);
    assert_eq!(plain.texts().name(Lang::French), "caloduc");
}

#[test]
fn a_folder_that_is_named_and_missing_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("nulle-part");
    let error = Appearance::load(&missing, dir.path()).unwrap_err();
    assert!(error.to_string().contains("nulle-part"), "{error}");
}

#[test]
fn the_files_of_the_folder_are_taken_and_their_addresses_change_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("appearance");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("tokens.css"), ":root{--action:#123}").unwrap();
    std::fs::write(folder.join("mark.svg"), "<svg/>").unwrap();
    std::fs::write(
        folder.join("texts.toml"),
        "[fr]\nname = \"Chaleur de Brume\"\n",
    )
    .unwrap();
    let dressed = Appearance::load(Path::new(""), dir.path()).unwrap();
    let before = dressed.tokens_address().unwrap();
    let (bytes, kind) = dressed.file("tokens.css").unwrap();
    assert_eq!(
        (bytes.as_ref(), kind),
        (
            b":root{--action:#123}".as_slice(),
            "text/css; charset=utf-8"
        )
    );
    assert!(dressed.file("texts.toml").is_none());
    assert_eq!(dressed.texts().name(Lang::English), "Chaleur de Brume");
    std::fs::write(folder.join("tokens.css"), ":root{--action:#456}").unwrap();
    let again = Appearance::load(Path::new(""), dir.path()).unwrap();
    assert_ne!(again.tokens_address().unwrap(), before);
}

#[test]
fn a_misspelt_text_and_a_mark_that_is_no_image_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("texts.toml"), "[fr]\nnom = \"x\"\n").unwrap();
    let error = Appearance::load(dir.path(), dir.path())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("texts.toml") && error.contains("nom"),
        "{error}"
    );
    std::fs::write(dir.path().join("texts.toml"), "").unwrap();
    std::fs::write(dir.path().join("mark.svg"), "PNG").unwrap();
    let error = Appearance::load(dir.path(), dir.path())
        .unwrap_err()
        .to_string();
    assert!(error.contains("mark.svg"), "{error}");
}
