/** Starts the app and ties it to the page: when it is seen, hidden, online again, and which version it is. */

import { render } from "preact";
import { createApp } from "./app/app";
import type { Catalogue, Locale } from "./core/i18n";
import en from "./i18n/en.json";
import { noted, startAfresh } from "./ui/afresh";
import { drawInTurn } from "./ui/draw";
import { afterFirstScreen, firstScreenIsThere, loadLater } from "./ui/lazy";
import { keepOffer } from "./ui/offer";
import { Root } from "./ui/root";

declare const APP_VERSION: string;
/** Addresses by language, as JSON. */
declare const CATALOGUES: string;

const bringLater = noted(() => import("./app/later"));
const catalogues = JSON.parse(CATALOGUES) as Readonly<Record<string, string>>;
const isServed = (navigator.serviceWorker?.controller ?? null) !== null;
const app = createApp({
  version: APP_VERSION,
  // Without a secure context there is no encryption and no offline start, so nothing is kept either.
  isDurable: isSecureContext && "indexedDB" in window,
  isVisible: () => document.visibilityState === "visible",
  languages: navigator.languages,
  english: en,
  loadCatalogue,
  bringLater,
  bringSender: () => afterFirstScreen.then(bringLater),
});

async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  const url = catalogues[locale];
  if (url === undefined) return en;
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`the words of ${locale} could not be loaded`);
  return (await reply.json()) as Catalogue;
}

// A page of the worker is no first start: what reads back is on its way while the disk is still asked whose it is.
if (isServed) bringLater().catch(() => undefined);
drawInTurn();
keepOffer();
const root = document.getElementById("app");
if (root !== null) {
  // The disk and the network are asked first; drawing does not wait for them, nor they for it.
  // A network that never answers keeps `start` waiting, not the rest of the app.
  const unsubscribe = app.subscribe(() => {
    if (app.view().phase === "starting") return;
    unsubscribe();
    firstScreenIsThere();
  });
  void app.start();
  render(<Root app={app} />, root);
  // Brought before it is needed: the network may be gone by then. A failure is told where the part is opened.
  afterFirstScreen
    .then(loadLater)
    .then((part) => part.watchShell(app))
    .catch(() => undefined);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    app.hide();
    void startAfresh(app);
  } else app.seen();
});
// Another tab signed somebody in.
addEventListener("storage", () => app.seen());
addEventListener("pagehide", () => app.hide());
addEventListener("online", () => app.online());
