//! The address base's own layout: `adresses-XX.csv` and `lieux-dits-XX-beta.csv`, every column.

use crate::addresses::{Address, each_address};
use crate::ground::Degrees;
use crate::lattice::Lattice;
use crate::names::postal;
use crate::streets::StreetPlan;
use crate::town::{Town, Towns};
use std::fmt::Write as _;
use std::io::{self, Write};

pub(crate) const ADDRESS_COLUMNS: &str = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles";
pub(crate) const LOCALITY_COLUMNS: &str = "id;id_fantoir;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;source_position;source_nom_voie";

const BUFFER: usize = 1 << 16;

/// Writes a department's numbers and localities; returns how many of each.
pub(crate) fn write_department(
    towns: &Towns,
    department: usize,
    seed: u64,
    addresses: &mut dyn Write,
    localities: &mut dyn Write,
) -> io::Result<(u64, u64)> {
    let mut degrees = Degrees::new();
    let mut counted = (0, 0);
    let mut text = String::with_capacity(BUFFER + 1024);
    text.push_str(ADDRESS_COLUMNS);
    text.push('\n');
    let mut places = format!("{LOCALITY_COLUMNS}\n");
    for town in &towns.list[towns.of_department[department].clone()] {
        let lattice = Lattice::new(town, towns.relief, seed);
        let plan = StreetPlan::new(town, &lattice, towns.relief, seed);
        let mut failure = None;
        each_address(town, &plan, &mut degrees, seed, |address| {
            address_row(town, &plan, address, &mut text);
            counted.0 += 1;
            if text.len() > BUFFER && failure.is_none() {
                failure = addresses.write_all(text.as_bytes()).err();
                text.clear();
            }
        });
        if let Some(error) = failure {
            return Err(error);
        }
        locality_rows(town, &plan, &mut degrees, &mut places);
        counted.1 += plan.localities.len() as u64;
    }
    addresses.write_all(text.as_bytes())?;
    localities.write_all(places.as_bytes())?;
    Ok(counted)
}

fn address_row(town: &Town, plan: &StreetPlan, address: &Address, out: &mut String) {
    let street = address.street;
    let code = &town.code;
    out.push_str(code);
    out.push('_');
    out.push_str(&street.fantoir);
    padded(out, address.number);
    if !address.suffix.is_empty() {
        out.push('_');
        out.push_str(address.suffix);
    }
    out.push(';');
    // As in the real base, streets numbered in the newer form have no FANTOIR.
    if street.fantoir.len() == 4 {
        out.push_str(code);
        out.push('_');
        out.push_str(&street.fantoir);
    }
    out.push(';');
    whole(out, address.number);
    for cell in [
        address.suffix,
        &street.name,
        &town.postcodes[street.postcode],
        code,
        &town.name,
    ] {
        out.push(';');
        out.push_str(cell);
    }
    former(town, street.former, out);
    out.push(';');
    fixed(out, address.at.x, 2);
    out.push(';');
    fixed(out, address.at.y, 2);
    out.push(';');
    fixed(out, address.lon, 6);
    out.push(';');
    fixed(out, address.lat, 6);
    out.push(';');
    out.push_str(address.kind);
    out.push_str(";;");
    if let Some(locality) = street.locality {
        let name = &plan.localities[locality].name;
        if *name != street.name {
            out.push_str(name);
        }
    }
    out.push(';');
    out.push_str(&town.postal_name);
    out.push(';');
    out.push_str(&street.postal_name);
    out.push_str(";commune;commune;");
    out.push(if address.certified { '1' } else { '0' });
    out.push(';');
    if address.certified {
        out.push_str(code);
        let section = b'A' + (address.parcel % 26) as u8;
        let _ = write!(out, "0000{}{:04}", char::from(section), address.parcel + 1);
    }
    out.push('\n');
}

fn former(town: &Town, which: Option<usize>, out: &mut String) {
    out.push(';');
    if let Some(former) = which.and_then(|n| town.former.get(n)) {
        out.push_str(&former.code);
        out.push(';');
        out.push_str(&former.name);
    } else {
        out.push(';');
    }
}

fn locality_rows(town: &Town, plan: &StreetPlan, degrees: &mut Degrees, out: &mut String) {
    for locality in &plan.localities {
        let code = &town.code;
        let _ = write!(
            out,
            "{code}_{f};{code}_{f};{};{};{code};{}",
            locality.name,
            town.postcodes[0],
            town.name,
            f = locality.fantoir
        );
        former(town, locality.former, out);
        let (lon, lat) = degrees.of(locality.at);
        for (value, decimals) in [(locality.at.x, 2), (locality.at.y, 2), (lon, 6), (lat, 6)] {
            out.push(';');
            fixed(out, value, decimals);
        }
        out.push_str(";commune;commune\n");
    }
}

/// La Poste's name of a commune, and its districts' postcodes.
pub(crate) fn postal_rows(
    town: &Town,
    degrees: &mut Degrees,
    centre: crate::ground::Xy,
    out: &mut String,
) {
    let (lon, lat) = degrees.of(centre);
    for postcode in &town.postcodes {
        let _ = writeln!(
            out,
            "{};{name};{postcode};;{name};{lat:.10},{lon:.10}",
            town.code,
            name = town.postal_name
        );
        for former in &town.former {
            let _ = writeln!(
                out,
                "{};{name};{postcode};{};{name};{lat:.10},{lon:.10}",
                town.code,
                postal(&former.name),
                name = town.postal_name
            );
        }
    }
}

fn padded(out: &mut String, number: usize) {
    out.push('_');
    let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
    for _ in digits..5 {
        out.push('0');
    }
    whole(out, number);
}

fn whole(out: &mut String, mut number: usize) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

/// A decimal number with no useless zero, `decimals` at most; several times faster than `format!`.
pub(crate) fn fixed(out: &mut String, value: f64, decimals: u32) {
    let unit = 10u64.pow(decimals);
    let scaled = (value * unit as f64).round();
    let magnitude = scaled.abs() as u64;
    if scaled < 0.0 && magnitude > 0 {
        out.push('-');
    }
    whole(out, (magnitude / unit) as usize);
    let mut rest = magnitude % unit;
    if rest > 0 {
        out.push('.');
        let mut place = unit / 10;
        while rest > 0 {
            out.push(char::from(b'0' + (rest / place) as u8));
            rest %= place;
            place = (place / 10).max(1);
        }
    }
}
