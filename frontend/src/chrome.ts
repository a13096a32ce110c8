// The chrome's manners: menus close, the drawer slides, `/` searches, the look changes at once.
const drawer = () => document.getElementById("nav");

function closeMenus(except?: Node | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.k-menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

function setDrawer(open: boolean): void {
  const nav = drawer();
  const veil = document.querySelector<HTMLElement>(".k-veil");
  if (!nav || !veil) return;
  nav.toggleAttribute("data-open", open);
  veil.hidden = !open;
  for (const opener of document.querySelectorAll("[data-nav-open]")) opener.setAttribute("aria-expanded", String(open));
  if (open) nav.querySelector<HTMLElement>("[data-nav-close]")?.focus();
  else document.querySelector<HTMLElement>("[data-nav-open]")?.focus();
}

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function chooseTheme(button: HTMLElement): void {
  const theme = button.dataset.themeChoice ?? "auto";
  document.documentElement.dataset.bsTheme = theme;
  for (const other of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    other.setAttribute("aria-pressed", String(other.dataset.themeChoice === theme));
  }
  document.dispatchEvent(new CustomEvent("kehu:theme"));
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  closeMenus(target);
  if (target.closest("[data-nav-open]")) setDrawer(true);
  if (target.closest("[data-nav-close], .k-veil")) setDrawer(false);
  const theme = target.closest<HTMLElement>("[data-theme-choice]");
  if (theme) chooseTheme(theme);
  if (target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector<HTMLDetailsElement>("details.k-menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary")?.focus();
    } else if (drawer()?.hasAttribute("data-open")) {
      setDrawer(false);
    }
  }
  if (event.key === "/" && !isTyping(event) && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector<HTMLInputElement>(".k-search input");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});

// A filter bar sends itself when a choice changes; text waits for Enter.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  const form = field.closest<HTMLFormElement>("form[data-autosubmit]");
  if (!form) return;
  const type = field instanceof HTMLSelectElement ? "select" : (field as HTMLInputElement).type;
  if (type === "date") sendSoon(form, field as HTMLInputElement);
  else if (type !== "search") form.requestSubmit();
});

// A date that is being typed passes through other dates, the year 0002 among them: it is sent when the typing rests.
let resting = 0;

function sendSoon(form: HTMLFormElement, field: HTMLInputElement): void {
  window.clearTimeout(resting);
  const whole = field.value === "" ? !field.required && field.validity.valid : field.value >= "1900";
  if (whole) resting = window.setTimeout(() => form.requestSubmit(), 500);
}

// The address of a filtered list names only what was asked.
document.addEventListener("formdata", (event) => {
  if ((event.target as HTMLFormElement).method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// The navigation is longer than a small screen: the page one is on stands in sight.
document.querySelector('#nav [aria-current="page"]')?.scrollIntoView({ block: "nearest" });

// A table wider than its place is scrolled by keyboard too.
function reachTables(): void {
  for (const wrap of document.querySelectorAll<HTMLElement>(".k-table-wrap:not([tabindex])")) {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
  }
}

addEventListener("load", reachTables);
addEventListener("resize", reachTables);
document.addEventListener("htmx:afterSettle", reachTables);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (document.documentElement.dataset.bsTheme === "auto") document.dispatchEvent(new CustomEvent("kehu:theme"));
});
