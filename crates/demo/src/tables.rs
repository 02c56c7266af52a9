//! The yearly regulatory tables, and the tables of communes of INSEE and La Poste, in their real columns.

use crate::ban::{fixed, postal_rows};
use crate::dice::Dice;
use crate::ground::{Degrees, Relief};
use crate::names::postal;
use crate::networks::{Kind, Networks};
use crate::town::{Town, Towns};
use std::fmt::Write as _;

/// Years with a table; the rate is a fraction in 2021 and 2022 and a percent since, as in the real ones.
pub(crate) const YEARS: [u16; 4] = [2021, 2022, 2023, 2024];

/// One year's table: networks that bear an id and existed then.
pub(crate) fn regulatory(year: u16, towns: &Towns, rows: &Networks, seed: u64) -> String {
    let last_columns = match year {
        2021 => {
            "methode_calcul_taux,nouveau_reseau_2020_2021,correspondance_tv_reseau_chaleur_id_2020,correspondance_hash_reseau_2020"
        }
        2022 => "methode_calcul_taux,nouveau_reseau_2021_2022",
        2023 => "methode_calcul_taux,nouveau_reseau_2022_2023",
        _ => "methode_calcul_taux,titre_v,nouveau_reseau_2023_2024",
    };
    let mut out = format!(
        "identifiant_reseau,departement,nom_reseau,localisation,contenu_co2,contenu_co2_acv,taux_enr,{last_columns}\n"
    );
    for row in &rows.networks {
        let slot = u64::from(row.kind == Kind::Cold);
        let mut dice = Dice::new(seed, &[10, u64::from(year), slot, row.id_fcu as u64]);
        let (direct, lca, rate) = row.figures.of_year(year, &mut dice);
        let Some(sncu) = row.sncu.as_ref().filter(|_| row.year < i32::from(year)) else {
            continue;
        };
        let town = &towns.list[row.towns[0]];
        let shout = |text: &str| {
            if year == 2023 {
                postal(text)
            } else {
                text.to_owned()
            }
        };
        let _ = write!(
            out,
            "{sncu},{},{},{},",
            towns.department(town).code,
            cell(&shout(&row.name)),
            cell(&shout(&town.name))
        );
        fixed(&mut out, direct, 3);
        out.push(',');
        // A few cells say nothing, in the ways real ones do.
        match dice.below(60) {
            0 => out.push('-'),
            1 => out.push_str("ND"),
            _ => fixed(&mut out, lca, 3),
        }
        out.push(',');
        match (row.kind, year) {
            (Kind::Cold, _) => out.push('-'),
            (Kind::Heat, 2021 | 2022) => fixed(&mut out, rate / 100.0, 3),
            (Kind::Heat, _) => fixed(&mut out, rate, 1),
        }
        let method = if dice.chance(0.6) {
            "moyenne".to_owned()
        } else {
            (year - 1).to_string()
        };
        let fresh = u8::from(row.year + 1 == i32::from(year));
        let _ = match year {
            2021 => writeln!(
                out,
                ",{method},{fresh},{},{:06x}",
                row.id_fcu,
                dice.below(1 << 24)
            ),
            2022 | 2023 => writeln!(out, ",{method},{fresh}"),
            _ => writeln!(out, ",{method},,{fresh}"),
        };
    }
    out
}

/// A CSV cell, quoted when it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// `cog_donnees_communes.csv`: legal populations.
pub(crate) fn populations(towns: &Towns) -> String {
    let mut out = String::from("REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\n");
    for town in &towns.list {
        let department = towns.department(town);
        let apart = town.population / 60;
        let _ = writeln!(
            out,
            "{};{};{};1;01;{};{};{};{};{apart};{}",
            department.region_code,
            department.region,
            department.code,
            &town.code[2..],
            town.code,
            town.name,
            town.population,
            town.population + apart
        );
    }
    out
}

/// `cog_communes.csv`: the code of communes, with the old communes (`COMD`) and what they became part of.
pub(crate) fn communes(towns: &Towns) -> String {
    let mut out =
        String::from("TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n");
    for town in &towns.list {
        let department = towns.department(town);
        let code = department.code;
        let (article, bare) = article(&town.name);
        let _ = writeln!(
            out,
            "COM,{},{},{code},{code}D,{code}1,{article},{},{bare},{},{code}01,",
            town.code,
            department.region_code,
            postal(bare),
            town.name
        );
        for former in &town.former {
            let (article, bare) = self::article(&former.name);
            let _ = writeln!(
                out,
                "COMD,{},,,,,{article},{},{bare},{},,{}",
                former.code,
                postal(bare),
                former.name,
                town.code
            );
        }
    }
    out
}

/// INSEE's type of article (TNCC) and the name without it.
fn article(name: &str) -> (u8, &str) {
    let articles = [("Le ", 2), ("La ", 3), ("Les ", 4), ("L'", 5)];
    for (article, kind) in articles {
        if let Some(bare) = name.strip_prefix(article) {
            return (kind, bare);
        }
    }
    (
        u8::from(name.starts_with(['A', 'E', 'É', 'I', 'O', 'U', 'Y'])),
        name,
    )
}

/// `laposte_hexasmal.csv`: postcodes.
pub(crate) fn postcodes(towns: &Towns) -> String {
    let mut degrees = Degrees::new();
    let mut out = String::from(
        "Code_commune_INSEE;Nom_commune;Code_postal;Ligne_5;Libellé_d_acheminement;coordonnees_gps\n",
    );
    for town in &towns.list {
        let centre = towns.relief.bend(town.parcel.centre());
        postal_rows(town, &mut degrees, centre, &mut out);
    }
    out
}

/// A commune's outline in degrees, closed, counter-clockwise: its parcel bent with the land.
pub(crate) fn outline(town: &Town, relief: Relief, degrees: &mut Degrees) -> Vec<(f64, f64)> {
    let p = &town.parcel;
    let corners = [
        (p.west, p.south),
        (p.east, p.south),
        (p.east, p.north),
        (p.west, p.north),
    ];
    let step = relief.side / 70.0;
    let mut ring = Vec::new();
    for (n, &(x0, y0)) in corners.iter().enumerate() {
        let (x1, y1) = corners[(n + 1) % 4];
        ring.push((x0, y0));
        // Stops on a grid of the whole land, so that neighbours stop at the same places.
        let (from, to) = if x0 == x1 { (y0, y1) } else { (x0, x1) };
        let (low, high) = (from.min(to), from.max(to));
        let mut stops: Vec<f64> = ((low / step).ceil() as i64..=(high / step).floor() as i64)
            .map(|n| n as f64 * step)
            .filter(|stop| *stop > low + 1.0 && *stop < high - 1.0)
            .collect();
        if from > to {
            stops.reverse();
        }
        ring.extend(
            stops
                .into_iter()
                .map(|stop| if x0 == x1 { (x0, stop) } else { (stop, y0) }),
        );
    }
    ring.push(ring[0]);
    ring.into_iter()
        .map(|(x, y)| degrees.of(relief.bend(crate::ground::Xy { x, y })))
        .collect()
}
