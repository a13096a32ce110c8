// The command palette: Ctrl/⌘ K, type, arrows, Enter. `data-src` answers ?q= with a fragment of
// <a role="option" class="k-palette-item"> in groups; it wraps a <dialog> that the server has written.
// What it answers without words is kept: pages and commands are found in the browser at once, records when they arrive.
// Where rows of a list are selected, what their toolbar does (`data-bulk`, `data-words`) comes first.
const named = (option?: HTMLAnchorElement) => option?.dataset.press ?? option?.href;

class KehuPalette extends HTMLElement {
  #asked = 0;
  #timer = 0;
  #known: HTMLElement[] | null = null;
  #waiting = false;
  #entered = false;

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input")!;
  }

  get #list(): HTMLElement {
    return this.querySelector<HTMLElement>(".k-palette-list")!;
  }

  get #options(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
  }

  get #chosen(): HTMLAnchorElement | undefined {
    return this.#options.find((option) => option.getAttribute("aria-selected") === "true");
  }

  connectedCallback(): void {
    document.addEventListener("keydown", this.#shortcut);
    document.addEventListener("click", this.#opener);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => this.#press(event));
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#shortcut);
    document.removeEventListener("click", this.#opener);
  }

  #shortcut = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      if (this.#dialog.open) this.#dialog.close();
      else this.#open();
    }
  };

  #opener = (event: MouseEvent): void => {
    if ((event.target as Element).closest("[data-palette-open]")) this.#open();
  };

  #open(): void {
    if (document.querySelector("dialog[open]")) return;
    this.#dialog.showModal();
    this.#input.value = "";
    this.#typed();
  }

  #typed(): void {
    window.clearTimeout(this.#timer);
    this.#asked++;
    this.#entered = false;
    const words = this.#input.value.trim();
    this.#waiting = words !== "" || this.#known === null;
    this.#show(this.#found(words));
    if (this.#waiting) this.#timer = window.setTimeout(() => void this.#fetch(words), words ? 120 : 0);
  }

  // The groups that are known already, with the options that hold the words; those that begin with them come first.
  #found(words: string): HTMLElement[] {
    const folded = words.normalize("NFKC").toLowerCase();
    const groups: HTMLElement[] = [];
    for (const known of [...this.#doings(), ...(this.#known ?? [])]) {
      const group = known.cloneNode(true) as HTMLElement;
      const options = [...group.querySelectorAll<HTMLElement>('[role="option"]')].map((option) => ({
        option,
        place: folded ? (option.dataset.words ?? "").indexOf(folded) : "typed" in option.dataset ? -1 : 0,
      }));
      for (const { option } of options) option.remove();
      const held = options.filter(({ place }) => place >= 0).sort((one, other) => one.place - other.place);
      if (!held.length) continue;
      group.append(...held.slice(0, folded ? 8 : undefined).map(({ option }) => option));
      groups.push(group);
    }
    return groups;
  }

  // What the toolbar of the list does with the rows that are selected; an option presses its button.
  #doings(): HTMLElement[] {
    const bar = document.querySelector<HTMLElement>("kehu-selection:not([hidden])");
    if (!bar) return [];
    const group = this.querySelector<HTMLTemplateElement>("template")!.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const count = bar.querySelector("[data-count]")?.textContent ?? "";
    group.setAttribute("aria-label", count);
    group.querySelector("[aria-hidden]")!.textContent = count;
    const sample = group.querySelector<HTMLElement>('[role="option"]')!;
    sample.remove();
    for (const button of bar.querySelectorAll<HTMLElement>("[data-bulk]:not([hidden])")) {
      const option = sample.cloneNode(true) as HTMLElement;
      option.dataset.press = button.dataset.bulk;
      option.dataset.words = button.dataset.words;
      option.prepend(...[...button.querySelectorAll("svg")].map((mark) => mark.cloneNode(true)));
      option.querySelector("span")!.textContent = button.textContent!.trim();
      group.append(option);
    }
    return [group];
  }

  #press(event: Event): void {
    const key = (event.target as Element).closest<HTMLElement>("[data-press]")?.dataset.press;
    if (!key) return;
    this.#dialog.close();
    document.querySelector<HTMLElement>(`kehu-selection [data-bulk="${CSS.escape(key)}"]`)?.click();
  }

  async #fetch(words: string): Promise<void> {
    const number = this.#asked;
    const url = new URL(this.dataset.src ?? "", location.href);
    url.searchParams.set("q", words);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    if (number !== this.#asked) return;
    this.#waiting = false;
    if (!html) return this.#list.removeAttribute("aria-busy");
    const template = document.createElement("template");
    template.innerHTML = html;
    const groups = [...template.content.children] as HTMLElement[];
    if (words === "") this.#known = groups;
    const doings = words === "" ? [] : this.#found(words).filter((group) => group.querySelector("[data-press]"));
    const answered = doings.length ? groups.filter((group) => group.querySelector('[role="option"]')) : groups;
    this.#show(words === "" ? this.#found("") : [...doings, ...answered]);
    if (this.#entered) this.#chosen?.click();
  }

  // What was chosen stays chosen when more arrives.
  #show(groups: HTMLElement[]): void {
    const before = this.#waiting ? undefined : named(this.#chosen);
    this.#list.replaceChildren(...groups);
    if (this.#waiting) this.#list.setAttribute("aria-busy", "true");
    else this.#list.removeAttribute("aria-busy");
    const options = this.#options;
    options.forEach((option, index) => {
      option.id = `palette-option-${index}`;
      option.tabIndex = -1;
    });
    this.#choose(Math.max(0, options.findIndex((option) => named(option) === before)));
  }

  #choose(index: number): void {
    const options = this.#options;
    for (const option of options) option.setAttribute("aria-selected", "false");
    const chosen = options[(index + options.length) % Math.max(1, options.length)];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.#input.setAttribute("aria-activedescendant", chosen.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    const options = this.#options;
    const at = options.findIndex((option) => option === this.#chosen);
    if (event.key === "ArrowDown") this.#choose(at + 1);
    else if (event.key === "ArrowUp") this.#choose(at - 1);
    else if (event.key === "Enter" && !event.isComposing) {
      if (at >= 0) options[at]!.click();
      else this.#entered = this.#waiting;
    } else return;
    if (!event.isComposing) event.preventDefault();
  }
}

customElements.define("kehu-palette", KehuPalette);
