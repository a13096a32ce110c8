// What the company's own sites load: page views, downloads, ways out, forms and own events, sent to Kehu.
//
// Nothing is stored in the browser before consent where the site asks for it, and nothing is sent by a browser that
// asks not to be tracked, unless the site's line says otherwise. Pages loaded ahead count when they are shown.

type Values = Record<string, unknown>;
type Store = { v?: string; first?: Values; last?: Values };

const script = document.currentScript as HTMLScriptElement | null;
const door = script ? new URL("/e", script.src).href : "";
const site = script?.dataset.site ?? "";
const KEPT = "kehu";
const FILES = /\.(pdf|zip|docx?|xlsx?|pptx?|csv|dmg|exe|apk|mp4|epub)$/i;
const PARTS = ["source", "medium", "campaign", "content", "term"];

const asks = script?.dataset.consent === "ask";
const signals = script?.dataset.signals !== "off";
const privacy = navigator as Navigator & { globalPrivacyControl?: boolean };
const silent = signals && (navigator.doNotTrack === "1" || privacy.globalPrivacyControl === true);

// What is kept there was kept with consent: it holds on the next page, too.
let consented = !asks || agreed();
let memory: Store = {};
let waiting: Values[] = [];
let timer = 0;
let seen = "";
let token = "";

function agreed(): boolean {
  try {
    return localStorage.getItem("kehu") !== null;
  } catch {
    return false;
  }
}

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  // What begins with the time lies side by side in the database.
  return Date.now().toString(36).padStart(9, "0") + Array.from(bytes, (one) => one.toString(36).padStart(2, "0")).join("");
}

function load(): Store {
  if (!consented) return memory;
  try {
    memory = { ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Store), ...memory };
  } catch {
    // A browser that keeps nothing counts as new each time.
  }
  return memory;
}

function save(): void {
  if (!consented) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify(memory));
  } catch {
    // As above.
  }
}

function visitor(): string {
  load();
  memory.v ??= random();
  save();
  return memory.v;
}

function utm(): Values | undefined {
  const asked = new URLSearchParams(location.search);
  const found: Values = {};
  for (const part of PARTS) {
    const value = asked.get(`utm_${part}`);
    if (value) found[part] = value.slice(0, 200);
  }
  return Object.keys(found).length ? found : undefined;
}

function touch(): void {
  const from = utm();
  const outside = document.referrer && new URL(document.referrer).origin !== location.origin ? document.referrer : "";
  if (!from && !outside) return;
  load();
  const now = { utm: from, referrer: outside.slice(0, 500), page: location.href.slice(0, 500), at: Date.now() };
  memory.first ??= now;
  memory.last = now;
  save();
}

function send(): void {
  clearTimeout(timer);
  timer = 0;
  if (!waiting.length && !token) return;
  const call = { site, visitor: visitor(), sent: Date.now(), events: waiting.splice(0, 100), ...(token ? { identify: token } : {}) };
  token = "";
  const body = JSON.stringify(call);
  if (!navigator.sendBeacon?.(door, body)) {
    void fetch(door, { method: "POST", body, keepalive: true, credentials: "omit", mode: "cors" }).catch(() => undefined);
  }
  if (waiting.length) send();
}

function event(kind: string, more: Values = {}): void {
  if (silent || !door) return;
  const source = utm() ?? load().last?.utm;
  waiting.push({
    id: random(), kind, at: Date.now(), page: location.href.slice(0, 2000), title: document.title, ...more,
    ...(source ? { utm: pick(source as Values) } : {}),
  });
  timer ||= window.setTimeout(send, 500);
}

function pick(from: Values): Values {
  return Object.fromEntries(PARTS.slice(0, 3).filter((part) => from[part]).map((part) => [part, from[part]]));
}

function view(): void {
  if (location.href === seen) return;
  const referrer = seen || document.referrer;
  seen = location.href;
  touch();
  event("view", { referrer: referrer.slice(0, 2000) });
}

function clicked(happened: MouseEvent): void {
  const link = (happened.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
  if (!link || !/^https?:$/.test(link.protocol)) return;
  const properties = { address: link.href.slice(0, 500), text: (link.textContent ?? "").trim().slice(0, 100) };
  if (link.hasAttribute("download") || FILES.test(link.pathname)) event("download", { name: link.pathname.split("/").pop()?.slice(0, 100), properties });
  else if (link.origin !== location.origin) event("custom", { name: "outbound", properties });
}

function submitted(happened: SubmitEvent): void {
  const form = happened.target as HTMLFormElement;
  const name = form.getAttribute("name") || form.id || new URL(form.action, location.href).pathname;
  // What stands in the fields is none of our business.
  event("form", { name: name.slice(0, 100) });
}

function named(given: Values): void {
  const { kind, name, page, title, ...properties } = given as Values & { kind?: string };
  event(kind && kind !== "custom" ? kind : "custom", { name, ...(page ? { page } : {}), ...(title ? { title } : {}), properties });
}

function kehu(command: string, value?: unknown): unknown {
  if (command === "consent") {
    consented = value === true;
    if (consented) {
      visitor();
    } else {
      try {
        localStorage.removeItem(KEPT);
      } catch {
        // Nothing is kept there then.
      }
      memory = {};
    }
  } else if (command === "event") named((value ?? {}) as Values);
  else if (command === "identify" && !silent) {
    token = String((value as Values | undefined)?.token ?? "");
    send();
  } else if (command === "touches") return { visitor: silent ? "" : visitor(), first: load().first, last: load().last };
  return undefined;
}

function start(): void {
  for (const name of ["pushState", "replaceState"] as const) {
    const before = history[name].bind(history);
    history[name] = (state: unknown, unused: string, address?: string | URL | null) => {
      before(state, unused, address);
      setTimeout(view);
    };
  }
  addEventListener("popstate", () => setTimeout(view));
  addEventListener("hashchange", () => setTimeout(view));
  document.addEventListener("click", clicked, true);
  document.addEventListener("submit", submitted, true);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  addEventListener("pagehide", send);
  view();
}

type Page = Window & { kehu?: ((...given: [string, unknown?]) => unknown) & { q?: [string, unknown?][] } };
const early = (window as Page).kehu?.q ?? [];
(window as Page).kehu = kehu;
for (const given of early) kehu(...given);
const ahead = document as Document & { prerendering?: boolean };
if (!silent && door && site) {
  if (ahead.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
}

export {};
