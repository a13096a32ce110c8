// The command palette: Ctrl/⌘ K, type, arrows, Enter. `data-src` answers ?q= with a fragment of
// <a role="option" class="k-palette-item"> in groups; it wraps a <dialog> that the server has written.
class KehuPalette extends HTMLElement {
  #asked = 0;
  #timer = 0;

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input")!;
  }

  get #options(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="option"]')];
  }

  connectedCallback(): void {
    document.addEventListener("keydown", this.#shortcut);
    document.addEventListener("click", this.#opener);
    this.#input.addEventListener("input", () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#fetch(), 120);
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
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
    this.#input.select();
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    const number = ++this.#asked;
    const url = new URL(this.dataset.src ?? "", location.href);
    url.searchParams.set("q", this.#input.value);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || number !== this.#asked) return;
    this.querySelector(".k-palette-list")!.innerHTML = await answer.text();
    this.#options.forEach((option, index) => {
      option.id = `palette-option-${index}`;
      option.tabIndex = -1;
    });
    this.#choose(0);
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
    const at = this.#options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.#choose(at + 1);
    else if (event.key === "ArrowUp") this.#choose(at - 1);
    else if (event.key === "Enter" && !event.isComposing) this.#options[at]?.click();
    else return;
    if (!event.isComposing) event.preventDefault();
  }
}

customElements.define("kehu-palette", KehuPalette);
