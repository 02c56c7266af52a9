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

/// The commands that a help lists.
fn commands_of(help: &str) -> Vec<String> {
    help.split("Commandes\u{a0}:")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_help_is_in_french_with_an_example() {
    let mut helps: Vec<(Vec<String>, String)> = vec![];
    let mut waiting = vec![vec![]];
    while let Some(names) = waiting.pop() {
        let names: Vec<String> = names;
        let mut arguments: Vec<&str> = names.iter().map(String::as_str).collect();
        arguments.push("--help");
        let output = caloduc(&arguments);
        assert_eq!(output.status.code(), Some(0), "{names:?}");
        let help = text(&output.stdout);
        for command in commands_of(&help) {
            waiting.push([names.clone(), vec![command]].concat());
        }
        helps.push((names, help));
    }
    for known in ["completions", "addresses build"] {
        assert!(helps.iter().any(|h| h.0.join(" ") == known), "{known}");
    }
    for action in ["list", "show", "diff", "publish", "discard", "rollback"] {
        let output = caloduc(&["releases", action, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{action}");
        let names = vec!["releases".to_owned(), action.to_owned()];
        helps.push((names, text(&output.stdout)));
    }
    for (names, help) in helps {
        let name = names.join(" ");
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
