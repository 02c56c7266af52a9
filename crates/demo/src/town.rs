//! Which communes are there, where, how big and under which codes?

use crate::departments::{DepartmentCode, FICTIONAL, REAL};
use crate::dice::Dice;
use crate::ground::{DEPARTMENTS_A_ROW, LARGEST_DEPARTMENT, MIDDLE, Relief, Xy};
use crate::names::{postal, towns};
use crate::plan::Plan;
use std::collections::HashSet;

/// A rectangle before [`Relief::bend`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parcel {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Parcel {
    pub(crate) fn centre(&self) -> Xy {
        Xy {
            x: f64::midpoint(self.west, self.east),
            y: f64::midpoint(self.south, self.north),
        }
    }

    pub(crate) fn shorter_side(&self) -> f64 {
        (self.east - self.west).min(self.north - self.south)
    }
}

/// A commune merged into the present one.
#[derive(Debug, Clone)]
pub(crate) struct FormerCommune {
    pub(crate) code: String,
    pub(crate) name: String,
}

/// A commune.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    /// Position in the whole territory, by department.
    pub(crate) index: usize,
    /// 0 for the largest.
    pub(crate) rank: usize,
    pub(crate) department: usize,
    pub(crate) code: String,
    pub(crate) name: String,
    /// The name as postal files write it.
    pub(crate) postal_name: String,
    /// One, or one per district of a big city.
    pub(crate) postcodes: Vec<String>,
    pub(crate) former: Vec<FormerCommune>,
    pub(crate) parcel: Parcel,
    pub(crate) addresses: usize,
    pub(crate) population: usize,
}

/// Every commune of a plan.
#[derive(Debug)]
pub(crate) struct Towns {
    pub(crate) relief: Relief,
    pub(crate) departments: Vec<DepartmentCode>,
    /// Ordered by department.
    pub(crate) list: Vec<Town>,
    /// Where each department's towns are in `list`.
    pub(crate) of_department: Vec<core::ops::Range<usize>>,
}

/// Numbers left for old communes in each department.
const KEPT_FOR_FORMER: usize = 25;
const LARGEST_TOWNS_A_DEPARTMENT: usize = 360;
const LARGEST_ADDRESSES_A_DEPARTMENT: usize = 265_000;

fn capacity(department: &DepartmentCode) -> usize {
    999 - usize::from(department.highest_real) - KEPT_FOR_FORMER
}

fn departments(plan: &Plan) -> Vec<DepartmentCode> {
    let all = || core::iter::once(&FICTIONAL).chain(REAL);
    let alone = plan.towns <= capacity(&FICTIONAL)
        && plan.towns <= 2 * LARGEST_TOWNS_A_DEPARTMENT
        && plan.addresses <= 2 * LARGEST_ADDRESSES_A_DEPARTMENT;
    if alone {
        return vec![FICTIONAL];
    }
    let wanted = plan
        .towns
        .div_ceil(LARGEST_TOWNS_A_DEPARTMENT)
        .max(plan.addresses.div_ceil(LARGEST_ADDRESSES_A_DEPARTMENT))
        .clamp(2, REAL.len() + 1);
    let mut taken: Vec<DepartmentCode> = Vec::new();
    let mut room = 0;
    for department in all() {
        if taken.len() >= wanted && room >= plan.towns {
            break;
        }
        room += capacity(department);
        taken.push(*department);
    }
    taken
}

/// Shares `total` among `weights`, whole numbers, exactly.
pub(crate) fn share_out(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let mut cumulated = 0.0;
    let mut given = 0;
    let last = weights.len() - 1;
    weights
        .iter()
        .enumerate()
        .map(|(n, weight)| {
            cumulated += weight;
            let up_to = if n == last {
                total
            } else {
                ((total as f64 * cumulated / sum) as usize).min(total)
            };
            let part = up_to.saturating_sub(given);
            given += part;
            part
        })
        .collect()
}

