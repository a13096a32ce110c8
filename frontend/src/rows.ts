// Rows by keyboard: j and k go down and up, Enter opens the record beside the list, o its own page, x selects, e edits.
import { isTyping } from "./chrome";
import { cellAt, editRow } from "./elements/inline";
import type { KehuPanel } from "./elements/panel";

const rows = () => [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr[data-url]")];
const panel = () => document.querySelector<KehuPanel>("kehu-panel");

function select(row: HTMLTableRowElement): void {
  for (const other of rows()) other.removeAttribute("aria-selected");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector<HTMLElement>("a.k-title")?.focus({ preventScroll: true });
  if (panel()?.isOpen) panel()?.open(row.dataset.url!);
}

function move(step: number): void {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  select(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]!);
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "j") move(1);
  if (event.key === "k") move(-1);
  const chosen = rows().find((row) => row.getAttribute("aria-selected") === "true");
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
  if (!side || innerWidth < 900) {
    if (!link) location.assign(row.dataset.url!);
    return;
  }
  event.preventDefault();
  const beside = () => openBeside(row, side);
  if (!link && cellAt(event.target)) waiting = window.setTimeout(beside, TWICE);
  else beside();
});

function openBeside(row: HTMLTableRowElement, side: KehuPanel): void {
  for (const other of rows()) other.toggleAttribute("aria-selected", false);
  row.setAttribute("aria-selected", "true");
  side.open(row.dataset.url!);
}
