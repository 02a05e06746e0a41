/** The service worker seen from the page: register, take a new version only when nobody is in the middle of something. */

import type { App } from "./app";

const HOURLY_MS = 3_600_000;

export async function watchShell(app: App): Promise<void> {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  const isFirst = navigator.serviceWorker.controller === null;
  const registration = await navigator.serviceWorker
    .register("sw.js", { scope: "./", updateViaCache: "none" })
    .catch(() => null);
  if (registration === null) return;
  void navigator.serviceWorker.ready.then(() => app.shellKept());
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that is already its own version.
    if (isFirst || isReloading) return;
    isReloading = true;
    location.reload();
  });
  const offer = () => {
    const { waiting } = registration;
    if (waiting === null) return;
    if (isIdle(app)) waiting.postMessage("activate");
    else app.offerUpdate(() => waiting.postMessage("activate"));
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  // At a cold start, and later only from the list with nothing unsent: never under somebody's thumb.
  offer();
  addEventListener("hashchange", offer);
  navigator.serviceWorker.controller?.postMessage("healthy");
  const update = () => void registration.update().catch(() => undefined);
  setInterval(update, HOURLY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") update();
  });
}

function isIdle(app: App): boolean {
  const isList = location.hash === "" || location.hash === "#/";
  const view = app.view();
  return isList && view.unsent === 0 && (view.owner?.keeper.isSaved() ?? true);
}
