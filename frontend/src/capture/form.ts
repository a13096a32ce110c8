// The form's own page. Works without: the script only solves the puzzle, stops a second click and tells its height.

const page = document.getElementById("kf");
const form = document.querySelector<HTMLFormElement>(".kf-form");
const framed = parent !== self;

if (page && framed) {
  new ResizeObserver(() => parent.postMessage({ height: document.documentElement.offsetHeight }, "*")).observe(page);
  const go = document.querySelector<HTMLAnchorElement>(".kf-go");
  if (go) parent.postMessage({ go: go.href }, "*");
}

async function solve(token: string, bits: number): Promise<string> {
  const text = new TextEncoder();
  for (let answer = 0; ; answer++) {
    const digest = await crypto.subtle.digest("SHA-256", text.encode(`${token}:${answer}`));
    if (new DataView(digest).getUint32(0) >>> (32 - bits) === 0) return String(answer);
  }
}

if (form) {
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | null;
  const proof = field("proof");
  const bits = Number(form.dataset.bits ?? 0);
  const solved = proof && bits && crypto.subtle ? solve(field("token")?.value ?? "", bits) : null;
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending) return event.preventDefault();
    sending = true;
    if (!proof || !solved || proof.value) return;
    event.preventDefault();
    void solved.then((answer) => {
      proof.value = answer;
      form.submit();
    });
  });
  // Back from the thank-you page: the form may be sent again.
  addEventListener("pageshow", () => (sending = false));
}
