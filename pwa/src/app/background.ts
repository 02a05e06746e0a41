/** Asks the browser to call the worker when there is network, for answers that wait while the app is closed (Chromium). */

import { SEND } from "../core/background";
import type { App } from "./app";

/** Not in TypeScript's library: only Chromium has it. */
interface WithSync {
  readonly sync?: { register(tag: string): Promise<void> };
}

export function watchLeaving(app: App): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && app.view().unsent > 0) void askToSend();
  });
}

async function askToSend(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  // A person may have forbidden it; then the app sends at its next start.
  const registration = (await navigator.serviceWorker.getRegistration().catch(() => undefined)) as WithSync;
  await registration?.sync?.register(SEND).catch(() => undefined);
}
