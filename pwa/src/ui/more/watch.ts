/** What goes on beside the screens: the worker, keys, and a quiet word for who does not see the status. */

import type { App } from "../../app/app";
import { watchLeaving } from "../../app/background";
import { watchShell } from "../../app/shell";
import { dropPlace, PLACE, placeKept, startOf } from "../place";
import { watchKeys } from "./keys";
import { watchLanguage } from "./language";
import { watchTaps } from "./second-tap";

/** Long enough for *saved*, *sending* and *sent* to have come to rest. */
const REST_MS = 3_000;
const TRY_MS = 100;
const TRIES = 20;
const SCROLLED_MS = 200;
const MOVES = ["pointerdown", "wheel", "keydown", "hashchange"] as const;
const SAID = ["saved", "sent", "needs"] as const;

export function watchAll(app: App): Promise<void> {
  watchKeys();
  watchTaps();
  watchPlace();
  watchLeaving(app);
  watchLanguage(app);
  sayStatus(app);
  return watchShell(app);
}

/** What comes with this part makes room to scroll bit by bit; whoever moves meanwhile stays where they are. */
function comeBack(place: number): void {
  let triesLeft = TRIES;
  const stop = () => {
    triesLeft = 0;
  };
  for (const move of MOVES) addEventListener(move, stop, { once: true });
  const timer = setInterval(() => {
    if (triesLeft > 0 && scrollY < place) scrollTo(0, place);
    else {
      clearInterval(timer);
      dropPlace();
    }
    triesLeft -= 1;
  }, TRY_MS);
}

function keepPlace(): void {
  const y = Math.round(scrollY);
  try {
    // For the Back of the browser; who goes on to this screen anew begins at its top.
    history.replaceState({ y }, "");
    placeKept()?.setItem(PLACE, `${location.hash} ${y}`);
  } catch {
    // A full disk has no room for it, and some browsers note only so many in a minute.
  }
}

/** A killed app starts at the list: then its screen is one tap away. */
function watchPlace(): void {
  const look = () => {
    const place = startOf();
    if (place === 0) return;
    removeEventListener("hashchange", look);
    comeBack(place);
  };
  addEventListener("hashchange", look);
  look();
  let timer = 0;
  const rest = () => {
    clearTimeout(timer);
    timer = 0;
    keepPlace();
  };
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = window.setTimeout(rest, SCROLLED_MS);
  });
  // A tap may leave the screen before it has come to rest.
  addEventListener("click", () => timer !== 0 && rest(), true);
  addEventListener("pagehide", keepPlace);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepPlace();
  });
}

/** Each state is said once when it has come to rest, not at every answer. */
export function sayStatus(app: Pick<App, "view" | "subscribe">): void {
  const region = document.createElement("p");
  region.className = "unseen";
  region.setAttribute("role", "status");
  document.body.append(region);
  let last = app.view().status.kind;
  let timer = 0;
  app.subscribe(() => {
    clearTimeout(timer);
    if (app.view().owner === null) {
      // Nobody is here: what was said is no longer true.
      last = "ready";
      region.textContent = "";
    }
    timer = window.setTimeout(() => {
      const { status, words } = app.view();
      const kind = SAID.find((one) => one === status.kind);
      if (kind === undefined || kind === last) return;
      last = kind;
      region.lang = words.locale;
      const time = status.kind === "sent" ? words.time(status.at) : "";
      region.textContent = words.t(`status_${kind}`, { time });
    }, REST_MS);
  });
}
