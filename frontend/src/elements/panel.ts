// A record beside its list. `open(url)` loads the record's fragment (the same URL, asked by htmx) into the panel.
// The end of the address says which one (#beside=/o/lead/12): back closes the panel, a reload opens it again.
import htmx from "htmx.org";

// Nothing but a record's own page is ever loaded from an address that somebody may have been sent.
const BESIDE = /^#beside=(\/o\/[\w-]+\/\d+)$/;
const SMALL = 900;

/** The rows of the page's own list; the panel has tables of its own. */
export function listRows(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr[data-url]:not(kehu-panel *)")];
}

export const isChosen = (row: HTMLTableRowElement): boolean => row.getAttribute("aria-selected") === "true";

export class KehuPanel extends HTMLElement {
  #before: HTMLElement | null = null;
  #opening = false;
  #url = "";

  /** Where records fit beside a list; elsewhere they open as pages. */
  static get fits(): boolean {
    return innerWidth >= SMALL;
  }

  get isOpen(): boolean {
    return this.hasAttribute("data-open");
  }

  get body(): HTMLElement {
    return this.querySelector<HTMLElement>("#panel-body")!;
  }

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-panel-close]")) this.close();
    });
    document.addEventListener("keydown", this.#escape);
    document.addEventListener("htmx:afterSwap", this.#swapped);
    document.addEventListener("htmx:afterRequest", this.#answered);
    addEventListener("popstate", this.#follow);
    if (BESIDE.test(location.hash)) addEventListener("load", this.#follow, { once: true });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#escape);
    document.removeEventListener("htmx:afterSwap", this.#swapped);
    document.removeEventListener("htmx:afterRequest", this.#answered);
    removeEventListener("popstate", this.#follow);
  }

  open(url: string): void {
    const hash = `#beside=${url}`;
    if (BESIDE.test(hash) && location.hash !== hash) {
      if (this.isOpen) history.replaceState(history.state, "", hash);
      else history.pushState({ beside: true }, "", hash);
    }
    this.#show(url);
  }

  close(): void {
    if (!this.isOpen) return;
    this.#hide();
    if (!BESIDE.test(location.hash)) return;
    if ((history.state as { beside?: boolean } | null)?.beside) history.back();
    else history.replaceState(null, "", location.pathname + location.search);
  }

  #show(url: string): void {
    if (!this.isOpen) {
      this.#before = document.activeElement as HTMLElement | null;
      this.#opening = true;
    }
    this.#url = url;
    this.setAttribute("data-open", "");
    this.#mark(url);
    void htmx.ajax("get", url, { target: "#panel-body", swap: "innerHTML scroll:top" });
  }

  #hide(): void {
    this.removeAttribute("data-open");
    this.body.replaceChildren();
    for (const row of listRows()) row.removeAttribute("aria-selected");
    this.#before?.focus({ preventScroll: true });
  }

  /** Marks the row of what is shown and tells which of them it is; what belongs to another list changes neither. */
  #mark(url: string): void {
    const rows = listRows();
    const at = rows.findIndex((row) => row.dataset.url === url);
    if (at >= 0) for (const row of rows) row.removeAttribute("aria-selected");
    rows[at]?.setAttribute("aria-selected", "true");
    const place = this.querySelector<HTMLElement>("[data-panel-place]")!;
    place.textContent = at < 0 ? "" : place.dataset.words!.replace("{at}", `${at + 1}`).replace("{count}", `${rows.length}`);
    for (const button of this.querySelectorAll<HTMLElement>("[data-panel-step]")) {
      const next = at + Number(button.dataset.panelStep);
      button.setAttribute("aria-disabled", String(!rows.length || (at >= 0 && !rows[next])));
    }
  }

  // The head names what is shown, a form as well.
  #swapped = (): void => {
    if (!this.isOpen) return;
    const record = this.body.querySelector<HTMLElement>("#record");
    const name = record?.querySelector(".k-as-title")?.textContent ?? this.body.querySelector("form")?.ariaLabel ?? "";
    const head = this.querySelector("[data-panel-name]")!;
    if (head.textContent !== name) head.textContent = name;
    if (this.#opening && record) {
      this.#opening = false;
      if ([this.#before, document.body].includes(document.activeElement as HTMLElement)) this.body.focus({ preventScroll: true });
    }
    if (record?.dataset.url) this.querySelector<HTMLAnchorElement>("a[data-panel-page]")!.href = record.dataset.url;
  };

  // A record that cannot be had leaves no empty panel; a toast has said why.
  #answered = (event: Event): void => {
    const { xhr, pathInfo } = (event as CustomEvent).detail;
    const failed = xhr.status < 200 || xhr.status >= 400;
    if (failed && pathInfo?.requestPath === this.#url && !this.body.childElementCount) this.close();
  };

  #follow = (): void => {
    const url = BESIDE.exec(location.hash)?.[1];
    if (url && !KehuPanel.fits) location.replace(url);
    else if (url) this.#show(url);
    else if (this.isOpen && !location.hash) this.#hide();
  };

  #escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.isOpen || event.defaultPrevented) return;
    if (document.querySelector("dialog[open], details.k-menu[open]")) return;
    // Out of a field first: what is being typed there is not thrown away by one key.
    const field = document.activeElement;
    if (this.contains(field) && field?.matches("input, select, textarea")) this.body.focus();
    else this.close();
  };
}

customElements.define("kehu-panel", KehuPanel);
