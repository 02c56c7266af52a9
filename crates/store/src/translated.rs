//! Files of formats that the engine does not read, as ones it does: FlatGeobuf and GeoParquet become GeoJSON in memory.

use crate::error::StoreError;
use caloduc_engine::ingest::InputFile;
use caloduc_formats::read::as_geojson;
use std::collections::HashSet;
use std::path::PathBuf;

/// The files to give to the engine. In a folder, a table that is there in a format of the engine too is left as it is,
/// and of two translated ones the first counts; a file that the person named is read or refused.
pub(crate) fn translated(files: Vec<InputFile>) -> Result<Vec<InputFile>, StoreError> {
    let known = ["geojson", "json", "shp"];
    let mut there: HashSet<String> = files
        .iter()
        .filter(|file| known.contains(&file.extension().as_str()))
        .map(|file| file.stem().to_owned())
        .collect();
    files
        .into_iter()
        .map(|file| {
            if !file.explicit && there.contains(file.stem()) {
                return Ok(file);
            }
            match as_geojson(file.bytes()) {
                None => Ok(file),
                Some(Ok(text)) => {
                    there.insert(file.stem().to_owned());
                    let name = format!("{}/{}.geojson", file.name, file.stem());
                    Ok(InputFile {
                        explicit: file.explicit,
                        ..InputFile::found(name, text)
                    })
                }
                Some(Err(unreadable)) if file.explicit => Err(StoreError::Input {
                    path: PathBuf::from(&file.name),
                    problem: unreadable.to_string().trim_end_matches('.').to_owned(),
                }),
                // As any unknown file of a folder.
                Some(Err(_unreadable)) => Ok(file),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_reads_is_left_as_it_is_and_a_named_ruin_is_refused() {
        let names = |files: Vec<InputFile>| -> Vec<String> {
            files.into_iter().map(|file| file.name).collect()
        };
        let ruin = || b"fgb\x03fgb\x00".to_vec();
        let found = vec![
            InputFile::found("a/heat.geojson", b"{}".to_vec()),
            InputFile::found("b/heat.fgb", ruin()),
            InputFile::found("b/cold.parquet", b"PAR1".to_vec()),
        ];
        assert_eq!(
            names(translated(found).unwrap()),
            ["a/heat.geojson", "b/heat.fgb", "b/cold.parquet"]
        );
        let error = translated(vec![InputFile::explicit("heat.fgb", ruin())]).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("heat.fgb") && message.contains("FlatGeobuf"),
            "{message}"
        );
    }
}
