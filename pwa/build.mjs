// Builds the phone app into pwa/dist: the script and style sheet the first question needs, the parts that come later
// (reading back and sending; signing in; lines of a clarity form, gap lists, profiles), the page, the worker, words and icons.
// The same sources give the same bytes. The build fails when the first load grows beyond its budget.
// `node pwa/build.mjs [folder] [--table] [--any-size]`: another folder; with --table what the first script is made of; with
// --any-size a build that is no product (one with a mistake that a proof must see) may be a few bytes bigger.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { icon } from "./icons.mjs";

// Page, style and script, packed by Brotli: a little above what they are. With the inbox and forms of six people, and what
// stands above each reply, it is 8 KB more (`make bench ONLY=F1`).
const BUDGET_BYTES = 27_300;
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
// Another place may be named, so that a test does not pull the files from under a running server.
const dist = process.argv.slice(2).find((one) => !one.startsWith("--")) ?? join(here, "dist");

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

async function bundle(entry, define, format, globalName) {
  const result = await build({ ...OPTIONS, entryPoints: [join(here, entry)], format, define, globalName });
  return Buffer.from(result.outputFiles[0].contents);
}

// English rides in the scripts: it is the language everything falls back to. The addresses of the others are given as
// text, because the bundler puts an object into the first script whoever uses it.
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
  return JSON.stringify(JSON.stringify(urls));
}

// Every part may count on the whole of those before it; said to the bundler, that gives one file for each instead of
// one for each overlap. Not said in the sources, because a test of a later part must not start the app.
const MAIN = join(here, "src/main.tsx");
const LATER = join(here, "src/app/later.ts");
const COUNTS_ON = {
  "app/later.ts": [MAIN],
  "ui/sign-in.tsx": [MAIN, LATER],
  "ui/more/more.tsx": [MAIN, LATER],
};
const onTopOfFirst = {
  name: "on-top-of-first",
  setup: (builder) => {
    for (const [path, before] of Object.entries(COUNTS_ON))
      builder.onLoad({ filter: new RegExp(`/src/${path.replaceAll(".", "\\.")}$`) }, () => ({
        contents:
          text(join(here, "src", path)) + before.map((one) => `import ${JSON.stringify(one)};\n`).join(""),
        loader: path.endsWith("x") ? "tsx" : "ts",
      }));
  },
};

// The script of the first question, and the later parts.
async function scripts(define) {
  const result = await build({
    ...OPTIONS,
    entryPoints: [MAIN],
    entryNames: "entry",
    chunkNames: "part-[hash]",
    outdir: join(here, "out"),
    metafile: true,
    splitting: true,
    format: "esm",
    plugins: [onTopOfFirst],
    define,
  });
  const outputs = Object.entries(result.metafile.outputs);
  const [first, about] = outputs.find(([, { inputs }]) => inputs["pwa/src/main.tsx"]?.bytesInOutput > 0);
  // What is left of the entry only names the first file; the page names it itself.
  if (about.imports.some((one) => one.kind === "import-statement"))
    throw new Error("the first script is in pieces");
  for (const file of result.outputFiles)
    if (!file.path.endsWith("/entry.js")) put(basename(file.path), Buffer.from(file.contents));
  return { first: basename(first), inputs: about.inputs };
}

const style = await bundle("static/app.css", {}, undefined);
const styleName = `app-${short(style)}.css`;
put(styleName, style);
const laterStyle = await bundle("static/more.css", {}, undefined);
const laterStyleName = `more-${short(laterStyle)}.css`;
put(laterStyleName, laterStyle);

const { first: scriptName, inputs } = await scripts({
  APP_VERSION: JSON.stringify(version),
  CATALOGUES: catalogues("src/i18n", ""),
  MORE_CATALOGUES: catalogues("src/i18n/more", "more-"),
  SIGN_IN_CATALOGUES: catalogues("src/i18n/sign-in", "sign-in-"),
  MORE_CSS: JSON.stringify(`/app/${laterStyleName}`),
});
put(
  "index.html",
  text(join(here, "static/index.html")).replace("APP_CSS", styleName).replace("APP_JS", scriptName),
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
const sender = await bundle("src/send-closed.ts", { APP_VERSION: JSON.stringify(version) }, "iife", "closed");
const senderName = `closed-${short(sender)}.js`;
put(senderName, sender);
const worker = await bundle(
  "src/sw.ts",
  {
    SENDER: JSON.stringify(`/app/${senderName}`),
    SHELL: JSON.stringify(shell),
    SHELL_VERSION: JSON.stringify(shellVersion),
  },
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
  text(join(here, "static/card.html"))
    .replace("APP_CSS", styleName)
    .replace("MORE_CSS", laterStyleName)
    .replace("CARD_JS", cardName),
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

const br = (data) => brotliCompressSync(data).length;
const print = (name, plain, gzipped, brotli) =>
  console.log(
    `${name.padEnd(36)} ${plain.padStart(7)} B ${gzipped.padStart(7)} B gz ${brotli.padStart(7)} B br`,
  );
const printFile = (name) => {
  const data = files.get(name);
  print(name, String(data.length), String(gz(data)), String(br(data)));
};
const FIRST = ["index.html", scriptName, styleName];
const total = FIRST.reduce((sum, name) => sum + br(files.get(name)), 0);
for (const name of FIRST) printFile(name);
console.log(`first load: ${total} B br (limit ${BUDGET_BYTES}); later:`);
for (const name of files.keys()) if (/^(part|more)-/.test(name) && !FIRST.includes(name)) printFile(name);
if (process.argv.includes("--table")) {
  console.log("in the first script, before packing:");
  const modules = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  for (const [path, { bytesInOutput }] of modules)
    console.log(`${String(bytesInOutput).padStart(7)} B ${path}`);
}
if (total > BUDGET_BYTES && !process.argv.includes("--any-size")) {
  console.error(`the first load is ${total} bytes on the wire; the limit is ${BUDGET_BYTES}`);
  process.exit(1);
}
