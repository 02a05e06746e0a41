/** The service worker with a network that lies: half a shell, another page's bytes, a newer version that never gets well. */

import { beforeEach, expect, test, vi } from "vitest";

const HOME = "https://sight.example/app/";
const SHELL = [
  ["/app/", "sha256-page"],
  ["/app/app-1.js", "sha256-script"],
] as const;

type Wait = { waitUntil(work: Promise<unknown>): void };
type Handler = (event: Wait & Record<string, unknown>) => void;

let handlers: Map<string, Handler>;
let shelves: Map<string, Map<string, Response>>;
let asked: [string, RequestInit | undefined][];
let network: (url: string, options?: RequestInit) => Promise<Response>;
let skipped = 0;
let imported: string[];
let canImport = true;

beforeEach(async () => {
  handlers = new Map();
  shelves = new Map();
  asked = [];
  skipped = 0;
  imported = [];
  canImport = true;
  network = async (url) => new Response(`bytes of ${url}`);
  vi.stubGlobal("SHELL", SHELL);
  vi.stubGlobal("SHELL_VERSION", "new");
  vi.stubGlobal("SENDER", "/app/closed-1.js");
  vi.stubGlobal("importScripts", (url: string) => {
    if (!canImport) throw new DOMException("failed to load", "NetworkError");
    imported.push(url);
  });
  vi.stubGlobal("caches", {
    open: async (name: string) => {
      const shelf = shelves.get(name) ?? new Map<string, Response>();
      shelves.set(name, shelf);
      return {
        put: async (url: string, reply: Response) => void shelf.set(url, reply),
        match: async (url: string) => shelf.get(url)?.clone(),
      };
    },
    keys: async () => [...shelves.keys()],
    delete: async (name: string) => shelves.delete(name),
  });
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => {
    asked.push([url, options]);
    return network(url, options);
  });
  vi.stubGlobal("self", {
    addEventListener: (name: string, handler: Handler) => handlers.set(name, handler),
    registration: { scope: HOME },
    clients: { claim: async () => undefined },
    skipWaiting: async () => {
      skipped += 1;
    },
  });
  vi.resetModules();
  // Named by a variable: the types of a worker are not those of a page.
  const worker = "../src/sw";
  await import(/* @vite-ignore */ worker);
});

async function play(name: string, event: Record<string, unknown> = {}): Promise<void> {
  const work: Promise<unknown>[] = [];
  handlers.get(name)?.({ ...event, waitUntil: (one) => work.push(one) });
  await Promise.all(work);
}

/** What the worker answers to a request, or null when it leaves it to the browser. */
async function answerTo(url: string, init: { method?: string; mode?: string } = {}): Promise<string | null> {
  const answers: Promise<Response>[] = [];
  const request = { url, method: "GET", mode: "cors", ...init };
  handlers.get("fetch")?.({
    request,
    waitUntil: () => undefined,
    respondWith: (reply: Promise<Response>) => answers.push(reply),
  });
  const [reply] = await Promise.all(answers);
  return reply === undefined ? null : reply.text();
}

test("the shell is fetched past every cache, by hash, and from nowhere else", async () => {
  await play("install");
  expect(asked.map(([url]) => url)).toEqual(SHELL.map(([url]) => url));
  for (const [at, [, options]] of asked.entries())
    expect(options).toMatchObject({
      cache: "reload",
      redirect: "error",
      credentials: "omit",
      integrity: SHELL[at]?.[1],
    });
  expect(await answerTo(`${HOME}app-1.js`)).toBe("bytes of /app/app-1.js");
  expect(await answerTo(`${HOME}anything/else`, { mode: "navigate" })).toBe("bytes of /app/");
});

test.each([
  ["a file that is missing", async () => new Response("", { status: 404 })],
  [
    "a hotel's page, which is another than its hash says, or sits behind a redirect",
    () => Promise.reject(new TypeError()),
  ],
])("%s fails the install loudly, and the old shell stays", async (_, fault) => {
  shelves.set("sightline-shell-old", new Map([["/app/", new Response("yesterday")]]));
  network = async (url) => (url === "/app/app-1.js" ? fault() : new Response("fine"));
  await expect(play("install")).rejects.toThrow();
  expect(shelves.has("sightline-shell-old")).toBe(true);
});

/** What the worker says when a page asks whether the whole shell is here. */
async function isKept(): Promise<unknown[]> {
  const said: unknown[] = [];
  await play("message", { data: "kept?", ports: [{ postMessage: (word: unknown) => said.push(word) }] });
  return said;
}

test("what the browser took out of the cache is fetched again by hash before the shell is called kept", async () => {
  await play("install");
  asked = [];
  expect([await isKept(), asked]).toEqual([[true], []]);
  shelves.get("sightline-shell-new")?.delete("/app/app-1.js");
  expect(await isKept()).toEqual([true]);
  expect(asked).toMatchObject([["/app/app-1.js", { cache: "reload", integrity: "sha256-script" }]]);
  shelves.clear();
  expect(await isKept()).toEqual([true]);
  expect([...(shelves.get("sightline-shell-new")?.keys() ?? [])]).toEqual(SHELL.map(([url]) => url));
});

test("a shell that cannot be fetched again is not called kept", async () => {
  await play("install");
  shelves.clear();
  network = () => Promise.reject(new TypeError());
  expect(await isKept()).toEqual([false]);
});

test("a new version waits to be told, and the old shell goes only after the new one has shown that it works", async () => {
  shelves.set("sightline-shell-old", new Map());
  shelves.set("somebody-elses", new Map());
  await play("install");
  await play("activate");
  expect(skipped).toBe(0);
  expect([...shelves.keys()]).toContain("sightline-shell-old");
  await play("message", { data: "activate" });
  expect(skipped).toBe(1);
  await play("message", { data: "healthy" });
  expect([...shelves.keys()].sort()).toEqual(["sightline-shell-new", "somebody-elses"]);
});

test("answers, the API and other hosts never pass through it", async () => {
  await play("install");
  for (const method of ["POST", "PUT", "DELETE"])
    expect(await answerTo(`${HOME}sync`, { method })).toBeNull();
  expect(await answerTo("https://sight.example/api/v1/inbox")).toBeNull();
  expect(await answerTo("https://other.example/app/")).toBeNull();
});

test("what sends while no page is open comes with the install, and is asked for by its name alone", async () => {
  const sendAll = vi.fn(async () => undefined);
  vi.stubGlobal("closed", { sendAll });
  await play("install");
  expect(imported).toEqual(["/app/closed-1.js"]);
  await play("sync", { tag: "another" });
  expect(sendAll).not.toHaveBeenCalled();
  await play("sync", { tag: "send" });
  expect(sendAll).toHaveBeenCalledTimes(1);
  canImport = false;
  await play("install");
});
