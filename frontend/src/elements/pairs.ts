// Duplicates by keyboard. In the queue j and k go down and up, and the pair that has the focus (or else the first) is
// kept apart by n and compared by m; on the comparison n and m press the buttons that name them.
import { isTyping } from "../chrome";

const pairs = () => [...document.querySelectorAll<HTMLElement>("[data-pairs] > [data-pair]")];
const free = () => !document.querySelector("dialog[open], details.k-menu[open], kehu-panel[data-open]");

// A radio button takes no text: the keys work while one of them has the focus.
const writes = (event: KeyboardEvent) => isTyping(event) && (event.target as HTMLInputElement).type !== "radio";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || writes(event) || !free()) return;
  const button = document.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
    return;
  }
  const all = pairs();
  if (!all.length) return;
  const at = all.findIndex((pair) => pair.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    const next = at < 0 ? 0 : at + (event.key === "j" ? 1 : -1);
    all[Math.max(0, Math.min(all.length - 1, next))]!.focus();
    return;
  }
  const chosen = all[Math.max(0, at)]!.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
  if (!chosen) return;
  event.preventDefault();
  chosen.click();
});
