//! Drives the built binary as a person would.

use std::process::{Command, Output};

fn caloduc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caloduc"))
        .args(arguments)
        .env_remove("CALODUC_DATA_DIR")
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn the_version_goes_to_stdout() {
    let output = caloduc(&["--version"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        text(&output.stdout),
        format!("caloduc {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn every_help_is_in_french_with_an_example() {
    let output = caloduc(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = text(&output.stdout);
    let mut names = vec![];
    let commands = help
        .split("Commandes\u{a0}:")
        .nth(1)
        .expect("the commands have a heading")
        .split("\n\n")
        .next()
        .expect("commands come first")
        .to_owned();
    for line in commands.lines() {
        if let Some(name) = line.strip_prefix("  ").and_then(|l| l.split(' ').next())
            && !name.is_empty()
        {
            names.push(name.to_owned());
        }
    }
    assert!(names.contains(&"completions".to_owned()), "{help}");
    let mut helps = vec![("caloduc".to_owned(), help)];
    for name in names {
        let output = caloduc(&[&name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        helps.push((name, text(&output.stdout)));
    }
    for action in ["list", "show", "diff", "publish", "discard", "rollback"] {
        let output = caloduc(&["releases", action, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{action}");
        helps.push((format!("releases {action}"), text(&output.stdout)));
    }
    for (name, help) in helps {
        assert!(help.contains("Exemple"), "{name}: {help}");
        assert!(help.contains("Utilisation"), "{name}: {help}");
        for english in [
            "Usage:",
            "Print help",
            "Commands:",
            "[default",
            "[env",
            "[possible",
            "for more",
        ] {
            assert!(!help.contains(english), "{name} says « {english} »: {help}");
        }
    }
}

#[test]
fn a_mistake_on_the_command_line_is_explained_in_french_and_ends_with_two() {
    for (arguments, expected) in [
        (&["complétions"][..], "commande inconnue : « complétions »"),
        (&["completions", "--jsn"][..], "« --json »"),
        (&["completions"][..], "il manque : <INTERPRÉTEUR>"),
        (&["completions", "tcsh"][..], "valeurs possibles : bash"),
    ] {
        let output = caloduc(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let message = text(&output.stderr).replace(['\u{a0}', '\u{202f}'], " ");
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(!message.contains("error:"), "{message}");
    }
}

#[test]
fn without_a_command_the_help_is_shown_as_a_mistake() {
    let output = caloduc(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("Commandes"));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = caloduc(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(text(&output.stdout).contains("completions"), "{shell}");
    }
}
