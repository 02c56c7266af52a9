//! A table as a Shapefile: shapes and their index, a dBASE table of texts, the reference system, the encoding.

mod dbf;
mod shp;

use super::fields::OpenTable;
use crate::moment::Day;
use crate::table::lambert93;
use geo::Geometry;
use rayon::prelude::*;

/// Lambert-93 as ESRI's software writes it, the form that `.prj` files have.
const LAMBERT93_PRJ: &str = r#"PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",49.0],PARAMETER["Standard_Parallel_2",44.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]"#;

/// The five files of a Shapefile: ending and bytes.
pub(super) fn files(table: &OpenTable<'_>, day: Day) -> [(&'static str, Vec<u8>); 5] {
    let shapes: Vec<Geometry<f64>> = table
        .records
        .par_iter()
        .map(|record| lambert93(record.shape))
        .collect();
    let (shp, shx) = shp::write(&shapes, table.geometry);
    [
        ("shp", shp),
        ("shx", shx),
        ("dbf", dbf::write(table, day)),
        ("prj", LAMBERT93_PRJ.as_bytes().to_vec()),
        ("cpg", b"UTF-8".to_vec()),
    ]
}
