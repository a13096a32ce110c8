// Bundles the front end into the static files of the shell.
//
// Entries: frontend/src/kehu.ts and frontend/src/kehu.css. A dynamic import() becomes a file of its own, loaded on use.
// Icons: every quoted word in templates and Python files that names a Tabler outline icon goes into one SVG sprite,
// so {% icon "users" %} or icon="users" is all there is to do.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "src/kehu/shell/static/kehu");
const icons = join(root, "node_modules/@tabler/icons/icons");

async function bundle() {
  const entries = ["kehu.ts", "kehu.css"].map((name) => join(root, "frontend/src", name)).filter(existsSync);
  await esbuild.build({
    entryPoints: entries,
    outdir: output,
    entryNames: "[name]",
    chunkNames: "part-[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "linked",
    loader: { ".woff2": "file", ".woff": "file", ".svg": "dataurl", ".png": "dataurl" },
    logLevel: "warning",
  });
}

// What other sites load has a ceiling; one file without modules, as old browsers take it.
async function siteScript() {
  const outfile = join(output, "site.js");
  await esbuild.build({
    entryPoints: [join(root, "frontend/src/site/site.ts")], outfile, bundle: true, format: "iife", target: "es2019",
    minify: true, legalComments: "none", logLevel: "warning",
  });
  const size = gzipSync(readFileSync(outfile)).length;
  if (size >= 4096) throw new Error(`site.js has ${size} bytes gzipped; it must stay below 4,096`);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "tests", "migrations", "__pycache__", "locale"].includes(entry.name)) yield* filesBelow(path);
    } else if (/\.(html|svg|py|ts)$/.test(entry.name)) {
      yield path;
    }
  }
}

function iconsInUse() {
  const words = new Set();
  for (const folder of ["src/kehu", "frontend/src"]) {
    for (const path of filesBelow(join(root, folder))) {
      for (const [, word] of readFileSync(path, "utf8").matchAll(/["'`]([a-z][a-z0-9-]*)["'`]/g)) words.add(word);
    }
  }
  return [...words].sort().filter((word) => existsSync(join(icons, "outline", `${word}.svg`)));
}

function sprite() {
  const symbols = iconsInUse().map((name) => {
    const drawing = readFileSync(join(icons, "outline", `${name}.svg`), "utf8")
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s*\n\s*/g, "");
    const stroke = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${drawing}</symbol>`;
  });
  writeFileSync(join(output, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
  return symbols.length;
}

// What strangers' browsers load: a script for their pages and the form's own page, small and without modules.
async function forms() {
  await esbuild.build({
    entryPoints: ["embed.ts", "form.ts", "form.css"].map((name) => join(root, "frontend/src/capture", name)),
    outdir: output,
    bundle: true,
    format: "iife",
    target: "es2020",
    minify: true,
    logLevel: "warning",
  });
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await bundle();
await siteScript();
await forms();
const count = sprite();
console.log(`front end built: ${readdirSync(output).filter((name) => /\.(js|css)$/.test(name)).join(", ")}; ${count} icons`);
