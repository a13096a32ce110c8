// The card of a record's files: takes what is dropped on it or chosen, sends each with its progress, and puts the
// card that comes back in its place. Texts stand in the element's data; without script the form sends by itself.
import htmx from "htmx.org";
import { csrfToken, showTemplate } from "../requests";

class KehuFiles extends HTMLElement {
  #waiting = 0;
  #depth = 0;

  get #form(): HTMLFormElement | null {
    return this.querySelector("form.k-drop");
  }

  connectedCallback(): void {
    if (!this.dataset.url) return;
    this.setAttribute("data-live", "");
    this.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "file") this.#send(event.target.files);
    });
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.#drag(event as DragEvent));
    }
  }

  #drag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "dragenter") this.#depth++;
    if (event.type === "dragleave") this.#depth--;
    if (event.type === "drop") {
      this.#depth = 0;
      this.#send(event.dataTransfer.files);
    }
    this.toggleAttribute("data-over", this.#depth > 0);
  }

  #send(files: FileList | null | undefined): void {
    for (const file of files ?? []) {
      if (file.size > Number(this.dataset.most) * 1024 * 1024) {
        showTemplate("toast-failed", `${file.name}: ${this.dataset.tooLarge ?? ""}`);
      } else {
        this.#sendOne(file);
      }
    }
  }

  #sendOne(file: File): void {
    const line = this.querySelector<HTMLTemplateElement>("template[data-progress]")!.content.cloneNode(true) as DocumentFragment;
    const item = line.querySelector("li")!;
    const bar = line.querySelector("progress")!;
    item.querySelector("span")!.textContent = file.name;
    bar.setAttribute("aria-label", `${this.dataset.sending ?? ""} ${file.name}`);
    this.#form?.querySelector(".k-sending")?.append(line);
    const body = new FormData();
    body.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", this.dataset.url ?? "");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    this.#waiting++;
    request.addEventListener("loadend", () => {
      this.#waiting--;
      item.remove();
      if (request.status === 200) this.#arrived(request.responseText);
      else showTemplate(request.status ? "toast-failed" : "toast-offline");
    });
    request.send(body);
  }

  #arrived(html: string): void {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const toast of answer.querySelectorAll("kehu-toast")) document.getElementById("toasts")?.append(toast);
    // The card is drawn anew when the last one is there: bars of the others would go with it.
    const fresh = answer.querySelector("kehu-files");
    if (this.#waiting || !fresh) return;
    htmx.process(fresh);
    this.replaceWith(fresh);
    htmx.trigger(document.body, "kehu:files");
  }
}

customElements.define("kehu-files", KehuFiles);
