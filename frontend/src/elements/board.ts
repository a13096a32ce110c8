// Cards dragged between columns: a drop posts `to` (the column's key) to the card's `data-move` and puts the answer,
// a fresh board, in this one's place. By keyboard every card has a menu of forms that does the same without script.
import htmx from "htmx.org";

class KehuBoard extends HTMLElement {
  #card: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => this.#start(event));
    this.addEventListener("dragend", () => this.#end());
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("drop", (event) => this.#drop(event));
  }

  #column(event: Event): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>(".k-board-column");
  }

  #start(event: DragEvent): void {
    this.#card = (event.target as Element).closest<HTMLElement>(".k-board-card");
    if (!this.#card || !event.dataTransfer) return;
    this.#card.setAttribute("data-dragging", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.#card.dataset.move ?? "");
  }

  #over(event: DragEvent): void {
    const column = this.#column(event);
    if (!this.#card || !column) return;
    event.preventDefault();
    for (const other of this.querySelectorAll(".k-board-column")) other.toggleAttribute("data-over", other === column);
  }

  #drop(event: DragEvent): void {
    const column = this.#column(event);
    const card = this.#card;
    this.#end();
    if (!card || !column || card.closest(".k-board-column") === column) return;
    event.preventDefault();
    // Shown at once; the answer puts everything right, a refusal puts the card back.
    const home = card.parentElement!;
    const next = card.nextSibling;
    column.querySelector(".k-board-cards")?.prepend(card);
    const back = (failed: Event) => {
      if ((failed as CustomEvent).detail?.xhr?.status >= 400) home.insertBefore(card, next);
    };
    this.addEventListener("htmx:afterRequest", back, { once: true });
    void htmx.ajax("post", card.dataset.move!, {
      source: this,
      target: this,
      swap: "outerHTML",
      values: { to: column.dataset.key ?? "" },
    });
  }

  #end(): void {
    this.#card?.removeAttribute("data-dragging");
    this.#card = null;
    for (const column of this.querySelectorAll("[data-over]")) column.removeAttribute("data-over");
  }
}

customElements.define("kehu-board", KehuBoard);
