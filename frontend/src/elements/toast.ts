// A short report that leaves by itself; one with a way back stays longer, a failure stays until it is closed.
const SHORT = 6_000;
const WITH_UNDO = 15_000;

class KehuToast extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.addEventListener("pointerenter", () => this.#hold());
    this.addEventListener("focusin", () => this.#hold());
    this.addEventListener("pointerleave", () => this.#start());
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-close]")) this.remove();
    });
    this.#start();
  }

  disconnectedCallback(): void {
    this.#hold();
  }

  #start(): void {
    this.#hold();
    if (this.dataset.kind === "error") return;
    this.#timer = window.setTimeout(() => this.remove(), this.querySelector("form") ? WITH_UNDO : SHORT);
  }

  #hold(): void {
    window.clearTimeout(this.#timer);
  }
}

customElements.define("kehu-toast", KehuToast);
