// Keeps a page true: asks `data-src` each second whether anything happened since `data-cursor`.
//   204: nothing. 200 {"cursor": …}: remembers it and tells `data-target` (a selector; itself when empty)
//   with the event `kehu:changed`, which an hx-trigger there turns into a refresh.
// Rests while the tab is hidden, waits longer after each failure (at most a minute).
import htmx from "htmx.org";

const RHYTHM = 1_000;
const LONGEST = 60_000;

class KehuLive extends HTMLElement {
  #timer = 0;
  #wait = RHYTHM;
  #stopped = true;
  #seen = () => this.#wake();

  connectedCallback(): void {
    this.#stopped = false;
    document.addEventListener("visibilitychange", this.#seen);
    this.#next();
  }

  disconnectedCallback(): void {
    this.#stopped = true;
    window.clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #wake(): void {
    window.clearTimeout(this.#timer);
    if (!document.hidden) void this.#ask();
  }

  #next(): void {
    window.clearTimeout(this.#timer);
    if (!this.#stopped && !document.hidden) this.#timer = window.setTimeout(() => void this.#ask(), this.#wait);
  }

  async #ask(): Promise<void> {
    const url = new URL(this.dataset.src ?? "", location.href);
    url.searchParams.set("cursor", this.dataset.cursor ?? "");
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 403 || answer.redirected) {
        this.#stopped = true;
      } else if (!answer.ok) {
        throw new Error(String(answer.status));
      } else {
        this.#wait = RHYTHM;
        if (answer.status === 200) this.#tell(await answer.json());
      }
    } catch {
      this.#wait = Math.min(LONGEST, this.#wait * 2);
    }
    this.toggleAttribute("data-late", this.#wait > RHYTHM);
    this.#next();
  }

  #tell(news: { cursor: string | number }): void {
    this.dataset.cursor = String(news.cursor);
    const selector = this.dataset.target;
    const targets = selector ? document.querySelectorAll<HTMLElement>(selector) : [this];
    for (const target of targets) htmx.trigger(target, "kehu:changed", news);
  }
}

customElements.define("kehu-live", KehuLive);
