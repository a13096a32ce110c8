// The fields of a layout in the order that they stand in: dragged, or moved by their buttons. The order of the hidden
// inputs is what the form sends; without script the same buttons ask the server.
class KehuArrange extends HTMLElement {
  #row: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => this.#start(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("drop", (event) => event.preventDefault());
    this.addEventListener("dragend", () => this.#end());
    this.addEventListener("click", (event) => this.#click(event));
    // Enter in a title saves; it must not press the first arrow.
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.target as Element).matches("input[name=title]")) return;
      event.preventDefault();
      this.closest("form")?.querySelector<HTMLButtonElement>("button[name=save]")?.click();
    });
  }

  #start(event: DragEvent): void {
    this.#row = (event.target as Element).closest<HTMLElement>(".k-arrange-field");
    if (!this.#row || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    this.#row.setAttribute("data-dragging", "");
  }

  #over(event: DragEvent): void {
    const under = (event.target as Element).closest<HTMLElement>(".k-arrange > li");
    if (!this.#row || !under || under === this.#row) return;
    event.preventDefault();
    const box = under.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2 || under.hasAttribute("data-section");
    under.parentElement!.insertBefore(this.#row, below ? under.nextSibling : under);
  }

  #end(): void {
    this.#row?.removeAttribute("data-dragging");
    if (this.#row) this.#say(this.#row);
    this.#row = null;
  }

  #click(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=up], button[name=down]");
    const row = button?.closest<HTMLElement>(".k-arrange-field");
    if (!button || !row) return;
    event.preventDefault();
    if (button.name === "up") {
      const before = row.previousElementSibling;
      // Nothing stands above the first section.
      if (before && (before.previousElementSibling || !before.hasAttribute("data-section"))) before.before(row);
    } else {
      row.nextElementSibling?.after(row);
    }
    button.focus();
    this.#say(row);
  }

  #say(row: HTMLElement): void {
    const place = [...this.querySelectorAll(".k-arrange-field")].indexOf(row) + 1;
    const label = row.querySelector("[data-label]")?.textContent ?? "";
    const said = this.querySelector("[data-said]");
    if (said) said.textContent = (this.dataset.moved ?? "").replace("{label}", label).replace("{place}", String(place));
  }
}

customElements.define("kehu-arrange", KehuArrange);
