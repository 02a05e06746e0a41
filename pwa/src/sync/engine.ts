/** Sends when there is a reason to, one request at a time, until nothing is left to say. */

import { plan, planLeaving, type Sent } from "../core/planner";
import { dueAt as dueOf, fail, hasten, patienceMs, type Waking, wake } from "../core/retry";
import { settle } from "../core/settle";
import type { SyncReply, SyncRequest } from "../core/sync-wire";
import type { Status } from "../core/wire";
import type { Keeper } from "./keeper";
import type { SyncOutcome } from "./transport";

const AFTER_EDIT_MS = 1_500;
const OTHER_SENDS_MS = 5_000;
const LEAVING_AGAIN_MS = 1_000;
const MOST_PASSED_OVER = 12;

export interface Sending {
  readonly done: number;
  readonly total: number;
}

export interface EngineDeps {
  readonly app: string;
  readonly keeper: Keeper;
  readonly post: (request: SyncRequest, patienceMs: number) => Promise<SyncOutcome>;
  readonly postLeaving: (request: SyncRequest) => void;
  readonly asOnlySender: (work: () => Promise<void>) => Promise<boolean>;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number, then: () => void) => () => void;
  /** Whether somebody looks at the page. */
  readonly isVisible: () => boolean;
  readonly log: (text: string) => void;
  readonly onReply: () => void;
  /** Answers of this phone have arrived. */
  readonly onSent: () => void;
  /** Some sheets went out of the queue with these words. */
  readonly onStatus: (statuses: readonly Status[]) => void;
  readonly onChange: () => void;
}

export interface Engine {
  edited(): void;
  wake(why: Waking): void;
  leave(): void;
  stop(): void;
  sending(): Sending | null;
}

export function createEngine(deps: EngineDeps): Engine {
  let cancelTimer: (() => void) | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  let isRunning = false;
  let isStopped = false;
  let leftAt = Number.NEGATIVE_INFINITY;
  let latest = 0;
  let passedOver = 0;
  let sending: Sending | null = null;

  function schedule(at: number): void {
    if (isStopped || at >= dueAt) return;
    cancelTimer?.();
    dueAt = at;
    cancelTimer = deps.wait(Math.max(0, at - deps.now()), () => {
      dueAt = Number.POSITIVE_INFINITY;
      cancelTimer = null;
      void run();
    });
  }

  async function run(): Promise<void> {
    if (isRunning || isStopped) return;
    isRunning = true;
    try {
      passedOver = (await inTurn()) ? 0 : passedOver + 1;
    } finally {
      isRunning = false;
      sending = null;
      deps.onChange();
    }
    if (passedOver > 0) return schedule(deps.now() + OTHER_SENDS_MS);
    // An edit made while the last reply was on its way has had its turn refused by `isRunning`.
    if (plan(deps.keeper.phone(), deps.app) !== null) {
      schedule(Math.max(dueOf(deps.keeper.phone().queue, deps.now()), deps.now() + AFTER_EDIT_MS));
    }
  }

  /** A page the browser has put away may keep the lock for ever; after a minute this one sends beside it. */
  async function inTurn(): Promise<boolean> {
    if (passedOver < MOST_PASSED_OVER) return deps.asOnlySender(drain);
    await drain();
    return true;
  }

  async function drain(): Promise<void> {
    let done = 0;
    for (;;) {
      const phone = deps.keeper.phone();
      const sent = plan(phone, deps.app);
      if (sent === null || isStopped || dueOf(phone.queue, deps.now()) > deps.now()) return;
      const left = countDirty(deps.keeper);
      sending = left === 0 ? null : { done, total: done + left };
      deps.onChange();
      if (!(await exchange(sent))) return;
      done += left - Math.min(left, countDirty(deps.keeper));
    }
  }

  const momentOf = () => ({
    wall: deps.now(),
    random: deps.random(),
    isSeen: deps.isVisible() && countDirty(deps.keeper) > 0,
  });

  /** One request and what came of it; false when it is better to wait before the next. */
  async function exchange(sent: Sent): Promise<boolean> {
    latest += 1;
    const mine = latest;
    const outcome = await deps.post(sent.request, patienceMs(deps.keeper.phone().queue));
    if (isStopped || mine !== latest) return false;
    const before = deps.keeper.phone();
    const { phone: after, log } =
      outcome.kind === "reply"
        ? settle(before, sent, outcome.reply, deps.now())
        : fail(before, sent, outcome, momentOf());
    for (const text of log) deps.log(text);
    await deps.keeper.update(() => after);
    if (outcome.kind !== "reply") return after.queue.notBefore <= deps.now() && after.queue.failures === 0;
    deps.onReply();
    if (hasDelivered(sent, outcome.reply)) deps.onSent();
    const lost = outcome.reply.sheets.map((sheet) => sheet.status).filter((status) => status !== "ok");
    if (lost.length > 0) deps.onStatus(lost);
    return true;
  }

  return {
    edited: () => {
      if (deps.isVisible()) void deps.keeper.update((phone) => hasten(phone, deps.now()));
      schedule(deps.now() + AFTER_EDIT_MS);
    },
    wake: (why) => {
      void deps.keeper.update((phone) => wake(phone, why, deps.now()));
      schedule(deps.now());
    },
    leave: () => {
      const sent = planLeaving(deps.keeper.phone(), deps.app);
      // visibilitychange and pagehide come together; one farewell is enough.
      if (sent === null || isStopped || deps.now() - leftAt < LEAVING_AGAIN_MS) return;
      leftAt = deps.now();
      deps.postLeaving(sent.request);
    },
    stop: () => {
      isStopped = true;
      cancelTimer?.();
    },
    sending: () => sending,
  };
}

function hasDelivered(sent: Sent, reply: SyncReply): boolean {
  return sent.sheets.some((sheet, i) => sheet.carried.size > 0 && reply.sheets[i]?.status === "ok");
}

function countDirty(keeper: Keeper): number {
  const ready = keeper.phone().sheets.filter((sheet) => sheet.status === "ok");
  return ready.reduce((sum, sheet) => sum + sheet.rows.filter((row) => row.dirty).length, 0);
}
