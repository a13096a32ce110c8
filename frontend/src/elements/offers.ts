// What is offered while somebody types. `<kehu-offer data-offer="URL">` serves its `input[data-offers]` and sends the
// form when one is chosen; a `textarea[data-mentions="URL"]` anywhere is served from its last `@`, about the record
// that the form's object_type and object_id name. The URL answers ?q= with {"items": [{value, label, hint}]}.
type Item = { value: string; label: string; hint?: string };
type Control = HTMLInputElement | HTMLTextAreaElement;

const WAIT = 120;
const MENTION = /(?:^|[^\w.])@([\w.+-]{0,40})$/u;

class Offers {
  #list = document.createElement("ul");
  #timer = 0;
  #asked = 0;
  #items: Item[] = [];
  #chosen = -1;

  constructor(
    private control: Control,
    private url: () => URL | null,
    private take: (item: Item) => void,
  ) {
    this.#list.className = "k-offers";
    this.#list.setAttribute("role", "listbox");
    this.#list.id = `offers-${Math.random().toString(36).slice(2)}`;
    this.#list.hidden = true;
    control.setAttribute("role", "combobox");
    control.setAttribute("aria-expanded", "false");
    control.setAttribute("aria-controls", this.#list.id);
    control.after(this.#list);
    control.addEventListener("input", () => this.#later());
    control.addEventListener("keydown", (event) => this.#key(event as KeyboardEvent));
    control.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
    this.#list.addEventListener("pointerdown", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.#choose(Number(option.dataset.place));
    });
  }

  close(): void {
    this.#asked++;
    this.#list.hidden = true;
    this.#items = [];
    this.control.setAttribute("aria-expanded", "false");
    this.control.removeAttribute("aria-activedescendant");
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), WAIT);
  }

  async #ask(): Promise<void> {
    const url = this.url();
    if (!url) return this.close();
    const mine = ++this.#asked;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || mine !== this.#asked) return;
    this.#show(((await answer.json()) as { items: Item[] }).items);
  }

  #show(items: Item[]): void {
    if (!items.length) return this.close();
    this.#items = items;
    this.#list.replaceChildren(
      ...items.map((item, place) => {
        const option = document.createElement("li");
        option.id = `${this.#list.id}-${place}`;
        option.setAttribute("role", "option");
        option.dataset.place = String(place);
        option.textContent = item.label;
        if (item.hint) {
          const hint = document.createElement("span");
          hint.textContent = item.hint;
          option.append(hint);
        }
        return option;
      }),
    );
    this.#list.hidden = false;
    this.control.setAttribute("aria-expanded", "true");
    this.#point(this.control instanceof HTMLTextAreaElement ? 0 : -1);
  }

  #point(place: number): void {
    this.#chosen = place;
    for (const option of this.#list.children) option.setAttribute("aria-selected", String(option.id.endsWith(`-${place}`)));
    if (place >= 0) this.control.setAttribute("aria-activedescendant", `${this.#list.id}-${place}`);
    else this.control.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#point((this.#chosen + step + this.#items.length) % this.#items.length);
    else if ((event.key === "Enter" || event.key === "Tab") && this.#chosen >= 0) this.#choose(this.#chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(place: number): void {
    const item = this.#items[place];
    this.close();
    if (item) this.take(item);
  }
}

function asked(base: string, query: string): URL {
  const url = new URL(base, location.href);
  url.searchParams.set("q", query);
  return url;
}

class KehuOffer extends HTMLElement {
  connectedCallback(): void {
    for (const input of this.querySelectorAll<HTMLInputElement>("input[data-offers]")) {
      new Offers(
        input,
        () => (input.value.trim() ? asked(this.dataset.offer ?? "", input.value.trim()) : null),
        (item) => {
          input.value = item.value;
          input.form?.requestSubmit();
        },
      );
    }
  }
}

function serve(area: HTMLTextAreaElement): void {
  const typed = (): string | null => MENTION.exec(area.value.slice(0, area.selectionStart))?.[1] ?? null;
  const about = (name: string): string => area.form?.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";
  new Offers(
    area,
    () => {
      const query = typed();
      if (query === null || !about("object_id")) return null;
      const url = asked(area.dataset.mentions ?? "", query);
      for (const name of ["object_type", "object_id"]) url.searchParams.set(name, about(name));
      return url;
    },
    (item) => {
      const end = area.selectionStart;
      area.setRangeText(item.value, end - (typed() ?? "").length - 1, end, "end");
      area.focus();
    },
  );
}

// Only when it is first used, so that forms that arrive later are served too.
document.addEventListener("focusin", (event) => {
  const area = event.target;
  if (area instanceof HTMLTextAreaElement && area.dataset.mentions && !area.hasAttribute("aria-controls")) serve(area);
});

customElements.define("kehu-offer", KehuOffer);

export {};
