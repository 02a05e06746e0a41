// Bundles the simulated phone over the sources of the app (or over a changed copy of them) and plays what it is told:
// `node main.mjs '{"first": 1, "count": 100, ...}' [SOURCES]`. Questions to the server go out as lines of JSON.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const product = join(here, "../../src");
const sources = resolve(process.argv[3] ?? product);

const elsewhere = {
  name: "other sources",
  setup({ onResolve }) {
    onResolve({ filter: /^idb$/ }, () => ({ path: join(here, "idb.ts") }));
    onResolve({ filter: /^\.\.\/\.\.\/src\// }, ({ path }) => ({
      path: `${join(sources, relative(product, join(here, path)))}.ts`,
    }));
  },
};

const bundle = await build({
  entryPoints: [join(here, "run.ts")],
  bundle: true,
  write: false,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  plugins: [elsewhere],
});
const folder = mkdtempSync(join(tmpdir(), "sightline-sim-"));
const file = join(folder, "run.mjs");
writeFileSync(file, bundle.outputFiles[0].contents);
const { run } = await import(pathToFileURL(file));
rmSync(folder, { recursive: true });

const waiting = [];
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => waiting.shift()(JSON.parse(line)));
const pipe = (questions) =>
  new Promise((done) => {
    waiting.push(done);
    process.stdout.write(`${JSON.stringify(questions)}\n`);
  });
const setImmediately = setImmediate;
const drain = () => new Promise((done) => setImmediately(done));
const onUnhandled = (listener) => process.on("unhandledRejection", listener);
const clock = () => performance.now();

const report = await run(JSON.parse(process.argv[2]), { pipe, drain, clock, onUnhandled });
process.stdout.write(`${JSON.stringify({ report })}\n`);
lines.close();
