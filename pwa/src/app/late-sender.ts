/** Stands in for the sender until it is here: whoever wants something sent leaves word. */

import type { Waking } from "../core/retry";
import type { Engine } from "../sync/engine";

/** `bring` is tried again at the next word when it failed: the network may have gone after the first screen. */
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
    if (isComing || isStopped) return;
    isComing = true;
    bring()
      .then(take, () => undefined)
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
