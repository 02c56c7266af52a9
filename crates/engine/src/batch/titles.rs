//! Is the first row a row of titles? Yes, unless it says what the rows below say: an address, a number over numbers.

use super::layout::Titles;
use super::roles;
use crate::place;

/// Decides from the first row and some of those below.
pub fn guess(first: &[String], below: &[Vec<String>]) -> Titles {
    if first.iter().any(|cell| roles::is_known_title(cell)) {
        return Titles::FirstRow;
    }
    let data = first.iter().enumerate().any(|(column, cell)| {
        roles::looks_like_address(cell)
            || is_number(cell) && !is_year(cell) && is_numeric(column, below)
    });
    if data {
        Titles::Absent
    } else {
        Titles::FirstRow
    }
}

fn is_number(cell: &str) -> bool {
    place::number(cell).is_ok()
}

/// A year is a title as often as a number.
fn is_year(cell: &str) -> bool {
    cell.trim()
        .parse()
        .is_ok_and(|year: u32| (1900..=2100).contains(&year))
}

/// Whether nearly all that the rows have in a column is numbers, and there is some.
fn is_numeric(column: usize, rows: &[Vec<String>]) -> bool {
    let filled = || {
        rows.iter()
            .filter_map(|row| row.get(column))
            .filter(|cell| !cell.trim().is_empty())
    };
    let count = filled().count();
    count > 0 && filled().filter(|cell| is_number(cell)).count() * 10 >= count * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Titles {
        let mut rows = text
            .lines()
            .map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        let first = rows.next().unwrap();
        guess(&first, &rows.collect::<Vec<_>>())
    }

    #[test]
    fn titles_are_told_from_rows() {
        for titled in [
            "adresse\n12 rue X 75001 Paris",
            "lon;lat\n2.3;48.8",
            "nom;2023;2024\na;1;2",
            "a;b\nx;y",
            "adresse;2023\nx;12",
            "lon;lat",
        ] {
            assert_eq!(of(titled), Titles::FirstRow, "{titled}");
        }
        for bare in [
            "12 rue des Lilas 75004 Paris\n3 place du Marché 69001 Lyon",
            "2.35;48.85\n2.36;48.86",
            "12 rue des Lilas, Paris",
            "652000;6862000\n652001;6862001",
        ] {
            assert_eq!(of(bare), Titles::Absent, "{bare}");
        }
    }
}
