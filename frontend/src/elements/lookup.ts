// A type-ahead over a select of the first records: an input with the combobox pattern stands in for it, the select
// keeps name and value. `data-src` answers ?q= with {results: [{id, text, note}]}; without words the select's own
// options are offered. What a `multiple` select holds stands before the input as chips, made from the page's
// template lookup-chip; Backspace in an empty input takes the last away. Texts: data-type (placeholder), data-none,
// data-found ({count}), data-failed.
type Result = { id: string; text: string; note: string };

const REST = 150;
let made = 0;

class KehuLookup extends HTMLElement {
  #select!: HTMLSelectElement;
  #input!: HTMLInputElement;
  #list!: HTMLUListElement;
  #status!: HTMLElement;
  #chips: HTMLElement | null = null;
  #results: Result[] = [];
  #at = -1;
  #timer = 0;
  #asking: AbortController | null = null;

  connectedCallback(): void {
    const select = this.querySelector("select");
    if (!select) return;
    for (const old of this.querySelectorAll("[data-made]")) old.remove();
    this.#chips = null;
    this.#select = select;
    this.#build();
    this.#input.addEventListener("input", (event) => {
      event.stopPropagation();
      if (!(event as InputEvent).isComposing) this.#search(REST);
    });
    this.#input.addEventListener("compositionend", () => this.#search(REST));
    // What is typed is no value yet: forms that send themselves listen to the select alone.
    this.#input.addEventListener("change", (event) => event.stopPropagation());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#input.select());
    this.#input.addEventListener("click", () => this.#search(0, true));
    this.#input.addEventListener("blur", () => this.#leave());
    addEventListener("scroll", this.#place, true);
    addEventListener("resize", this.#place);
  }

  disconnectedCallback(): void {
    removeEventListener("scroll", this.#place, true);
    removeEventListener("resize", this.#place);
    this.#asking?.abort();
    window.clearTimeout(this.#timer);
  }

  #build(): void {
    const select = this.#select;
    const id = select.id || select.dataset.id || `lookup-${++made}`;
    this.#input = document.createElement("input");
    this.#input.className = select.className;
    this.#input.autocomplete = "off";
    this.#input.setAttribute("role", "combobox");
    this.#input.setAttribute("aria-autocomplete", "list");
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.setAttribute("aria-controls", `${id}-list`);
    for (const name of ["aria-invalid", "aria-describedby", "aria-required", "aria-label"]) {
      const value = select.getAttribute(name);
      if (value) this.#input.setAttribute(name, value);
    }
    this.#input.disabled = select.disabled;
    this.#input.placeholder = select.options[0]?.value === "" && select.options[0].text !== "—" ? select.options[0].text : this.dataset.type ?? "";
    this.#list = document.createElement("ul");
    this.#list.id = `${id}-list`;
    this.#list.className = "k-lookup-list";
    this.#list.setAttribute("role", "listbox");
    this.#list.popover = "manual";
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[data-at]");
      if (option) this.#choose(Number(option.dataset.at));
    });
    this.#status = document.createElement("span");
    this.#status.className = "visually-hidden";
    this.#status.setAttribute("role", "status");
    for (const part of [this.#input, this.#list, this.#status]) part.dataset.made = "";
    // The label names what people type into.
    select.dataset.id = id;
    select.removeAttribute("id");
    this.#input.id = id;
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent?.trim();
    this.#list.setAttribute("aria-label", label || select.getAttribute("aria-label") || this.#input.placeholder);
    select.hidden = true;
    this.append(this.#input, this.#list, this.#status);
    if (select.multiple) this.#buildChips();
    this.#show();
  }

  #buildChips(): void {
    this.#chips = document.createElement("span");
    this.#chips.className = "k-lookup-chips";
    this.#chips.dataset.made = "";
    this.#chips.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (!button) return;
      this.#pick(button.value, false);
      this.#input.focus();
    });
    this.prepend(this.#chips);
  }

  /** The one that is chosen; of several none stands for the rest. */
  get #chosen(): HTMLOptionElement | undefined {
    if (this.#select.multiple) return undefined;
    const option = this.#select.selectedOptions[0];
    return option?.value ? option : undefined;
  }

  /** The input says what the select holds; of several the chips do. */
  #show(): void {
    this.#input.value = this.#chosen?.text ?? "";
    const template = document.getElementById("lookup-chip");
    if (!this.#chips || !(template instanceof HTMLTemplateElement)) return;
    this.#chips.replaceChildren(
      ...[...this.#select.selectedOptions].map((option) => {
        const chip = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
        const button = chip.querySelector("button")!;
        chip.querySelector("span")!.textContent = option.text;
        button.value = option.value;
        button.setAttribute("aria-label", button.getAttribute("aria-label")!.replace("{name}", option.text));
        return chip;
      }),
    );
  }

  /** Ask for what is typed; a click on the chosen record offers the first ones to choose anew. */
  #search(rest: number, anew = false): void {
    const words = anew && this.#input.value === (this.#chosen?.text ?? "") ? "" : this.#input.value.trim();
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
    const own = [...this.#select.options].map((option) => ({ id: option.value, text: option.text, note: "" }));
    if (!words) {
      this.#offer(own.filter((option) => option.id));
      return;
    }
    this.#timer = window.setTimeout(() => void this.#ask(words, own), rest);
  }

  async #ask(words: string, own: Result[]): Promise<void> {
    this.#asking = new AbortController();
    const url = `${this.dataset.src}?q=${encodeURIComponent(words)}`;
    try {
      const answer = await fetch(url, { signal: this.#asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = ((await answer.json()) as { results: Result[] }).results;
      // “me” and “(blank)” are no records: they are found by their words.
      const said = words.toLowerCase();
      const fixed = own.filter((one) => one.id && !/^\d+$/.test(one.id) && one.text.toLowerCase().includes(said));
      this.#offer([...fixed, ...found]);
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.#say(this.dataset.failed ?? "");
    }
  }

  #offer(found: Result[]): void {
    if (document.activeElement !== this.#input) return;
    const taken = new Set(this.#chips ? [...this.#select.selectedOptions].map((option) => option.value) : []);
    const results = found.filter((result) => !taken.has(result.id));
    this.#results = results;
    const chosen = this.#chosen?.value;
    this.#list.replaceChildren(
      ...results.map((result, at) => {
        const option = document.createElement("li");
        option.id = `${this.#list.id}-${at}`;
        option.dataset.at = String(at);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (result.id === chosen) option.dataset.chosen = "";
        option.append(result.text);
        if (result.note) {
          const note = document.createElement("small");
          note.textContent = result.note;
          option.append(note);
        }
        return option;
      }),
    );
    this.#mark(results.length && this.#input.value.trim() && this.#input.value !== this.#chosen?.text ? 0 : -1);
    if (results.length) {
      this.#open();
      this.#status.textContent = (this.dataset.found ?? "").replace("{count}", String(results.length));
    } else this.#say(this.dataset.none ?? "");
  }

  #say(sentence: string): void {
    const line = document.createElement("li");
    line.className = "k-lookup-none";
    line.setAttribute("role", "option");
    line.setAttribute("aria-disabled", "true");
    line.textContent = sentence;
    this.#results = [];
    this.#list.replaceChildren(line);
    this.#status.textContent = sentence;
    this.#mark(-1);
    this.#open();
  }

  #open(): void {
    if (!this.#list.matches(":popover-open")) this.#list.showPopover();
    this.#input.setAttribute("aria-expanded", "true");
    this.#place();
  }

  #close(): void {
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
    if (this.#list.matches(":popover-open")) this.#list.hidePopover();
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#at = -1;
  }

  #place = (): void => {
    if (!this.#list.matches(":popover-open")) return;
    const box = this.#input.getBoundingClientRect();
    const width = Math.min(Math.max(box.width, 240), innerWidth - 16);
    const below = innerHeight - box.bottom;
    const style = this.#list.style;
    style.width = `${width}px`;
    style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    const upwards = below < 200 && box.top > below;
    style.maxHeight = `${Math.min(288, (upwards ? box.top : below) - 12)}px`;
    style.top = upwards ? "auto" : `${box.bottom + 4}px`;
    style.bottom = upwards ? `${innerHeight - box.top + 4}px` : "auto";
  };

  #mark(at: number): void {
    this.#at = at;
    for (const option of this.#list.querySelectorAll<HTMLElement>("[data-at]")) {
      const marked = Number(option.dataset.at) === at;
      option.setAttribute("aria-selected", String(marked));
      if (!marked) continue;
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
    if (at < 0) this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const open = this.#list.matches(":popover-open");
    const last = [...this.#select.selectedOptions].at(-1);
    if (event.key === "Backspace" && this.#chips && !this.#input.value && last) this.#pick(last.value, false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.#results.length;
      if (!open) this.#search(0, true);
      else if (count) this.#mark(this.#at < 0 && step < 0 ? count - 1 : (this.#at + step + count) % count);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (this.#at >= 0) this.#choose(this.#at);
      else if (!this.#input.value.trim()) this.#leave();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.#show();
      this.#close();
    }
  }

  #choose(at: number): void {
    const result = this.#results[at];
    if (!result) return;
    if (![...this.#select.options].some((option) => option.value === result.id)) this.#select.add(new Option(result.text, result.id));
    if (this.#chips) this.#pick(result.id, true);
    else this.#set(result.id);
  }

  /** One of several joins or goes. */
  #pick(value: string, chosen: boolean): void {
    for (const option of this.#select.options) if (option.value === value) option.selected = chosen;
    this.#show();
    this.#close();
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #set(value: string): void {
    const before = this.#select.value;
    this.#select.value = value;
    this.#show();
    this.#close();
    if (this.#select.value !== before) this.#select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** An emptied input means no record, where the select allows that; other typing that chose nothing is taken back. */
  #leave(): void {
    const mayBeEmpty = [...this.#select.options].some((option) => option.value === "");
    if (!this.#input.value.trim() && this.#chosen && mayBeEmpty) this.#set("");
    this.#show();
    this.#close();
  }
}

customElements.define("kehu-lookup", KehuLookup);
