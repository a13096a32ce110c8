// A record beside its list. `open(url)` loads the record's fragment (the same URL, asked by htmx) into the panel.
import htmx from "htmx.org";

export class KehuPanel extends HTMLElement {
  #before: HTMLElement | null = null;

  get isOpen(): boolean {
    return this.hasAttribute("data-open");
  }

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-panel-close]")) this.close();
    });
    document.addEventListener("keydown", this.#escape);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#escape);
  }

  open(url: string): void {
    if (!this.isOpen) this.#before = document.activeElement as HTMLElement | null;
    const link = this.querySelector<HTMLAnchorElement>("a[data-panel-page]");
    if (link) link.href = url;
    this.setAttribute("data-open", "");
    void htmx.ajax("get", url, { target: "#panel-body", swap: "innerHTML show:top" });
  }

  close(): void {
    this.removeAttribute("data-open");
    this.querySelector("#panel-body")?.replaceChildren();
    for (const row of document.querySelectorAll("tr[aria-selected]")) row.removeAttribute("aria-selected");
    this.#before?.focus({ preventScroll: true });
  }

  #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.isOpen && !document.querySelector("dialog[open], details.k-menu[open]")) this.close();
  };
}

customElements.define("kehu-panel", KehuPanel);
