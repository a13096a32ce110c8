// Keys that work everywhere: ? says which there are, g and a letter go somewhere, n makes something new, e edits the
// record that is open, a assigns the selected rows. Those of a list's rows are in rows.ts.
import { isTyping } from "./chrome";

const WITHIN = 1500;
let goUntil = 0;

function press(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.offsetParent !== null);
  found?.click();
  return found !== undefined;
}

function assign(): void {
  if (press("kehu-selection:not([hidden]) [data-bulk='assign']")) return;
  document.querySelector<HTMLInputElement>("tr[aria-selected='true'] input[data-select]:not(:checked)")?.click();
  press("kehu-selection:not([hidden]) [data-bulk='assign']");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], details.k-menu[open]")) return;
  if (performance.now() < goUntil) {
    goUntil = 0;
    const place = document.querySelector<HTMLAnchorElement>(`#nav a[data-go="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      event.stopImmediatePropagation();
      location.assign(place.href);
    }
    return;
  }
  if (event.key === "g") goUntil = performance.now() + WITHIN;
  else if (event.key === "?") document.querySelector<HTMLDialogElement>("#keys")?.showModal();
  else if (event.key === "n") press("[data-new]");
  else if (event.key === "a") assign();
  else if (event.key === "e" && !document.querySelector("tr[aria-selected='true']")) press("[data-edit-record]");
});

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-keys]")) document.querySelector<HTMLDialogElement>("#keys")?.showModal();
});
