// The line on a foreign page: puts the form's page into a frame right after itself and keeps it as high as it is.
// No cookie and nothing stored; what the page's address tells of the visitor's way goes along.

const me = document.currentScript as HTMLScriptElement;
const base = me.src.replace(/\.js(\?.*)?$/, "");
const asked = new URLSearchParams({ embed: "1", page: location.href.split("#")[0] ?? "", referrer: document.referrer });
for (const [name, value] of new URLSearchParams(location.search)) {
  if (/^(utm_[a-z]+|variant|cta|region)$/.test(name)) asked.set(name, value);
}
for (const name of ["lang", "variant", "cta", "region"]) {
  const value = me.dataset[name];
  if (value) asked.set(name, value);
}
if (!asked.has("lang") && document.documentElement.lang) asked.set("lang", document.documentElement.lang);

const frame = document.createElement("iframe");
frame.src = `${base}?${asked}`;
frame.title = "KEHU_TITLE";
frame.style.cssText = "display:block;width:100%;height:28rem;border:0;color-scheme:normal";
me.after(frame);

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== new URL(base).origin) return;
  const { height, go } = (event.data ?? {}) as { height?: number; go?: string };
  if (typeof height === "number" && height > 0 && height < 20000) frame.style.height = `${Math.ceil(height)}px`;
  if (typeof go === "string" && /^https?:/.test(go)) location.href = go;
});
