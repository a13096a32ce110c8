// A table of numbers that follow each other. An edit posts `name` and `value` to `data-src` and swaps the answer into
// `data-target` (a selector; the element itself when empty); focus stays, and cells that moved along light up briefly.
// Enter and the arrows go from cell to cell, Escape takes the typing back.
import htmx from "htmx.org";

type Cell = HTMLInputElement;

class KehuGrid extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("focusin", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") event.target.select();
    });
    this.addEventListener("change", (event) => this.#post(event.target as Cell));
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #cells(): Cell[] {
    return [...this.querySelectorAll<Cell>("input:not([type=hidden]):not(:disabled)")];
  }

  #place(cell: Cell): [number, number] {
    const at = cell.closest("td, th") as HTMLTableCellElement | null;
    return at ? [(at.parentElement as HTMLTableRowElement).rowIndex, at.cellIndex] : [0, this.#cells().indexOf(cell)];
  }

  #neighbour(cell: Cell, down: number, right: number): Cell | undefined {
    const [row, column] = this.#place(cell);
    const table = cell.closest("table");
    const others = this.#cells().filter((other) => other !== cell && other.closest("table") === table);
    const ahead = others.filter((other) => {
      const [r, c] = this.#place(other);
      return down ? c === column && (r - row) * down > 0 : r === row && (c - column) * right > 0;
    });
    const distance = (other: Cell) => {
      const [r, c] = this.#place(other);
      return Math.abs(r - row) + Math.abs(c - column);
    };
    return ahead.sort((a, b) => distance(a) - distance(b))[0];
  }

  #key(event: KeyboardEvent): void {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || event.isComposing) return;
    const edge = (end: boolean) => cell.selectionStart === (end ? cell.value.length : 0) && cell.selectionStart === cell.selectionEnd;
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    let next: Cell | undefined;
    if (event.key === "Enter") next = this.#neighbour(cell, event.shiftKey ? -1 : 1, 0) ?? cell;
    else if (event.key === "ArrowDown") next = this.#neighbour(cell, 1, 0);
    else if (event.key === "ArrowUp") next = this.#neighbour(cell, -1, 0);
    else if (event.key === "ArrowRight" && (all || edge(true))) next = this.#neighbour(cell, 0, 1);
    else if (event.key === "ArrowLeft" && (all || edge(false))) next = this.#neighbour(cell, 0, -1);
    else if (event.key === "Escape") this.#giveUp(cell);
    if (!next) return;
    event.preventDefault();
    if (next === cell) cell.blur();
    else next.focus();
  }

  // Typing is taken back; after a refusal the sheet comes again, without the sentence.
  #giveUp(cell: Cell): void {
    cell.value = cell.dataset.kept ?? cell.defaultValue;
    const target = this.dataset.target;
    if (cell.dataset.kept === undefined || !this.dataset.src || !target) return;
    void htmx.ajax("get", this.dataset.src, { source: this, target, swap: "outerHTML" });
  }

  #post(cell: Cell): void {
    if (!cell.name || !this.dataset.src) return;
    for (const stale of document.querySelectorAll('kehu-toast[data-kind="error"]')) stale.remove();
    const before = new Map(this.#cells().map((other) => [other.name, other.value]));
    const selector = this.dataset.target;
    const value = cell.type === "checkbox" ? String(cell.checked) : cell.value;
    // Where the user has gone to meanwhile is known just before the old cells leave.
    let wanted = "";
    const swapping = () => (wanted = (document.activeElement as Cell | null)?.name ?? "");
    const settled = () => this.#restore(before, cell.name, wanted);
    document.addEventListener("htmx:beforeSwap", swapping, { once: true });
    document.addEventListener("htmx:afterSettle", settled, { once: true });
    const target: string | HTMLElement = selector || this;
    void htmx.ajax("post", this.dataset.src, {
      source: this,
      target,
      swap: selector ? "outerHTML" : "innerHTML",
      values: { name: cell.name, value },
    });
  }

  // The fragment is new: find where the user was by name, and mark what changed.
  #restore(before: Map<string, string>, edited: string, wanted: string): void {
    const grids = document.querySelectorAll<KehuGrid>("kehu-grid");
    for (const grid of grids) {
      for (const cell of grid.querySelectorAll<Cell>("input")) {
        const old = before.get(cell.name);
        if (old !== undefined && old !== cell.value && cell.name !== edited) cell.parentElement?.setAttribute("data-changed", "");
        const next = wanted ? cell.name === wanted : cell.getAttribute("aria-invalid") === "true";
        if (next && document.activeElement !== cell) cell.focus();
      }
    }
  }
}

customElements.define("kehu-grid", KehuGrid);
