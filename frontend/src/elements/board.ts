// Cards dragged between columns: a drop posts `to` (the column's key) to the card's `data-move`. The answer is the page
// with the fresh board and its report; both are taken over where they stand. By keyboard every card has a menu of
// forms that does the same without script.
import { csrfToken, showTemplate } from "../requests";

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
    void this.#send(card.dataset.move!, column.dataset.key ?? "").then((moved) => {
      if (!moved) home.insertBefore(card, next);
    });
  }

  async #send(url: string, to: string): Promise<boolean> {
    const body = new URLSearchParams({ to, next: location.pathname + location.search });
    const headers = { "X-CSRFToken": csrfToken() };
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
    if (!answer) {
      showTemplate("toast-offline");
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) {
      showTemplate("toast-failed", page.querySelector("[data-sentence]")?.textContent);
      return false;
    }
    const fresh = page.querySelector("kehu-board");
    document.getElementById("toasts")?.append(...page.querySelectorAll("#toasts > *"));
    if (fresh) {
      const [left, top] = [this.scrollLeft, scrollY];
      this.replaceChildren(...fresh.childNodes);
      this.scrollLeft = left;
      scrollTo({ top });
    }
    return true;
  }

  #end(): void {
    this.#card?.removeAttribute("data-dragging");
    this.#card = null;
    for (const column of this.querySelectorAll("[data-over]")) column.removeAttribute("data-over");
  }
}

customElements.define("kehu-board", KehuBoard);
