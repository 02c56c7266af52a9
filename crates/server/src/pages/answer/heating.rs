//! How is the building heated today? What the answer advises depends on it.

use crate::pages::Lang;

/// The heating of the building, as the person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Heating {
    /// One plant for the building.
    Collective,
    /// One plant for each dwelling.
    Individual,
    /// Not said.
    #[default]
    Unknown,
}

impl Heating {
    /// In the order of the choices.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Collective, Self::Individual];

    /// The value of `chauffage`; anything else is not said.
    pub fn parse(text: &str) -> Self {
        match text {
            "collectif" => Self::Collective,
            "individuel" => Self::Individual,
            _ => Self::Unknown,
        }
    }

    /// The value of `chauffage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collective => "collectif",
            Self::Individual => "individuel",
            Self::Unknown => "inconnu",
        }
    }

    /// As a choice.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Collective => lang.say("Collectif", "Shared"),
            Self::Individual => lang.say("Par logement", "Per dwelling"),
            Self::Unknown => lang.say("Je ne sais pas", "I don’t know"),
        }
    }
}
