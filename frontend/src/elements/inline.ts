// A cell of a list changed where it stands: a double click, or `e` on a row. The heading of a column says in `data-edit`
// which field it shows and may change. Enter saves, Escape leaves, Tab saves and goes on to the next such cell.
import { showTemplate } from "../requests";

const ROWS = "table[data-rows] tbody tr[data-id]";
let open: Editing | null = null;
let opening = false;

/** The path that a cell may change; nothing where its column may not be changed. */
function pathOf(cell: HTMLTableCellElement): string | undefined {
  return cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex]?.dataset.edit;
}

export function cellAt(target: EventTarget | null): HTMLTableCellElement | null {
  const cell = (target as Element).closest<HTMLTableCellElement>("td, th");
  return cell?.closest(ROWS) && pathOf(cell) ? cell : null;
}

export function editRow(row: HTMLTableRowElement): boolean {
  const cell = [...row.cells].find(pathOf);
  if (cell) void edit(cell);
  return Boolean(cell);
}

/** The control, or what came of a value that was sent; nothing where the answer is neither, which a toast has told. */
async function ask(url: URL, body?: FormData): Promise<{ status: number; page: Document } | null> {
  const init: RequestInit = { credentials: "same-origin", ...(body ? { method: "POST", body } : {}) };
  const answer = await fetch(url, init).catch(() => null);
  if (!answer) {
    showTemplate("toast-offline");
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok || page.querySelector("form[data-cell]")) return { status: answer.status, page };
  showTemplate("toast-failed", page.querySelector("[data-sentence]")?.textContent);
  return null;
}

/** An address of a row's record that answers with the row as this list shows it. */
function addressOf(row: HTMLTableRowElement, part: string): URL {
  const url = new URL(`${row.dataset.url}/${part}`, location.href);
  url.searchParams.set("list", location.search.slice(1));
  if (row.querySelector("input[data-select]")) url.searchParams.set("pick", "1");
  return url;
}

/** Puts the row of an answer in a row's place, chosen and selected as it was; none takes the row away. */
function replaceRow(row: HTMLTableRowElement, page: Document): HTMLTableRowElement | null {
  const fresh = page.querySelector<HTMLTableRowElement>("tr[data-id]");
  if (!fresh) {
    row.remove();
    return null;
  }
  for (const name of ["aria-selected", "data-selected"]) if (row.hasAttribute(name)) fresh.setAttribute(name, row.getAttribute(name)!);
  const [old, box] = [row, fresh].map((one) => one.querySelector<HTMLInputElement>("input[data-select]"));
  if (old && box) box.checked = old.checked;
  row.replaceWith(fresh);
  return fresh;
}

/** A row whose record was changed elsewhere, as it is now. */
export async function freshRow(row: HTMLTableRowElement): Promise<void> {
  const answer = await fetch(addressOf(row, "row"), { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) replaceRow(row, new DOMParser().parseFromString(await answer.text(), "text/html"));
}

class Editing {
  #cell: HTMLTableCellElement;
  #before: ChildNode[];
  #url: URL;
  #sent = "";
  #busy = false;

  constructor(cell: HTMLTableCellElement) {
    this.#cell = cell;
    this.#before = [...cell.childNodes];
    this.#url = addressOf(this.#row, `cell/${pathOf(cell)}`);
  }

  get #row(): HTMLTableRowElement {
    return this.#cell.closest("tr")!;
  }

  get #form(): HTMLFormElement {
    return this.#cell.querySelector<HTMLFormElement>("form[data-cell]")!;
  }

  get #values(): string {
    return JSON.stringify([...new FormData(this.#form)].map(([name, value]) => [name, String(value)]));
  }

  holds(cell: Element): boolean {
    return cell === this.#cell;
  }

  async start(): Promise<boolean> {
    const answer = await ask(this.#url);
    if (!answer) return false;
    this.#show(answer.page);
    this.#sent = this.#values;
    return true;
  }

  #show(page: Document): void {
    const form = document.adoptNode(page.querySelector<HTMLFormElement>("form[data-cell]")!);
    this.#cell.replaceChildren(form);
    this.#cell.setAttribute("data-editing", "");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    form.addEventListener("keydown", (event) => this.#key(event));
    const control = [...form.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea")];
    control.find((one) => one.offsetParent)?.focus();
  }

  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.defaultPrevented || event.isComposing) return;
    const text = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Escape") this.leave(true);
    else if (event.key === "Enter" && !(text && event.shiftKey)) void this.save();
    else if (event.key === "Tab") void this.save(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  leave(back = false): void {
    this.#cell.replaceChildren(...this.#before);
    this.#cell.removeAttribute("data-editing");
    open = null;
    if (back) this.#row.querySelector<HTMLElement>("a.k-title")?.focus();
  }

  /** Saves what was changed; with a step it goes on to another cell. False where the control stays with its sentence. */
  async save(step = 0): Promise<boolean> {
    if (this.#busy) return false;
    const row = this.#row;
    const index = this.#cell.cellIndex;
    if (this.#values === this.#sent) {
      this.leave(step === 0);
      if (step) next(row, index, step);
      return true;
    }
    this.#busy = true;
    const answer = await ask(this.#url, new FormData(this.#form));
    this.#busy = false;
    if (!answer) return false;
    if (answer.page.querySelector("form[data-cell]")) {
      this.#show(answer.page);
      this.#sent = "";
      return false;
    }
    open = null;
    document.getElementById("toasts")?.append(...answer.page.querySelectorAll("#toasts > *"));
    const fresh = replaceRow(row, answer.page);
    if (!fresh) return true;
    if (step) next(fresh, index, step);
    else fresh.querySelector<HTMLElement>("a.k-title")?.focus({ preventScroll: true });
    return true;
  }
}

function next(row: HTMLTableRowElement, index: number, step: number): void {
  const cells = [...row.cells];
  const rest = step > 0 ? cells.slice(index + 1) : cells.slice(0, index).reverse();
  const cell = rest.find(pathOf);
  if (cell) void edit(cell);
  else row.querySelector<HTMLElement>("a.k-title")?.focus();
}

async function edit(cell: HTMLTableCellElement): Promise<void> {
  if (opening || open?.holds(cell)) return;
  if (open && !(await open.save())) return;
  if (!cell.isConnected) return;
  const editing = new Editing(cell);
  open = editing;
  opening = true;
  const begun = await editing.start().finally(() => (opening = false));
  if (!begun) open = null;
}

document.addEventListener("dblclick", (event) => {
  const cell = cellAt(event.target);
  if (!cell || (event.target as Element).closest("a, button, input, label, select, textarea")) return;
  getSelection()?.removeAllRanges();
  void edit(cell);
});
