// What is done in the panel stays beside the list: the record's own forms open and are sent within it, and its row in
// the list is fresh afterwards.
import htmx from "htmx.org";
import { freshRow } from "./inline";
import { listRows, isChosen } from "./panel";

const SWAP = "innerHTML scroll:top";
const body = (inside: EventTarget | null) => (inside as Element | null)?.closest?.<HTMLElement>("#panel-body") ?? null;
let shown = "";

/** What an address of the record that is shown asks for: "" is its page; nothing where it leads away from it. */
function within(address: string | null): string | undefined {
  const url = new URL(address ?? "", location.href);
  if (!shown || url.origin !== location.origin || !`${url.pathname}/`.startsWith(`${shown}/`)) return undefined;
  return url.pathname.slice(shown.length);
}

document.addEventListener("htmx:afterSwap", (event) => {
  const record = body(event.target)?.querySelector<HTMLElement>("#record[data-url]");
  if (record) shown = record.dataset.url!;
});

// Its form, the question of a button, and the way back from either.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link = (event.target as Element).closest<HTMLAnchorElement>(":is(.k-page-actions, .k-form-foot) a[href]");
  const place = body(link);
  if (!link || !place || !/^$|^\/edit$|^\/do\/[\w-]+$/.test(within(link.href) ?? "-")) return;
  event.preventDefault();
  void htmx.ajax("get", link.href, { target: place, swap: SWAP });
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const place = body(form);
  const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  if (!place || event.defaultPrevented || form.getAttribute("method") !== "post" || within(address) === undefined) return;
  event.preventDefault();
  const values = new FormData(form, submitter);
  values.set("stay", "1");
  void htmx.ajax("post", address!, { source: form, target: place, swap: SWAP, values });
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { target, successful, requestConfig } = (event as CustomEvent).detail;
  // A warning that comes while somebody types is posted too, but not by a form.
  if (!successful || requestConfig?.verb !== "post" || !(requestConfig.elt instanceof HTMLFormElement)) return;
  if (!body(target) && !body(event.target)) return;
  const row = listRows().find(isChosen);
  if (row) void freshRow(row);
});
