//! What is said of the law? Always prudent: an obligation may apply, never that there is none. Code de l’énergie,
//! L. 712-1 to L. 712-5 and R. 712-1 to R. 712-14.

use crate::pages::Lang;
use caloduc_engine::eligibility::Verdict;

/// The legal sentences of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// Whether the point is in a priority area: the text is then shown open.
    pub is_in_priority_area: bool,
    /// The main sentence.
    pub text: &'static str,
    /// The Paris threshold, there.
    pub paris: Option<&'static str>,
}

/// INSEE code of Paris.
const PARIS: &str = "75056";

/// What to say of the law for a verdict.
pub fn law(verdict: &Verdict<'_>, lang: Lang) -> Law {
    let is_in_priority_area = !verdict.facts.priority_areas.is_empty();
    let text = if is_in_priority_area {
        lang.say(
            "Une obligation de raccordement peut s’appliquer (Code de l’énergie, L. 712-1 à L. 712-5, R. 712-1 à R. 712-14) : bâtiment neuf, ou remplacement d’une installation de plus de 30 kW, seuil que la collectivité peut relever. Des dérogations existent ; amende jusqu’à 300 000 €. La collectivité vous le précisera.",
            "An obligation to connect may apply (French energy code, L. 712-1 to L. 712-5, R. 712-1 to R. 712-14): new building, or replacement of a plant above 30 kW, a threshold the authority may raise. Exemptions exist; fine up to €300,000. The local authority will tell you.",
        )
    } else {
        lang.say(
            "Aucun périmètre prioritaire connu ici. Une obligation reste possible : un périmètre par défaut peut s’appliquer autour d’un réseau classé.",
            "No priority area is known here. An obligation is still possible: a default perimeter may apply around a classified network.",
        )
    };
    let is_paris = verdict
        .facts
        .commune
        .is_some_and(|commune| commune.code == PARIS)
        || matches!(verdict.network.and_then(|n| n.id), Some("7501C" | "7511C"));
    Law {
        is_in_priority_area,
        text,
        paris: is_paris.then(|| {
            lang.say(
                "La puissance souscrite doit atteindre 100 kW.",
                "The subscribed power must reach 100 kW.",
            )
        }),
    }
}
