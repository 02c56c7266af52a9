//! Puts what Vite built (`web/dist`) into the binary. Without it the pages still work, without scripts: the map then
//! says so and shows its list.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = root.join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed={}", root.join("assets").display());
    let mut files = Vec::new();
    for folder in [root.join("assets"), dist] {
        collect(&folder, &folder, &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    let mut table = String::from("&[\n");
    for (name, path) in &files {
        name.hash(&mut hasher);
        fs::read(path)?.hash(&mut hasher);
        let path = path.to_string_lossy();
        let _ = writeln!(
            table,
            "    ({name:?}, include_bytes!({path:?}).as_slice()),"
        );
    }
    table.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), table)?;
    println!(
        "cargo::rustc-env=CALODUC_ASSETS_HASH={:012x}",
        hasher.finish() & 0xffff_ffff_ffff
    );
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.push((
                name.to_string_lossy().replace('\\', "/"),
                path.canonicalize()?,
            ));
        }
    }
    Ok(())
}
