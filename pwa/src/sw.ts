/** Serves the app shell from a cache of exactly the files of one build; answers and the API never pass through here.
 *  Where the browser calls for it, a script of its own sends what waits while no page is open. */

import { SEND } from "./core/background";

declare const self: ServiceWorkerGlobalScope;
declare const SHELL_VERSION: string;
/** The address of that script, and what it leaves here. */
declare const SENDER: string;
declare const closed: { sendAll(): Promise<void> };
declare const SHELL: readonly (readonly [url: string, integrity: string])[];

/** Not in TypeScript's library: only Chromium has it. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const PREFIX = "sightline-shell-";
const CACHE = PREFIX + SHELL_VERSION;

self.addEventListener("install", (event) => {
  // Any failure fails the install: half a shell is worse than yesterday's.
  event.waitUntil(fill());
  // What is not here by the end of the install never comes; without it only this is missing.
  try {
    importScripts(SENDER);
  } catch {}
});

self.addEventListener("sync", (called) => {
  const event = called as SyncEvent;
  if (event.tag !== SEND) return;
  importScripts(SENDER);
  event.waitUntil(closed.sendAll());
});

/** Brings what is not here yet, or not any more: a browser may empty the cache of a worker that stays. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    SHELL.map(async ([url, integrity]) => {
      if ((await cache.match(url)) !== undefined) return;
      const reply = await fetch(url, { cache: "reload", redirect: "error", credentials: "omit", integrity });
      if (!reply.ok) throw new Error(`${url} answered ${reply.status}`);
      await cache.put(url, reply);
    }),
  );
}

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("message", (event) => {
  if (event.data === "activate") event.waitUntil(self.skipWaiting());
  // The old shell stays until a page of the new one has shown that it works.
  if (event.data === "healthy") event.waitUntil(dropOthers());
  if (event.data === "kept?") event.waitUntil(tellKept(event.ports));
});

/** Says whether every file of this build is here, after bringing what was missing. */
async function tellKept([page]: readonly MessagePort[]): Promise<void> {
  const isKept = await fill().then(
    () => true,
    () => false,
  );
  page?.postMessage(isKept);
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname))
    return;
  event.respondWith(serve(request, request.mode === "navigate" ? scope.pathname : url.pathname));
});

async function serve(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
