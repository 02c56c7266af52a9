// The address box: a plain text field that proposes addresses while one types (ARIA list autocomplete, manual selection).

export interface Suggestion {
  label: string;
  context: string;
  type: string;
  lon: number;
  lat: number;
}

interface SearchAnswer {
  features: {
    geometry: { coordinates: [number, number] };
    properties: { label: string; context: string; type: string };
  }[];
}

const SHORTEST = 3;
const WAIT_MS = 120;

let count = 0;

export class Combobox {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly status: HTMLElement;
  private suggestions: Suggestion[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | null = null;

  constructor(private readonly box: HTMLElement, private readonly taken: (suggestion: Suggestion) => void) {
    const input = box.querySelector<HTMLInputElement>("input");
    if (!input) throw new Error("a combobox needs its field");
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `adresses-${++count}`;
    this.list.className = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", box.dataset.list ?? "");
    this.status = document.createElement("p");
    this.status.className = "sr";
    this.status.setAttribute("role", "status");
    box.append(this.list, this.status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.autocomplete = "off";
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
    // A press on the list must not take the focus away from the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest("li");
      if (option) this.take(Number(option.dataset.index));
    });
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this.close();
      this.status.textContent = "";
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(text), WAIT_MS);
  }

  private async ask(text: string): Promise<void> {
    this.request = new AbortController();
    const query = new URLSearchParams({ q: text, limit: "6", autocomplete: "1" });
    try {
      const response = await fetch(`/geocodage/search?${query}`, { signal: this.request.signal });
      if (!response.ok) return;
      const answer = (await response.json()) as SearchAnswer;
      this.show(
        answer.features.map(({ geometry, properties }) => ({
          label: properties.label,
          context: properties.context,
          type: properties.type,
          lon: geometry.coordinates[0],
          lat: geometry.coordinates[1],
        })),
      );
    } catch {
      // Offline or typed on: the field stays a plain field.
    }
  }

  private show(suggestions: Suggestion[]): void {
    this.suggestions = suggestions;
    this.active = -1;
    this.list.replaceChildren(
      ...suggestions.map((suggestion, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.dataset.index = String(index);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const context = document.createElement("small");
        context.textContent = suggestion.context;
        option.append(suggestion.label, context);
        return option;
      }),
    );
    const isOpen = suggestions.length > 0 && document.activeElement === this.input;
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    this.input.removeAttribute("aria-activedescendant");
    const { none = "", one = "", many = "" } = this.box.dataset;
    this.status.textContent =
      suggestions.length === 0 ? none : suggestions.length === 1 ? one : many.replace("{n}", String(suggestions.length));
  }

  private close(): void {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private move(to: number): void {
    const options = [...this.list.children];
    if (options.length === 0) return;
    this.active = (to + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    const option = options[this.active];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
  }

  private pressed(event: KeyboardEvent): void {
    const isOpen = !this.list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!isOpen && this.suggestions.length > 0) {
          this.list.hidden = false;
          this.input.setAttribute("aria-expanded", "true");
        }
        this.move(event.key === "ArrowDown" ? this.active + 1 : this.active < 0 ? -1 : this.active - 1);
        break;
      case "Enter":
        if (isOpen && this.active >= 0) {
          event.preventDefault();
          this.take(this.active);
        }
        break;
      case "Escape":
        if (isOpen) {
          event.preventDefault();
          this.close();
        } else if (this.input.value) {
          this.input.value = "";
        }
        break;
    }
  }

  private take(index: number): void {
    const suggestion = this.suggestions[index];
    if (!suggestion) return;
    this.input.value = suggestion.label;
    this.status.textContent = "";
    this.close();
    this.taken(suggestion);
  }
}
