//! What are towns, owners and operators called? Names that exist nowhere, in French shapes.

/// The first towns, those a visitor of the small territory meets.
pub(crate) const FIRST: &[&str] = &[
    "Port-Caloduc",
    "Saint-Ardent-sur-Onde",
    "La Vapeur-lès-Bains",
    "Montbraise",
    "L'Étuve-aux-Dames",
    "Vieux-Fourneau",
    "Tison-le-Haut",
    "Fontardente",
    "Grisbrume",
    "Sainte-Escarbille",
    "Froidmont-en-Brande",
    "Les Deux-Chaudières",
];

const STEMS: &[&str] = &[
    "Ard", "Brais", "Brûl", "Calor", "Cend", "Chaud", "Combr", "Écherb", "Escarb", "Étinc", "Fagn",
    "Feurr", "Flamb", "Fourn", "Fum", "Grisb", "Hestr", "Houill", "Jarn", "Lanv", "Marbr",
    "Mérign", "Nord", "Ombr", "Orm", "Ouss", "Pluv", "Quérign", "Roussill", "Sarm", "Soufr",
    "Tièd", "Tis", "Torr", "Trév", "Ussel", "Vap", "Vauj", "Volc", "Yvr",
];
const ENDINGS: &[&str] = &[
    "ac", "an", "ans", "argues", "at", "ay", "eaux", "eil", "elles", "enay", "euil", "ères",
    "erolles", "et", "ey", "ez", "iers", "igny", "illac", "illon", "inges", "on", "oux", "ouze",
    "uires", "y",
];
const SAINTS: &[&str] = &[
    "Saint-Ardent",
    "Saint-Brandan",
    "Saint-Calorin",
    "Saint-Éloi",
    "Saint-Fulgent",
    "Saint-Guénolin",
    "Saint-Hilairet",
    "Saint-Igne",
    "Saint-Jorand",
    "Saint-Léonin",
    "Saint-Mesmet",
    "Saint-Onésime",
    "Saint-Pavin",
    "Saint-Quirin",
    "Saint-Romble",
    "Saint-Séverac",
    "Saint-Tugen",
    "Saint-Ursin",
    "Saint-Vulfran",
    "Sainte-Alpaïs",
    "Sainte-Braise",
    "Sainte-Colombine",
    "Sainte-Étuve",
    "Sainte-Lucère",
    "Sainte-Radegonne",
    "Sainte-Vapeur",
];
const FRONTS: &[&str] = &[
    "Mont", "Beau", "Clair", "Froid", "Haute", "Neuf", "Roche", "Ville", "Fonte", "Grand", "Bois",
    "Val", "Aigue", "Chante",
];
const BACKS: &[&str] = &[
    "braise", "brume", "cendre", "combe", "court", "fort", "fumée", "lande", "merle", "mont",
    "onde", "pierre", "rive", "roc", "suie", "tison", "val", "vent", "ville",
];
const AFTER: &[&str] = &[
    "sur-Onde",
    "sur-Brume",
    "sur-Tièvre",
    "sur-Ouge",
    "lès-Bains",
    "en-Brande",
    "en-Calorois",
    "le-Haut",
    "le-Vieil",
    "la-Forêt",
    "les-Fours",
    "sous-Bois",
    "aux-Loges",
    "d'Aval",
    "d'Amont",
    "l'Abbaye",
    "le-Château",
    "ès-Dunes",
];

use crate::dice::Dice;

/// A town's name; the caller draws again when its department already has it.
pub(crate) fn draw(dice: &mut Dice) -> String {
    let stem = |dice: &mut Dice| format!("{}{}", dice.pick(STEMS), dice.pick(ENDINGS));
    let base = match dice.below(10) {
        0..=2 => (*dice.pick(SAINTS)).to_owned(),
        3..=5 => format!("{}{}", dice.pick(FRONTS), dice.pick(BACKS)),
        6 => {
            let name = stem(dice);
            match name.chars().next() {
                Some('É' | 'O' | 'U' | 'H' | 'Y') => format!("L'{name}"),
                _ => format!("Le {name}"),
            }
        }
        _ => stem(dice),
    };
    if dice.chance(0.55) {
        format!("{base}-{}", dice.pick(AFTER))
    } else if dice.chance(0.12) {
        format!("{base}-{}", stem(dice))
    } else {
        base
    }
}

/// Who runs networks. None exists.
pub(crate) const OPERATORS: &[&str] = &[
    "Caloria Services (fictif)",
    "Thermolys (fictif)",
    "Énergie des Îles (fictif)",
    "Onde & Vapeur (fictif)",
    "Régie de chaleur de l'archipel (fictif)",
    "Braise Exploitation (fictif)",
    "Chaleur Plurielle (fictif)",
    "Société fictive de réseaux thermiques",
];

/// What begins a network's name.
pub(crate) const DISTRICTS: &[&str] = &[
    "Centre-ville",
    "Les Hauts de l'Onde",
    "ZAC des Fonderies",
    "Quartier de l'Arsenal",
    "Le Grand Parc",
    "Les Ormeaux",
    "Cité des Tisserands",
    "Campus",
    "La Pépinière",
    "Rive droite",
    "Rive gauche",
    "Les Docks",
];
