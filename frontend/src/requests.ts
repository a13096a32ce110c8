// How htmx asks and what becomes of an answer. The rest of its settings stand in the page's htmx-config.
import htmx from "htmx.org";

const swaps: Record<string, string> = { toast: "beforeend" };

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Shows one of the page's ready-made toasts (`<template id="…">`); a sentence of the server's takes its text's place. */
export function showTemplate(id: string, sentence?: string | null): void {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) return;
  const toast = template.content.cloneNode(true) as DocumentFragment;
  if (sentence) toast.querySelector("p")!.textContent = sentence;
  document.getElementById("toasts")?.append(toast);
}

document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent).detail;
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
});

// A refusal comes as a toast, a form with errors as the form: both are shown. Anything else that failed
// leaves the page as it is and says so.
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent).detail;
  const status: number = detail.xhr.status;
  if (status < 400) return;
  const body = String(detail.serverResponse ?? "").trimStart();
  if (body.startsWith("<kehu-toast")) {
    detail.target = document.getElementById("toasts");
    detail.swapOverride = swaps.toast;
    detail.shouldSwap = true;
    detail.isError = false;
  } else if (status === 422) {
    detail.shouldSwap = true;
    detail.isError = false;
  } else {
    detail.shouldSwap = false;
    showTemplate("toast-failed");
  }
});

document.addEventListener("htmx:sendError", () => showTemplate("toast-offline"));

export { htmx };
