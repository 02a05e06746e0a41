/** When to try again: halving, backing off and waking up. */

import { fullDue, type Phone, type Queue, sheetOf } from "./phone";
import { nameOf, type Sent } from "./planner";
import type { Step } from "./settle";

const FULL_AGAIN_MS = 10 * 60_000;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;

export type Failure =
  | { readonly kind: "network" }
  | {
      readonly kind: "http";
      readonly status: number;
      readonly code: string;
      readonly retryAfterMs: number | null;
    };

/** Take in a failure. Nothing is ever removed; what cannot be read is searched for by halving. */
export function fail(phone: Phone, sent: Sent, failure: Failure, wall: number, random: number): Step {
  if (failure.kind === "network") return { phone: backOff(phone, wall, random), log: ["no reply"] };
  const log = [`http ${failure.status} ${failure.code}`];
  if (![400, 413, 422].includes(failure.status)) {
    return { phone: backOff(phone, wall, random, failure.retryAfterMs), log };
  }
  const carried = sent.sheets.reduce((sum, sheet) => sum + sheet.carried.size, 0);
  if (sent.isProbe || carried === 0) {
    // Not an answer's fault: a request without any is refused too.
    const slower = backOff(phone, wall, random);
    return { phone: { ...slower, queue: { ...slower.queue, suspect: null, size: 1 } }, log };
  }
  const isFull = sent.sheets.some((sheet) => sheet.isFull);
  const suspect = carried === 1 && !isFull ? suspectOf(phone, sent, failure.code) : null;
  const size = Math.max(1, Math.floor(carried / 2));
  return { phone: { ...phone, queue: { ...phone.queue, notBefore: wall, suspect, size } }, log };
}

function suspectOf(phone: Phone, sent: Sent, reason: string): Queue["suspect"] {
  for (const part of sent.sheets) {
    const row = sheetOf(phone, part.id)?.rows.find((one) => part.carried.has(nameOf(one.cell, one.version)));
    if (row !== undefined) return { sheet: part.id, row, reason };
  }
  return null;
}

/** Full jitter, 2 s to 5 min; what the server asks for is honoured. */
function backOff(phone: Phone, wall: number, random: number, retryAfterMs: number | null = null): Phone {
  const { failures } = phone.queue;
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  const askedUntil = wall + (retryAfterMs ?? 0);
  const notBefore = Math.max(wall + Math.ceil(random * ceiling), askedUntil);
  return { ...phone, queue: { ...phone.queue, failures: failures + 1, notBefore, askedUntil } };
}

export type Waking = "start" | "visible" | "online" | "manual";

/** What waking up means: a start makes the next round a full one, so does coming back after ten minutes. */
export function wake(phone: Phone, why: Waking, wall: number): Phone {
  const isStale = wall - phone.queue.fullAt >= FULL_AGAIN_MS;
  const after = why === "start" || (why === "visible" && isStale) ? fullDue(phone) : phone;
  // Waking up is a reason to try at once, but not against the server's own Retry-After.
  return { ...after, queue: { ...after.queue, notBefore: Math.max(wall, after.queue.askedUntil) } };
}
