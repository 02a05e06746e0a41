/** The sender of one owner's answers, with the server and the other tabs it has to do with; comes after the first screen. */

import type { Form } from "../core/form";
import type { Status } from "../core/wire";
import type { Store, Task } from "../store/types";
import { createEngine, type Engine, type EngineDeps } from "../sync/engine";
import { asOnlySender } from "../sync/lock";
import { postLeaving, postSync } from "../sync/transport";
import { createPairWatch, isPairDone } from "./pair-watch";

const OFFSET_STEP_MS = 1_000;

export interface SenderDeps extends Pick<EngineDeps, "app" | "keeper" | "isVisible" | "onChange"> {
  readonly owner: string;
  /** The name of this page load. */
  readonly page: string;
  readonly store: Store;
  /** How far the server's clock is ahead, as it is stored. */
  readonly savedOffset: number;
  readonly tasks: () => readonly Task[];
  readonly form: (task: Task) => Form | null;
  /** A sheet was not taken, or a pair is open: the inbox may have a new token for it, or the pair. */
  readonly askInbox: () => void;
  readonly onSent: (at: number) => void;
}

export function createSender(deps: SenderDeps): Engine {
  const { owner, page, store, keeper, askInbox } = deps;
  let { savedOffset } = deps;
  let hasAsked = false;
  const isPairWaiting = () => deps.tasks().some((task) => isPairDone(task, deps.form(task), keeper.phone()));
  const pairWatch = createPairWatch(isPairWaiting, askInbox);
  // Losing these loses nothing: the offset is learned again, the log is for the curious.
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);

  const engine = createEngine({
    app: deps.app,
    keeper,
    isVisible: deps.isVisible,
    onChange: deps.onChange,
    post: postSync,
    postLeaving,
    asOnlySender: (work) => asOnlySender(owner, page, store, work),
    now: Date.now,
    random: Math.random,
    wait: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    log: (text) => quietly(store.log({ at: Date.now(), text })),
    onReply: saveOffset,
    onSent: () => {
      const sentAt = Date.now();
      quietly(store.saveMeta({ sentAt }));
      deps.onSent(sentAt);
      pairWatch.sent();
    },
    onStatus: (statuses: readonly Status[]) => {
      const mayBeRenewed = statuses.some((status) => status === "unknown" || status === "revoked");
      if (mayBeRenewed && !hasAsked) askInbox();
      hasAsked ||= mayBeRenewed;
      if (statuses.includes("opened")) askInbox();
    },
  });

  /** Clocks that agree to the second agree; each write more is one an answer may have to wait for. */
  function saveOffset(): void {
    const { offset } = keeper.phone().page;
    if (Math.abs(offset - savedOffset) < OFFSET_STEP_MS) return;
    savedOffset = offset;
    quietly(store.saveMeta({ offset }));
  }

  return {
    ...engine,
    stop: () => {
      pairWatch.stop();
      engine.stop();
    },
  };
}
