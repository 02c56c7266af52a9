//! What was wrong with the command line, in French.

use crate::output;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Shows help, version or the explanation of a mistake, and gives the exit code: 0 or 2.
pub fn explain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed stdout is the reader's choice.
            let _ignored = output::result(error.render().to_string().trim_end());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::message(error.render().to_string().trim_end());
            ExitCode::from(2)
        }
        kind => {
            let mut text = format!("erreur : {}", sentence(kind, error));
            if let Some(hint) = hint(error) {
                text.push_str("\n  ");
                text.push_str(&hint);
            }
            text.push_str("\nPour l’aide : caloduc --help, ou caloduc COMMANDE --help");
            output::message(&text);
            ExitCode::from(2)
        }
    }
}

fn sentence(kind: ErrorKind, error: &clap::Error) -> String {
    let argument = context(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = context(error, ContextKind::InvalidValue).unwrap_or_default();
    match kind {
        ErrorKind::UnknownArgument => format!("option ou argument inconnu : « {argument} »"),
        ErrorKind::InvalidSubcommand => format!(
            "commande inconnue : « {} »",
            context(error, ContextKind::InvalidSubcommand).unwrap_or_default()
        ),
        ErrorKind::MissingSubcommand => "il manque la commande".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("il manque : {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("il manque la valeur de {argument}")
        }
        ErrorKind::InvalidValue => {
            format!("valeur impossible pour {argument} : « {value} »")
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error)
                .map(|source| format!(" ({source})"))
                .unwrap_or_default();
            format!("valeur impossible pour {argument} : « {value} »{reason}")
        }
        ErrorKind::ArgumentConflict => match context(error, ContextKind::PriorArg) {
            Some(prior) if prior != argument => {
                format!("{argument} ne va pas avec {prior}")
            }
            _ => format!("{argument} est donné deux fois"),
        },
        ErrorKind::TooManyValues => format!("une valeur de trop pour {argument} : « {value} »"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("nombre de valeurs impossible pour {argument}")
        }
        ErrorKind::NoEquals => format!("il manque « = » après {argument}"),
        ErrorKind::InvalidUtf8 => "un argument n’est pas de l’UTF-8".to_owned(),
        _ => "la ligne de commande n’est pas comprise".to_owned(),
    }
}

fn hint(error: &clap::Error) -> Option<String> {
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(|kind| context(error, kind))
    .map(|near| format!("vouliez-vous dire « {near} » ?"));
    let possible = context(error, ContextKind::ValidValue)
        .filter(|valid| !valid.is_empty())
        .map(|valid| format!("valeurs possibles : {valid}"));
    match (near, possible) {
        (Some(near), Some(possible)) => Some(format!("{near}\n  {possible}")),
        (near, possible) => near.or(possible),
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => Some(
            texts
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
