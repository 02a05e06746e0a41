// Builds the phone app into pwa/dist: the script and style sheet the first question needs, the parts that come later
// (lines of a clarity form, gap lists, profiles), the page, the worker, words and icons.
// The same sources give the same bytes. The build fails when the shell grows beyond its budget.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { icon } from "./icons.mjs";

const BUDGET_BYTES = 40 * 1024;
const TARGET_BYTES = 25 * 1024;
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
// Another place may be named, so that a test does not pull the files from under a running server.
const dist = process.argv[2] ?? join(here, "dist");

const text = (path) => readFileSync(path, "utf8");
const digest = (data) => createHash("sha256").update(data);
const short = (data) => digest(data).digest("hex").slice(0, 10);
const integrity = (data) => `sha256-${digest(data).digest("base64")}`;
const gz = (data) => gzipSync(data, { level: 9 }).length;

const version = /^version = "([^"]+)"/m.exec(text(join(root, "pyproject.toml")))?.[1];
if (version === undefined) throw new Error("pyproject.toml names no version");

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "i18n"), { recursive: true });
const files = new Map();
const put = (name, data) => {
  files.set(name, Buffer.from(data));
  writeFileSync(join(dist, name), data);
};

const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  target: ["es2022", "safari15.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
  absWorkingDir: root,
};

async function bundle(entry, define, format) {
  const result = await build({ ...OPTIONS, entryPoints: [join(here, entry)], format, define });
  return Buffer.from(result.outputFiles[0].contents);
}

// English rides in the scripts: it is the language everything falls back to.
function catalogues(folder, prefix) {
  const urls = {};
  for (const file of readdirSync(join(here, folder)).sort()) {
    const locale = file.replace(".json", "");
    if (locale === "en" || !file.endsWith(".json")) continue;
    const data = JSON.stringify(JSON.parse(text(join(here, folder, file))));
    const name = `i18n/${prefix}${locale}-${short(data)}.json`;
    put(name, data);
    urls[locale] = `/app/${name}`;
  }
  return JSON.stringify(urls);
}

// The script of the first question, what it shares with the later part, and the later part itself.
async function scripts(define) {
  const result = await build({
    ...OPTIONS,
    entryPoints: { app: join(here, "src/main.tsx") },
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    outdir: join(here, "out"),
    metafile: true,
    splitting: true,
    format: "esm",
    define,
  });
  for (const file of result.outputFiles) put(basename(file.path), Buffer.from(file.contents));
  const outputs = Object.entries(result.metafile.outputs);
  const [entry, about] = outputs.find(([, output]) => output.entryPoint === "pwa/src/main.tsx");
  const shared = about.imports.filter((one) => one.kind === "import-statement");
  return { name: basename(entry), shared: shared.map((one) => basename(one.path)) };
}

const style = await bundle("static/app.css", {}, undefined);
const styleName = `app-${short(style)}.css`;
put(styleName, style);
const laterStyle = await bundle("static/more.css", {}, undefined);
const laterStyleName = `more-${short(laterStyle)}.css`;
put(laterStyleName, laterStyle);

const { name: scriptName, shared } = await scripts({
  APP_VERSION: JSON.stringify(version),
  CATALOGUES: catalogues("src/i18n", ""),
  MORE_CATALOGUES: catalogues("src/i18n/more", "more-"),
  MORE_CSS: JSON.stringify(`/app/${laterStyleName}`),
});
put(
  "index.html",
  text(join(here, "static/index.html"))
    .replace("APP_CSS", styleName)
    .replace("APP_JS", scriptName)
    .replace("APP_SHARED", shared.map((name) => `<link rel="modulepreload" href="/app/${name}">`).join("")),
);
put("manifest.webmanifest", JSON.stringify(JSON.parse(text(join(here, "static/manifest.webmanifest")))));
put("icon.svg", text(join(here, "static/icon.svg")));
for (const size of [180, 192, 512])
  put(`icon-${size}.png`, icon(size, { corner: size === 180 ? 0 : 112, scale: 1 }));
put("icon-maskable-512.png", icon(512, { corner: 0, scale: 0.78 }));

const SHELL_FILES = [...files.keys()].filter((name) => !/icon-(180|512|maskable)/.test(name));
const shell = SHELL_FILES.map((name) => [
  name === "index.html" ? "/app/" : `/app/${name}`,
  integrity(files.get(name)),
]);
const shellVersion = short(JSON.stringify(shell));
const worker = await bundle(
  "src/sw.ts",
  { SHELL: JSON.stringify(shell), SHELL_VERSION: JSON.stringify(shellVersion) },
  "iife",
);
put("sw.js", worker);
put("kill-sw.js", text(join(here, "static/kill-sw.js")));

// The page a printed card opens: seen once, always with network, so it is no part of the shell.
const cardScript = await bundle("src/claim/main.tsx", {}, "esm");
const cardName = `card-${short(cardScript)}.js`;
put(cardName, cardScript);
put(
  "card.html",
  text(join(here, "static/card.html")).replace("APP_CSS", styleName).replace("CARD_JS", cardName),
);

// Packed once here, so that a server need not pack on every request; small pictures gain nothing.
for (const [name, data] of files) {
  if (name.endsWith(".png")) continue;
  writeFileSync(join(dist, `${name}.gz`), gzipSync(data, { level: 9 }));
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(data));
}

const vendor = join(root, "server/static/vendor");
mkdirSync(vendor, { recursive: true });
cpSync(join(root, "node_modules/htmx.org/dist/htmx.min.js"), join(vendor, "htmx.min.js"));

const print = (name, size) =>
  console.log(
    `${name.padEnd(28)} ${String(files.get(name).length).padStart(7)} B  ${String(size).padStart(6)} B gz`,
  );
let total = 0;
let packed = 0;
for (const name of ["index.html", scriptName, ...shared, styleName]) {
  const size = gz(files.get(name));
  total += size;
  packed += brotliCompressSync(files.get(name)).length;
  print(name, size);
}
console.log(
  `${"shell".padEnd(28)} ${" ".repeat(9)}  ${String(total).padStart(6)} B gz, ${packed} B br (target ${TARGET_BYTES}, limit ${BUDGET_BYTES})`,
);
for (const name of files.keys()) {
  const isLater = /^(part|more)-.*\.(js|css)$/.test(name) && !shared.includes(name);
  if (isLater) print(name, gz(files.get(name)));
}
if (total > BUDGET_BYTES) {
  console.error(`the shell is ${total} bytes on the wire; the limit is ${BUDGET_BYTES}`);
  process.exit(1);
}