impl Towns {
    pub(crate) fn new(plan: &Plan) -> Self {
        let departments = departments(plan);
        let room: usize = departments.iter().map(capacity).sum();
        let count = plan.towns.clamp(1, room);
        // Sizes follow the rank; a handful of towns has one clear centre.
        let flat_top = (count as f64 / 200.0 + 0.7).min(3.5);
        let weights: Vec<f64> = (0..count)
            .map(|rank| 1.0 / libm::pow(rank as f64 + flat_top, 0.92))
            .collect();
        let addresses = share_out(plan.addresses, &weights);
        let side = department_side(plan, departments.len());
        let corner = Xy {
            x: MIDDLE.x - departments.len().min(DEPARTMENTS_A_ROW) as f64 * side.0 / 2.0,
            y: MIDDLE.y - departments.len().div_ceil(DEPARTMENTS_A_ROW) as f64 * side.1 / 2.0,
        };
        let relief = Relief {
            seed: plan.seed,
            side: side.0.min(side.1),
        };

        // The k-th largest town goes to department k mod D, so that every department has a city.
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); departments.len()];
        let mut next = 0;
        for rank in 0..count {
            while members[next].len() >= capacity(&departments[next]) {
                next = (next + 1) % departments.len();
            }
            members[next].push(rank);
            next = (next + 1) % departments.len();
        }

        let mut list = Vec::with_capacity(count);
        let mut of_department = Vec::with_capacity(departments.len());
        for (d, mut ranks) in members.into_iter().enumerate() {
            let mut dice = Dice::new(plan.seed, &[1, d as u64]);
            dice.shuffle(&mut ranks);
            let land = Parcel {
                west: corner.x + (d % DEPARTMENTS_A_ROW) as f64 * side.0,
                south: corner.y + (d / DEPARTMENTS_A_ROW) as f64 * side.1,
                east: corner.x + (d % DEPARTMENTS_A_ROW + 1) as f64 * side.0,
                north: corner.y + (d / DEPARTMENTS_A_ROW + 1) as f64 * side.1,
            };
            let mut parcels = Vec::with_capacity(ranks.len());
            let base = 0.25 / count as f64 * weights.iter().sum::<f64>();
            let shares: Vec<f64> = ranks.iter().map(|&rank| weights[rank] + base).collect();
            partition(land, &shares, &mut parcels);
            let start = list.len();
            let mut names = HashSet::new();
            let mut number = usize::from(departments[d].highest_real);
            let mut code = || {
                number += 1;
                format!("{}{number:03}", departments[d].code)
            };
            for (position, (rank, parcel)) in ranks.into_iter().zip(parcels).enumerate() {
                let fresh = |dice: &mut Dice, names: &mut HashSet<String>| {
                    loop {
                        let name = towns::draw(dice);
                        if names.insert(name.clone()) {
                            return name;
                        }
                    }
                };
                let name = match towns::FIRST.get(rank) {
                    Some(name) => {
                        names.insert((*name).to_owned());
                        (*name).to_owned()
                    }
                    None => fresh(&mut dice, &mut names),
                };
                let former_count = if rank % 9 == 2 && start + position < start + 200 {
                    2
                } else {
                    0
                };
                let town_code = code();
                list.push(Town {
                    index: list.len(),
                    rank,
                    department: d,
                    code: town_code,
                    postal_name: postal(&name),
                    name,
                    postcodes: postcodes(departments[d].code, position, addresses[rank], rank),
                    former: (0..former_count)
                        .map(|_| FormerCommune {
                            code: String::new(),
                            name: fresh(&mut dice, &mut names),
                        })
                        .collect(),
                    parcel,
                    addresses: addresses[rank],
                    population: (addresses[rank] as f64 * dice.between(2.0, 3.1)) as usize + 12,
                });
            }
            let mut left = KEPT_FOR_FORMER;
            for town in &mut list[start..] {
                if left < town.former.len() {
                    town.former.clear();
                }
                for former in &mut town.former {
                    former.code = code();
                    left -= 1;
                }
            }
            of_department.push(start..list.len());
        }
        Self {
            relief,
            departments,
            list,
            of_department,
        }
    }

    pub(crate) fn department(&self, town: &Town) -> &DepartmentCode {
        &self.departments[town.department]
    }

    /// Indices of the towns, the largest first.
    pub(crate) fn by_rank(&self) -> Vec<usize> {
        let mut order = vec![0; self.list.len()];
        for town in &self.list {
            order[town.rank] = town.index;
        }
        order
    }
}

fn department_side(plan: &Plan, departments: usize) -> (f64, f64) {
    let area_m2 = (plan.addresses as f64 / departments as f64 / 450.0)
        .max(plan.towns as f64 * 0.8 / departments as f64)
        * 1e6;
    let (width, height) = LARGEST_DEPARTMENT;
    let scale = (area_m2.max(9e6) / (width * height)).sqrt().min(1.0);
    (width * scale, height * scale)
}

/// Cuts the land into parcels whose areas follow the shares, halving along the longer side.
fn partition(land: Parcel, shares: &[f64], parcels: &mut Vec<Parcel>) {
    if shares.len() <= 1 {
        parcels.extend(shares.iter().map(|_| land));
        return;
    }
    let total: f64 = shares.iter().sum();
    let mut cut = 1;
    let mut first = shares[0];
    while cut + 1 < shares.len() && first + shares[cut] / 2.0 < total / 2.0 {
        first += shares[cut];
        cut += 1;
    }
    let t = first / total;
    let (mut low, mut high) = (land, land);
    if land.east - land.west > land.north - land.south {
        low.east = land.west + (land.east - land.west) * t;
        high.west = low.east;
    } else {
        low.north = land.south + (land.north - land.south) * t;
        high.south = low.north;
    }
    partition(low, &shares[..cut], parcels);
    partition(high, &shares[cut..], parcels);
}

/// Fictional postcodes: five neighbours share one; the largest town, and any city past 12 000 addresses, has one per
/// district (`00801`, `00802`… as Paris has 75001, 75002…).
fn postcodes(department: &str, position: usize, addresses: usize, rank: usize) -> Vec<String> {
    let figures = match department {
        "2A" | "2B" => "20",
        other => other,
    };
    let districts = if rank == 0 || addresses > 12_000 {
        (addresses / 3_000).clamp(4, 20)
    } else {
        1
    };
    if districts > 1 {
        (1..=districts)
            .map(|n| format!("{figures}8{n:02}"))
            .collect()
    } else {
        let n = position / 5 % 90;
        vec![format!("{figures}9{}{}", n / 9, n % 9 + 1)]
    }
}
