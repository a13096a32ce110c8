// Rules of a form's fields (`data-rules`): one is there, or needed, only where another says so. The server asks the
// same again when the form comes; this shows it while one types.
type Rule = { path: string; effect: string; when: string; op: string; value: string };

function inputs(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return [...form.elements].filter((one) => (one as HTMLInputElement).name === name) as HTMLInputElement[];
}

/** What a field holds, as the server compares it: yes and no as words, several choices each by itself. */
function words(found: HTMLInputElement[]): string[] {
  if (found.length === 1 && found[0].type === "checkbox" && found[0].value === "on") return [found[0].checked ? "yes" : "no"];
  const chosen = found.filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked);
  return chosen.map((one) => one.value.trim()).filter(Boolean);
}

function holds(rule: Rule, given: string[]): boolean {
  if (rule.op === "empty") return given.length === 0;
  if (rule.op === "not_empty") return given.length > 0;
  if (rule.op === "eq") return given.includes(rule.value);
  if (rule.op === "ne") return !given.includes(rule.value);
  if (given.length === 0) return false;
  const [left, right] = [Number(given[0].replaceAll(",", "")), Number(rule.value)];
  const numbers = !Number.isNaN(left) && !Number.isNaN(right);
  if (rule.op === "gte") return numbers ? left >= right : given[0] >= rule.value;
  return numbers ? left <= right : given[0] <= rule.value;
}

function follow(form: HTMLFormElement): void {
  const rules = JSON.parse(form.dataset.rules ?? "[]") as Rule[];
  const answered = rules.filter((rule) => inputs(form, rule.when).length > 0);
  for (const path of new Set(answered.map((rule) => rule.path))) {
    const field = inputs(form, path)[0]?.closest<HTMLElement>(".k-field");
    if (!field) continue;
    const of = (effect: string) => answered.filter((rule) => rule.path === path && rule.effect === effect);
    const asked = (rule: Rule) => holds(rule, words(inputs(form, rule.when)));
    if (of("visible").length) field.hidden = !of("visible").some(asked);
    if (of("required").length) {
      const needed = of("required").some(asked);
      field.toggleAttribute("data-needed", needed);
      for (const input of inputs(form, path)) input.setAttribute("aria-required", String(needed));
    }
  }
  // A group of which nothing is left says nothing.
  for (const group of form.querySelectorAll<HTMLElement>("fieldset.k-form-section"))
    group.hidden = !group.querySelector(".k-field:not([hidden])");
}

function all(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-rules]")) follow(form);
}

for (const kind of ["input", "change"])
  document.addEventListener(kind, (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-rules]");
    if (form) follow(form);
  });
document.addEventListener("htmx:load", all);
all();
