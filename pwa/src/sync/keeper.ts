/** Keeps the phone's state in memory and on disk the same; *saved* is what the disk has said, nothing earlier. */

import { changeBetween, isEmpty } from "../core/change";
import type { Phone } from "../core/phone";
import type { Store } from "../store/types";

export interface Keeper {
  phone(): Phone;
  /** Whether everything in memory is on the disk. */
  isSaved(): boolean;
  /** Whether the last try to save failed. */
  hasFailed(): boolean;
  /** Change the state at once; the promise ends when the disk holds it, or could not. */
  update(change: (phone: Phone) => Phone): Promise<void>;
  /** Take in what another tab stored. */
  reload(): Promise<void>;
}

export interface KeeperDeps {
  readonly store: Store;
  readonly onChange: () => void;
  readonly onSaved: () => void;
  /** What joins the disk with this page; not needed before another tab stores something. */
  readonly bringRejoin: () => Promise<Pick<typeof import("../core/rejoin"), "rejoined">>;
}

/** `stored` is what the disk holds; `current` may already be tidier. */
export function createKeeper(stored: Phone, deps: KeeperDeps, current: Phone = stored): Keeper {
  let failed = false;
  let queue: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const target = current;
    const change = changeBetween(stored, target);
    try {
      if (!isEmpty(change)) {
        await deps.store.write(change);
        deps.onSaved();
      }
      stored = target;
      failed = false;
    } catch {
      // What is not stored stays in the difference: the next write tries all of it again.
      failed = true;
    }
    deps.onChange();
  }

  async function takeIn(): Promise<void> {
    const [fresh, { rejoined }] = await Promise.all([deps.store.load(), deps.bringRejoin()]);
    ({ stored, current } = rejoined(current, stored, fresh));
    deps.onChange();
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work, work);
    return queue;
  };

  return {
    phone: () => current,
    isSaved: () => !failed && isEmpty(changeBetween(stored, current)),
    hasFailed: () => failed,
    update: (change) => {
      current = change(current);
      deps.onChange();
      return inTurn(flush);
    },
    reload: () => inTurn(takeIn),
  };
}
