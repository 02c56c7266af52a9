// <caloduc-test lang="fr">: an address form for any site. It asks the service it was loaded from, and nobody else.

const ORIGIN = new URL(import.meta.url).origin;

type Words = [french: string, english: string];

interface Verdict {
  type: string;
  eligible: boolean;
  distance_m: number | null;
  network: { name: string | null } | null;
}

const TITLES: Record<string, Words> = {
  dans_pdp_reseau_existant: ["Dans un périmètre de développement prioritaire", "In a priority development area"],
  dans_pdp_reseau_futur: ["Dans le périmètre prioritaire d’un réseau en projet", "In the priority area of a planned network"],
  reseau_existant_tres_proche: ["Un réseau passe à {d}", "A network passes {d} away"],
  reseau_futur_tres_proche: ["Un réseau en projet passerait à {d}", "A planned network would pass {d} away"],
  dans_zone_reseau_futur: ["Un réseau est prévu dans votre secteur", "A network is planned in your area"],
  reseau_existant_proche: ["Un réseau passe à {d} : à étudier", "A network passes {d} away: worth a study"],
  reseau_futur_proche: ["Un réseau en projet passerait à {d} : à étudier", "A planned network would pass {d} away: worth a study"],
  reseau_existant_loin: ["Le réseau ouvert le plus proche est à {d}", "The nearest open network is {d} away"],
  reseau_futur_loin: ["Un réseau est en projet à {d}", "A network is planned {d} away"],
  dans_ville_reseau_existant_sans_trace: ["Un réseau existe dans la commune, tracé inconnu", "The town has a network whose route is unknown"],
  trop_eloigne: ["Aucun réseau de chaleur ouvert connu à moins de 1 km", "No open heat network known within 1 km"],
};

const STYLE = `
:host { display: block; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark; color: light-dark(#1b2225, #e8edef); }
form { display: grid; gap: 8px; padding: 16px; border: 1px solid light-dark(#727d83, #748189); border-radius: 10px; background: light-dark(#fff, #192125); }
label { font-weight: 600; }
input, button { font: inherit; min-height: 44px; border-radius: 4px; padding: 8px 12px; border: 1px solid light-dark(#727d83, #748189); }
input { background: light-dark(#fff, #11171a); color: inherit; }
button { background: light-dark(#0b5a6b, #6cc6d8); color: light-dark(#fff, #06222a); border-color: transparent; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#0b5a6b, #6cc6d8); outline-offset: 2px; }
a { color: light-dark(#0b5a6b, #6cc6d8); }
p { margin: 0; } strong { font-size: 1.1875rem; }
`;

class CaloducTest extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot) return;
    const say = ([french, english]: Words): string => (this.lang.startsWith("en") ? english : french);
    const shadow = this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [style];
    const form = document.createElement("form");
    const label = document.createElement("label");
    label.htmlFor = "q";
    label.textContent = say(["Un réseau de chaleur près de chez vous ? Votre adresse", "A heat network near you? Your address"]);
    const input = document.createElement("input");
    input.id = "q";
    input.name = "q";
    input.required = true;
    input.autocomplete = "street-address";
    const button = document.createElement("button");
    button.textContent = say(["Voir la réponse", "See the answer"]);
    const answer = document.createElement("div");
    answer.setAttribute("role", "status");
    form.append(label, input, button, answer);
    shadow.append(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask(input.value, answer, say);
    });
  }

  private async ask(text: string, answer: HTMLElement, say: (words: Words) => string): Promise<void> {
    answer.textContent = "…";
    const page = `${ORIGIN}${this.lang.startsWith("en") ? "/en/" : "/"}?${new URLSearchParams({ q: text })}`;
    const title = document.createElement("strong");
    const more = document.createElement("a");
    more.href = page;
    more.target = "_blank";
    more.rel = "noopener noreferrer";
    more.textContent = say(["Réponse complète", "Full answer"]);
    try {
      const response = await fetch(`${ORIGIN}/api/v2/eligibility?${new URLSearchParams({ q: text })}`);
      if (!response.ok) throw new Error(String(response.status));
      const verdict = (await response.json()) as Verdict;
      const metres = verdict.distance_m ?? 0;
      const distance = metres < 10 ? say(["moins de 10 m", "less than 10 m"]) : `${metres} m`;
      title.textContent = say(TITLES[verdict.type] ?? ["", ""]).replace("{d}", distance);
      this.dispatchEvent(new CustomEvent("caloduc-answer", { detail: verdict, bubbles: true }));
    } catch {
      title.textContent = say(["Adresse introuvable. Vérifiez la rue et la commune.", "Address not found. Check the street and the town."]);
    }
    const first = document.createElement("p");
    first.append(title);
    const second = document.createElement("p");
    second.append(more);
    answer.replaceChildren(first, second);
  }
}

if (!customElements.get("caloduc-test")) customElements.define("caloduc-test", CaloducTest);
