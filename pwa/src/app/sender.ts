/** The sender of one owner's answers, with the server and the other tabs it has to do with; comes after the first screen. */

import type { Store } from "../store/types";
import { createEngine, type Engine, type EngineDeps } from "../sync/engine";
import { asOnlySender } from "../sync/lock";
import { postLeaving, postSync } from "../sync/transport";

export interface SenderDeps
  extends Omit<EngineDeps, "post" | "postLeaving" | "asOnlySender" | "now" | "random" | "wait"> {
  readonly owner: string;
  /** The name of this page load. */
  readonly page: string;
  readonly store: Store;
}

export function createSender({ owner, page, store, ...deps }: SenderDeps): Engine {
  return createEngine({
    ...deps,
    post: postSync,
    postLeaving,
    asOnlySender: (work) => asOnlySender(owner, page, store, work),
    now: Date.now,
    random: Math.random,
    wait: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
}
