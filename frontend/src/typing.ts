// What is typed while an answer is on its way stays: inside [data-keep-typing] a text that has changed since the request
// was sent is put into the control of the same id that the answer brings. htmx itself keeps the keyboard's place by id.
type Texts = Map<string, string>;

const sent = new WeakMap<XMLHttpRequest, Texts>();
const typed = new WeakMap<XMLHttpRequest, Texts>();

function detailOf(event: Event): { target: Element; xhr: XMLHttpRequest; requestConfig: { triggeringEvent?: Event } } {
  return (event as CustomEvent).detail;
}

function texts(place: Element): Texts {
  const controls = place.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    "textarea[id], input[id]:not([type=hidden], [type=checkbox], [type=radio])",
  );
  return new Map([...controls].map((control) => [control.id, control.value]));
}

/** Taking a part away moves the others up: an id means another control then. */
function moves(event: Event): boolean {
  const button = (detailOf(event).requestConfig.triggeringEvent as SubmitEvent | undefined)?.submitter;
  return button instanceof HTMLButtonElement && button.value.startsWith("remove:");
}

document.addEventListener("htmx:beforeSend", (event) => {
  const { target, xhr } = detailOf(event);
  if (target.closest("[data-keep-typing]") && !moves(event)) sent.set(xhr, texts(target));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = detailOf(event);
  const before = sent.get(xhr);
  if (before) typed.set(xhr, new Map([...texts(target)].filter(([id, text]) => before.has(id) && before.get(id) !== text)));
});

document.addEventListener("htmx:afterSwap", (event) => {
  for (const [id, text] of typed.get(detailOf(event).xhr) ?? []) {
    const control = document.getElementById(id);
    if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) control.value = text;
  }
});
