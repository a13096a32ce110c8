// Rows that are selected on a list, kept from page to page while the list asks for the same; what can be done with
// them is a form with buttons. The sentences come from the template.
const PREFIX = "kehu-selection:";

interface Kept {
  ids: string[];
  all: boolean;
}

class KehuSelection extends HTMLElement {
  #ids = new Set<string>();
  #all = false;
  #last: HTMLInputElement | null = null;

  connectedCallback(): void {
    const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "null") as Kept | null;
    this.#ids = new Set(kept?.ids ?? []);
    this.#all = kept?.all ?? false;
    document.addEventListener("click", this.#clicked);
    document.addEventListener("keydown", this.#keyed);
    document.addEventListener("htmx:afterSettle", this.#came);
    this.querySelector("[data-none]")!.addEventListener("click", () => this.#none());
    this.querySelector("[data-all]")!.addEventListener("click", () => {
      this.#all = true;
      this.#show();
    });
    this.#show();
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#clicked);
    document.removeEventListener("keydown", this.#keyed);
    document.removeEventListener("htmx:afterSettle", this.#came);
  }

  get #key(): string {
    return PREFIX + this.dataset.place;
  }

  get #boxes(): HTMLInputElement[] {
    return [...document.querySelectorAll<HTMLInputElement>("input[data-select]")];
  }

  #clicked = (event: MouseEvent): void => {
    const box = event.target as HTMLInputElement;
    // Beside the box is meant as well.
    if (box.matches?.(".k-pick")) return box.querySelector("input")?.click();
    if (!box.matches?.("input[data-select], input[data-select-page]")) return;
    const boxes = this.#boxes;
    let touched = [box];
    if (box.matches("[data-select-page]")) touched = boxes;
    else if (event.shiftKey && this.#last) {
      const ends = [boxes.indexOf(this.#last), boxes.indexOf(box)].sort((one, other) => one - other);
      if (ends[0]! >= 0) touched = boxes.slice(ends[0], ends[1]! + 1);
    }
    if (this.#all && !box.checked) this.#ids = new Set(boxes.map((one) => one.value));
    this.#all = false;
    for (const one of touched) {
      if (box.checked) this.#ids.add(one.value);
      else this.#ids.delete(one.value);
    }
    if (box.matches("[data-select]")) this.#last = box;
    this.#show();
  };

  #keyed = (event: KeyboardEvent): void => {
    const busy = document.querySelector("dialog[open], details.k-menu[open], kehu-panel[data-open]");
    if (event.key === "Escape" && !this.hidden && !busy) this.#none();
  };

  // Rows that are fetched below those that stand here.
  #came = (event: Event): void => {
    if ((event.target as HTMLElement).matches?.("tr:has(input[data-select])")) this.#show();
  };

  #none(): void {
    this.#ids.clear();
    this.#all = false;
    this.#show();
  }

  #show(): void {
    const count = this.#all ? 0 : this.#ids.size;
    for (const box of this.#boxes) {
      box.checked = this.#all || this.#ids.has(box.value);
      box.closest("tr")?.toggleAttribute("data-selected", box.checked);
    }
    const page = document.querySelector<HTMLInputElement>("input[data-select-page]");
    if (page) {
      const boxes = this.#boxes;
      page.checked = boxes.length > 0 && boxes.every((box) => box.checked);
      page.indeterminate = !page.checked && boxes.some((box) => box.checked);
    }
    this.hidden = !this.#all && count === 0;
    const words = this.#all ? this.dataset.everything! : this.dataset.counted!.replace("{count}", String(count));
    this.querySelector("[data-count]")!.textContent = words;
    this.querySelector<HTMLElement>("[data-all]")!.hidden = this.#all || !page?.checked;
    this.querySelector<HTMLInputElement>('[name="ids"]')!.value = [...this.#ids].join(",");
    this.querySelector<HTMLInputElement>('[name="ids"]')!.disabled = this.#all;
    for (const name of ["all", "list"]) this.querySelector<HTMLInputElement>(`[name="${name}"]`)!.disabled = !this.#all;
    for (const button of this.querySelectorAll<HTMLElement>("[data-only-two]")) button.hidden = this.#all || count !== 2;
    if (this.hidden) sessionStorage.removeItem(this.#key);
    else sessionStorage.setItem(this.#key, JSON.stringify({ ids: [...this.#ids], all: this.#all } satisfies Kept));
    document.dispatchEvent(new CustomEvent("kehu:selection", { detail: { count, all: this.#all } }));
  }
}

// What was done with a selection is done: the list opens without it.
document.addEventListener("submit", (event) => {
  const key = (event.target as HTMLElement).dataset.forgetSelection;
  if (!key) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(`${PREFIX}${key}?`)) sessionStorage.removeItem(name);
});

customElements.define("kehu-selection", KehuSelection);
