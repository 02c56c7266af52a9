//! An edition goes out in every format, and comes back.

mod gdal;
mod layout;
mod round_trip;
mod support;
