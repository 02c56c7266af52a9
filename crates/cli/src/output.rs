//! Where words go: results on stdout, progress and messages on stderr.

use caloduc_engine::report::typography;
use serde::Serialize;
use std::io::{self, Write};

/// A message for the person at the terminal, on stderr, with the spaces of French typography.
pub fn message(text: &str) {
    // Nothing can be done when stderr itself is closed.
    let _ignored = writeln!(io::stderr().lock(), "{}", typography(text));
}

/// A result, on stdout, as it is.
pub fn result(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// A result for a person, on stdout, with the spaces of French typography.
pub fn french(text: &str) -> io::Result<()> {
    result(&typography(text))
}

/// A result as indented JSON, on stdout.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(result(&serde_json::to_string_pretty(value)?)?)
}
