// On a phone a menu opens from the foot of the screen, above everything: where it stands, its list would be cut off
// by whatever scrolls or hides around it. What lies behind is closed to touch until the sheet is gone.
const phone = matchMedia("(max-width: 600px)");

function listOf(menu: HTMLDetailsElement): HTMLElement | null {
  return menu.querySelector<HTMLElement>(":scope > .k-menu-list");
}

function follow(menu: HTMLDetailsElement): void {
  const list = listOf(menu);
  if (!list) return;
  const shown = list.hasAttribute("popover") && list.matches(":popover-open");
  if (menu.open && phone.matches && !shown) {
    const summary = menu.querySelector("summary");
    const named = summary?.querySelector(".visually-hidden") ?? summary;
    list.dataset.title = summary?.getAttribute("aria-label") ?? named?.textContent?.replace(/\s+/g, " ").trim() ?? "";
    list.popover = "manual";
    list.showPopover();
  } else if (shown && !(menu.open && phone.matches)) {
    list.hidePopover();
    list.removeAttribute("popover");
  }
}

document.addEventListener("toggle", (event) => {
  if (event.target instanceof HTMLDetailsElement && event.target.matches(".k-menu")) follow(event.target);
}, true);

// What htmx fills anew inside an open menu is a sheet at once; turning the phone makes it a menu again.
function all(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.k-menu[open]")) follow(menu);
}
document.addEventListener("htmx:afterSettle", all);
phone.addEventListener("change", all);

document.addEventListener("click", (event) => {
  const sheet = document.querySelector<HTMLElement>(".k-menu-list:popover-open");
  if (!sheet) return;
  const menu = sheet.closest<HTMLDetailsElement>("details")!;
  if (sheet.contains(event.target as Node)) {
    // The palette takes its place: what it presses for the user is no touch beside the sheet.
    if ((event.target as Element).closest("[data-palette-open]")) menu.open = false;
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary")?.focus();
}, true);

export {};
