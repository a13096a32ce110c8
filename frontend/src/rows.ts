// Rows by keyboard: j and k go down and up, Enter opens the record beside the list, o its own page, x selects, e edits.
import { isTyping } from "./chrome";
import { cellAt, editRow } from "./elements/inline";
import { isChosen, KehuPanel, listRows as rows } from "./elements/panel";

const panel = () => document.querySelector<KehuPanel>("kehu-panel");

function select(row: HTMLTableRowElement): void {
  for (const other of rows()) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
  if (panel()?.isOpen) panel()?.open(row.dataset.url!);
}

function move(step: number): HTMLTableRowElement | undefined {
  const all = rows();
  const at = all.findIndex(isChosen);
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  if (next) select(next);
  return next;
}

function walk(step: number): void {
  move(step)?.querySelector<HTMLElement>("a.k-title")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "j") walk(1);
  if (event.key === "k") walk(-1);
  const chosen = rows().find(isChosen);
  if (!chosen) return;
  if (event.key === "o") location.assign(chosen.dataset.url!);
  if (event.key === "x") chosen.querySelector<HTMLInputElement>("input[data-select]")?.click();
  if (event.key === "e" && editRow(chosen)) event.preventDefault();
});

// A click on a cell that can be changed waits for the second one, which changes it.
const TWICE = 250;
let waiting = 0;

// A plain click on a row's title opens the panel; with a modifier, or where the window is small, the page.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  window.clearTimeout(waiting);
  if (event.detail > 1 || (event.target as Element).closest("[data-editing]")) return;
  const row = (event.target as Element).closest<HTMLTableRowElement>("table[data-rows] tr[data-url]");
  const link = (event.target as Element).closest("a, button, input, label, summary");
  if (!row || (link && !link.matches("a.k-title")) || getSelection()?.toString()) return;
  const side = panel();
  if (!side || !KehuPanel.fits) {
    if (!link) location.assign(row.dataset.url!);
    return;
  }
  event.preventDefault();
  const beside = () => side.open(row.dataset.url!);
  if (!link && cellAt(event.target)) waiting = window.setTimeout(beside, TWICE);
  else beside();
});

// The panel's buttons go on without taking the focus from them.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-panel-step]");
  if (button && button.getAttribute("aria-disabled") !== "true") move(Number(button.dataset.panelStep));
});
