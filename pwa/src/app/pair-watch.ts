/** After the own side of a pair has arrived: look whether the other side is done too, while somebody may be waiting. */

import type { Form } from "../core/form";
import { cellsOf, type Phone, sheetOf } from "../core/phone";
import type { Task } from "../store/types";
import { isSentIn } from "./tasks";

/** The server opens a pair after it has answered; what takes longer shows at the next start. */
const LOOKS_MS = [500, 3_000, 10_000] as const;

export interface PairWatch {
  /** Answers have arrived on the server. */
  sent(): void;
  stop(): void;
}

export function createPairWatch(isWaiting: () => boolean, look: () => void): PairWatch {
  let timers: readonly ReturnType<typeof setTimeout>[] = [];
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };
  return {
    sent: () => {
      stop();
      if (!isWaiting()) return;
      timers = LOOKS_MS.map((ms) => setTimeout(() => isWaiting() && look(), ms));
    },
    stop,
  };
}

/** Whether this side of a clarity pair is finished, as far as this phone knows. */
export function isPairDone(task: Task, form: Form | null, phone: Phone): boolean {
  const sheet = sheetOf(phone, task.assignment.id);
  const isOpen = task.assignment.kind === "clarity" && sheet?.status === "ok";
  return isOpen && form !== null && isSentIn(task, form, cellsOf(sheet));
}
