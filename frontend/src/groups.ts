// Groups of a list open and close: the button's `aria-controls` names the cell that its records are fetched into.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-expand]");
  if (!button) return;
  const row = document.getElementById(button.getAttribute("aria-controls") ?? "")?.closest("tr");
  if (!row) return;
  row.hidden = !row.hidden;
  button.setAttribute("aria-expanded", String(!row.hidden));
});
