// What makes every page a little more comfortable. Nothing here is needed to use them.

import { batches } from "./batches";
import { Combobox } from "./combobox";

const root = document.documentElement;
root.classList.add("js");

// Light or dark: kept by the browser, told to nobody.
function setTheme(theme: string): void {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
  document.dispatchEvent(new Event("caloduc:theme"));
}

function keptTheme(): string {
  try {
    return localStorage.getItem("caloduc-theme") ?? "";
  } catch {
    return "";
  }
}

setTheme(keptTheme());
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-set-theme]")) {
  button.addEventListener("click", () => {
    const theme = button.dataset.setTheme ?? "";
    try {
      localStorage.setItem("caloduc-theme", theme);
    } catch {
      // Not kept, but in force on this page.
    }
    setTheme(theme);
  });
}

// The menu of narrow screens closes with Escape and gives the focus back.
for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

function hidden(form: HTMLFormElement, name: string, value: string): void {
  let field = form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

function forgetPoint(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll("input[type=hidden][name=lon], input[type=hidden][name=lat]")) field.remove();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form.ask-form")) {
  const box = form.querySelector<HTMLElement>("[data-combo]");
  if (!box) continue;
  if (form.closest("[data-newtab]")) form.target = "_blank";
  new Combobox(box, (suggestion) => {
    // A number has its point; a street or a town is left to the server, which has more to say of it.
    if (suggestion.type === "housenumber") {
      hidden(form, "lon", suggestion.lon.toFixed(6));
      hidden(form, "lat", suggestion.lat.toFixed(6));
    }
    form.requestSubmit();
  });
  box.querySelector("input")?.addEventListener("input", () => forgetPoint(form));
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-locate]")) {
  const form = button.form;
  const status = form?.querySelector("[data-locate-status]");
  button.addEventListener("click", () => {
    const failed = (): void => {
      if (status) status.textContent = button.dataset.failed ?? "";
    };
    if (!form || !navigator.geolocation) return failed();
    if (status) status.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const field = form.querySelector<HTMLInputElement>("input[name=q]");
        if (field) field.value = "";
        hidden(form, "lon", coords.longitude.toFixed(6));
        hidden(form, "lat", coords.latitude.toFixed(6));
        form.requestSubmit();
      },
      failed,
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
  button.addEventListener("click", () => {
    const status = button.parentElement?.querySelector("[data-copy-status]");
    void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => {
      if (status) status.textContent = button.dataset.copied ?? "";
    });
  });
}

// The API page shows answers where they were asked.
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-try]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const shown = form.querySelector<HTMLElement>("[data-try-answer]");
    if (!shown) return;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value) query.append(name, value);
    }
    const action = form.getAttribute("action") ?? "";
    const address = query.size > 0 ? `${action}?${query}` : action;
    shown.hidden = false;
    shown.textContent = `GET ${address}\n…`;
    void fetch(address)
      .then(async (response) => {
        const text = await response.text();
        const isJson = (response.headers.get("content-type") ?? "").includes("json");
        const told = isJson ? JSON.stringify(JSON.parse(text), null, 2) : text;
        shown.textContent = `GET ${address}\n${response.status}\n\n${told.slice(0, 20_000)}`;
      })
      .catch((error: unknown) => {
        shown.textContent = `GET ${address}\n${String(error)}`;
      });
  });
}

batches();
