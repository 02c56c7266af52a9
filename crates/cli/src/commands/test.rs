//! `caloduc test`: the verdict for one address or one point, with its facts.

mod text;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::ground::{Asked, Ground};
use crate::output;
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::Service;
use caloduc_engine::place;
use clap::{Args, ValueEnum};

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Adresse à chercher dans l’index des adresses
    #[arg(
        value_name = "ADRESSE",
        help_heading = "Arguments\u{a0}",
        required_unless_present_all = ["lon", "lat"],
        conflicts_with_all = ["lon", "lat"]
    )]
    address: Option<String>,

    /// Longitude en degrés
    #[arg(long, value_name = "DEGRÉS", value_parser = place::number, allow_hyphen_values = true, requires = "lat")]
    lon: Option<f64>,

    /// Latitude en degrés
    #[arg(long, value_name = "DEGRÉS", value_parser = place::number, allow_hyphen_values = true, requires = "lon")]
    lat: Option<f64>,

    /// Pour quoi : heat (chaleur, par défaut) ou cold (froid)
    #[arg(
        long = "for",
        value_name = "USAGE",
        value_enum,
        hide_possible_values = true
    )]
    service: Option<Usage>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Usage {
    Heat,
    Cold,
}

impl Test {
    /// Answers.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let asked = self.asked()?;
        let service = match self.service {
            Some(Usage::Cold) => Service::Cold,
            Some(Usage::Heat) | None => Service::Heat,
        };
        let ground = Ground::of(global)?;
        let found = ground.find(&asked)?;
        let mut verdict =
            ground
                .snapshot()
                .assess_with(found.place, service, found.citycode.as_ref());
        verdict.address = found.address.map(Box::new);
        ground.warn_if_fictional();
        if global.json {
            output::json(&verdict)?;
        } else {
            output::french(&text::of(&verdict, service, &ground))?;
        }
        Ok(())
    }

    fn asked(&self) -> Result<Asked<'_>, Failure> {
        match (&self.address, self.lon, self.lat) {
            (Some(address), ..) if address.trim().is_empty() => {
                Err(Failure::usage("l’adresse est vide"))
            }
            (Some(address), ..) => Ok(Asked::Address(address)),
            (None, Some(lon), Some(lat)) => point(lon, lat).map(Asked::Point),
            (None, ..) => Err(Failure::usage("il faut une adresse, ou --lon et --lat")),
        }
    }
}

fn point(lon: f64, lat: f64) -> Result<LonLat, Failure> {
    place::from_degrees(lon, lat).map_err(|problem| Failure::usage(problem.to_string()))
}
