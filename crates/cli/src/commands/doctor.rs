//! `caloduc doctor`: what is installed here, and does it work?

mod checks;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::output;
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Relire tous les fichiers gardés et vérifier leurs empreintes (long sur un gros dossier)
    #[arg(long)]
    verify: bool,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Broken: the command ends with 1.
    Broken,
}

/// One thing looked at.
#[derive(Debug, Clone, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    /// What was seen, in French.
    message: String,
    /// What to do about it, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Ok,
            message: message.into(),
            remedy: None,
        }
    }

    fn warning(name: &'static str, message: impl Into<String>, remedy: &str) -> Self {
        Self {
            state: State::Warning,
            remedy: Some(remedy.to_owned()),
            ..Self::ok(name, message)
        }
    }

    fn broken(name: &'static str, message: impl Into<String>, remedy: &str) -> Self {
        Self {
            state: State::Broken,
            remedy: Some(remedy.to_owned()),
            ..Self::ok(name, message)
        }
    }
}

#[derive(Debug, Serialize)]
struct Diagnosis {
    version: &'static str,
    ok: bool,
    checks: Vec<Check>,
}

impl Doctor {
    /// Looks, says, and fails when something is broken.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let thoroughness = if self.verify {
            checks::Thoroughness::EveryByte
        } else {
            checks::Thoroughness::Quick
        };
        let checks = checks::all(global, thoroughness);
        let ok = checks.iter().all(|check| check.state != State::Broken);
        let diagnosis = Diagnosis {
            version: env!("CARGO_PKG_VERSION"),
            ok,
            checks,
        };
        if global.json {
            output::json(&diagnosis)?;
        } else {
            output::french(&text(&diagnosis))?;
        }
        if ok { Ok(()) } else { Err(Failure::Said) }
    }
}

fn text(diagnosis: &Diagnosis) -> String {
    let mut text = format!("caloduc {}\n", diagnosis.version);
    for check in &diagnosis.checks {
        let mark = match check.state {
            State::Ok => "bon",
            State::Warning => "à voir",
            State::Broken => "CASSÉ",
        };
        let _infallible = writeln!(text, "[{mark}] {}", check.message);
        if let Some(remedy) = &check.remedy {
            let _infallible = writeln!(text, "    → {remedy}");
        }
    }
    text.push_str(if diagnosis.ok {
        "Tout fonctionne.\n"
    } else {
        "Quelque chose est cassé : voyez les lignes marquées CASSÉ.\n"
    });
    text
}
