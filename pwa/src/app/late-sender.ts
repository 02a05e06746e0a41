/** Stands in for the sender until it is here: whoever wants something sent leaves word. */

import type { Waking } from "../core/retry";
import type { Engine } from "../sync/engine";

/** With the pause after an edit well under the 5 s in which a page in sight has sent all. */
const AGAIN_MS = 2_000;

/** `bring` is tried again when it failed: the network may have gone after the first screen. */
export function createLateSender(bring: () => Promise<Engine>): Engine {
  let engine: Engine | null = null;
  let isComing = false;
  let isStopped = false;
  let isEdited = false;
  const wakings = new Set<Waking>();

  function take(arrived: Engine): void {
    engine = arrived;
    if (isStopped) engine.stop();
    for (const why of wakings) engine.wake(why);
    if (isEdited) engine.edited();
  }

  function call(): void {
    if (isComing || isStopped || engine !== null) return;
    isComing = true;
    bring()
      .then(take, () => void setTimeout(call, AGAIN_MS))
      .finally(() => {
        isComing = false;
      });
  }

  return {
    edited: () => {
      isEdited = true;
      if (engine === null) call();
      else engine.edited();
    },
    wake: (why) => {
      wakings.add(why);
      if (engine === null) call();
      else engine.wake(why);
    },
    leave: () => engine?.leave(),
    stop: () => {
      isStopped = true;
      engine?.stop();
    },
    sending: () => engine?.sending() ?? null,
  };
}
