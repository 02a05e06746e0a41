/** The service worker seen from the page: register, take a new version only when nobody is in the middle of something. */

import type { App } from "./app";

const HOURLY_MS = 3_600_000;

export async function watchShell(app: App): Promise<void> {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  const isControlled = navigator.serviceWorker.controller !== null;
  const registration = await navigator.serviceWorker
    .register("sw.js", { scope: "./", updateViaCache: "none" })
    .catch(() => null);
  if (registration === null) return;
  void navigator.serviceWorker.ready.then(async ({ active }) => {
    if (active !== null && (await isKeptBy(active))) app.shellKept();
  });
  takeVersions(app, registration, isControlled);
  navigator.serviceWorker.controller?.postMessage("healthy");
  const update = () => void registration.update().catch(() => undefined);
  setInterval(update, HOURLY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") update();
  });
}

/** At a cold start, and later only from the list with nothing unsent: never under somebody's thumb. */
function takeVersions(app: App, registration: ServiceWorkerRegistration, wasControlled: boolean): void {
  let isControlled = wasControlled;
  let isReplaced = false;
  let isWanted = false;
  let isReloading = false;
  let isOffered = false;
  const reload = () => {
    if (isReloading) return;
    isReloading = true;
    location.reload();
  };
  const activate = () => registration.waiting?.postMessage("activate");
  const load = () => {
    isWanted = true;
    if (isReplaced) reload();
    else activate();
  };
  const offer = () => {
    if (!isReplaced && registration.waiting === null) return;
    if (!isWanted && !isIdle(app)) {
      if (isOffered) return;
      isOffered = true;
      app.offerUpdate(load);
    } else if (isReplaced) reload();
    else activate();
  };
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that is already its own version; another tab may have called a later one.
    isReplaced = isControlled;
    isControlled = true;
    offer();
  });
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  offer();
  addEventListener("hashchange", offer);
  // The last answer went.
  app.subscribe(offer);
}

/** A worker whose files the browser took away fetches them again; one of an earlier version does not answer. */
function isKeptBy(worker: ServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    worker.postMessage("kept?", [port2]);
  });
}

function isIdle(app: App): boolean {
  const isList = location.hash === "" || location.hash === "#/";
  const isTyping = document.activeElement?.matches("input, textarea") ?? false;
  const view = app.view();
  return isList && !isTyping && view.unsent === 0 && (view.owner?.keeper.isSaved() ?? true);
}
