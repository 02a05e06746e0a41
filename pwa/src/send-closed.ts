/** Sends what waits when no page of the app is there to do it: the worker's part, called when the browser has network. */

import * as later from "./app/later";
import { openOwner } from "./app/owner";
import { plan } from "./core/planner";
import { readDevice } from "./store/device";

declare const APP_VERSION: string;

/** A browser ends a worker that takes much longer. */
const LONGEST_MS = 25_000;

/** Ends when nothing is left to send; fails when it is to be tried again. On a shared phone the key is not here. */
export async function sendAll(longestMs = LONGEST_MS): Promise<void> {
  const { owner: person, mustEnd } = await readDevice();
  if (person === null || mustEnd) return;
  let look = (): void => undefined;
  const owner = await openOwner(person.id, {
    app: APP_VERSION,
    isDurable: true,
    sharedKey: null,
    isVisible: () => false,
    onChange: () => look(),
    askInbox: () => undefined,
    bringSender: async () => later,
    bringLater: async () => later,
  });
  const sent = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error("not all answers could be sent")), longestMs);
    look = () => {
      if (plan(owner.keeper.phone(), APP_VERSION) === null && owner.keeper.isSaved()) resolve();
    };
  });
  owner.wake("start");
  look();
  await sent.finally(owner.stop);
}
