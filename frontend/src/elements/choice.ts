// Records chosen by typing: `data-src` answers ?q= with <li role="option" data-value>. What is chosen stands in hidden
// inputs of the name `data-name`, one, or with `data-many` several. Arrows, Enter and Escape work as in any combobox.
class KehuChoice extends HTMLElement {
  #timer = 0;
  #asked = 0;

  get #input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('input[role="combobox"]')!;
  }

  get #list(): HTMLElement {
    return this.querySelector<HTMLElement>('[role="listbox"]')!;
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('[role="option"]')];
  }

  connectedCallback(): void {
    this.#input.addEventListener("input", () => this.#ask(120));
    this.#input.addEventListener("focus", () => this.#ask(0));
    this.#input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
      if (option) this.#choose(option);
    });
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest(".k-choice-chosen button");
      if (!button) return;
      button.closest(".k-chip")?.remove();
      this.#input.focus();
    });
  }

  #ask(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#fetch(), delay);
  }

  async #fetch(): Promise<void> {
    const number = ++this.#asked;
    const url = new URL(this.dataset.src!, location.href);
    url.searchParams.set("q", this.#input.value);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || number !== this.#asked || !this.isConnected) return;
    this.#list.innerHTML = await answer.text();
    this.#list.hidden = document.activeElement !== this.#input;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#mark(this.#options[0]);
  }

  #mark(option?: HTMLElement): void {
    for (const other of this.#options) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      option.id ||= `${this.#list.id}-${this.#options.indexOf(option)}`;
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    const options = this.#options;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.#list.hidden) return this.#ask(0);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#mark(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && !this.#list.hidden && options[at]) {
      event.preventDefault();
      this.#choose(options[at]);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.stopPropagation();
      this.#close();
    } else if (event.key === "Backspace" && !this.#input.value) {
      this.querySelector(".k-choice-chosen .k-chip:last-child")?.remove();
    }
  }

  #choose(option: HTMLElement): void {
    const chip = this.querySelector("template")!.content.cloneNode(true) as DocumentFragment;
    const hidden = chip.querySelector("input")!;
    hidden.name = this.dataset.name!;
    hidden.value = option.dataset.value!;
    chip.querySelector(".k-chip > span")!.textContent = option.textContent;
    const place = this.querySelector(".k-choice-chosen")!;
    if (!("many" in this.dataset)) place.replaceChildren();
    place.append(chip);
    this.#input.value = "";
    this.#close();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }
}

customElements.define("kehu-choice", KehuChoice);
