// Questions before what cannot be taken back: `data-confirm` on a form or button, hx-confirm on anything of htmx.
const dialog = () => document.getElementById("confirm") as HTMLDialogElement | null;

function ask(question: string, word?: string, form?: HTMLElement): Promise<boolean> {
  const box = dialog();
  if (!box) return Promise.resolve(window.confirm(question));
  box.querySelector("[data-question]")!.textContent = question;
  const yes = box.querySelector<HTMLButtonElement>('button[value="yes"]')!;
  yes.dataset.word ??= yes.textContent ?? "";
  yes.textContent = word ?? yes.dataset.word;
  // What is taken away is asked for in red, with what goes along.
  const danger = form?.dataset.danger !== undefined;
  yes.classList.toggle("btn-red", danger);
  yes.classList.toggle("btn-primary", !danger);
  const along = box.querySelector<HTMLElement>("p[data-along]")!;
  along.textContent = form?.dataset.along ?? "";
  along.hidden = !along.textContent;
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("htmx:confirm", (event) => {
  const detail = (event as CustomEvent).detail;
  if (!detail.question) return;
  event.preventDefault();
  void ask(detail.question).then((yes) => yes && detail.issueRequest(true));
});

const agreed = new WeakSet<HTMLFormElement>();

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask(question, submitter?.textContent?.trim(), form).then((yes) => {
    if (!yes) return;
    agreed.add(form);
    form.requestSubmit(submitter ?? undefined);
  });
}, true);

// <button data-dialog="id"> opens a dialog of the page; a button inside with value="cancel" closes it.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) (document.getElementById(opener.dataset.dialog ?? "") as HTMLDialogElement | null)?.showModal();
  if (target instanceof HTMLDialogElement && target.matches(".k-dialog, .k-palette")) target.close();
});
