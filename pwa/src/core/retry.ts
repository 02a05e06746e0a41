/** When to try again: halving, backing off and waking up. */

import { fullDue, nameOf, type Phone, type Queue, sheetOf } from "./phone";
import type { Sent } from "./planner";
import type { Step } from "./settle";

const FULL_AGAIN_MS = 10 * 60_000;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;
/** The longest quiet a server may ask for; more is a clock that was set back, here or there. */
const LONGEST_QUIET_MS = 10 * 60_000;
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 60_000;
/** Somebody is looking at *waiting for network*: reconnecting to all sent must take no longer than 5 s. */
export const LONGEST_SEEN_DELAY_MS = 4_000;

export type Failure =
  | { readonly kind: "network" }
  | {
      readonly kind: "http";
      readonly status: number;
      readonly code: string;
      readonly retryAfterMs: number | null;
    };

/** What decides how long to wait: the clock, a draw from [0, 1], and whether somebody sees unsent answers wait. */
export interface Moment {
  readonly wall: number;
  readonly random: number;
  readonly isSeen: boolean;
}

/** Take in a failure. Nothing is ever removed; what cannot be read is searched for by halving. */
export function fail(phone: Phone, sent: Sent, failure: Failure, at: Moment): Step {
  if (failure.kind === "network") return { phone: backOff(phone, at), log: ["no reply"] };
  const log = [`http ${failure.status} ${failure.code}`];
  if (![400, 413, 422].includes(failure.status)) {
    return { phone: backOff(phone, at, failure.retryAfterMs), log };
  }
  const carried = sent.sheets.reduce((sum, sheet) => sum + sheet.carried.size, 0);
  if (sent.isProbe || carried === 0) {
    // Not an answer's fault: a request without any is refused too.
    // Coming back every few seconds would not make it readable either.
    const slower = backOff(phone, { ...at, isSeen: false });
    return { phone: { ...slower, queue: { ...slower.queue, suspect: null, size: 1 } }, log };
  }
  const isFull = sent.sheets.some((sheet) => sheet.isFull);
  const suspect = carried === 1 && !isFull ? suspectOf(phone, sent, failure.code) : null;
  const size = Math.max(1, Math.floor(carried / 2));
  return { phone: { ...phone, queue: { ...phone.queue, notBefore: at.wall, suspect, size } }, log };
}

function suspectOf(phone: Phone, sent: Sent, reason: string): Queue["suspect"] {
  for (const part of sent.sheets) {
    const row = sheetOf(phone, part.id)?.rows.find((one) => part.carried.has(nameOf(one.cell, one.version)));
    if (row !== undefined) return { sheet: part.id, row, reason };
  }
  return null;
}

/** Full jitter, 2 s to 5 min, to 4 s while it is seen; what the server asks for is honoured. */
function backOff(phone: Phone, at: Moment, retryAfterMs: number | null = null): Phone {
  const { failures, failingSince = at.wall } = phone.queue;
  const longest = at.isSeen ? LONGEST_SEEN_DELAY_MS : LONGEST_DELAY_MS;
  const ceiling = Math.min(longest, FIRST_DELAY_MS * 2 ** failures);
  const askedUntil = at.wall + Math.min(retryAfterMs ?? 0, LONGEST_QUIET_MS);
  const notBefore = Math.max(at.wall + Math.ceil(at.random * ceiling), askedUntil);
  return { ...phone, queue: { ...phone.queue, failures: failures + 1, failingSince, notBefore, askedUntil } };
}

/** When the next request may go. A moment further away than any wait is one from before the clock was set back. */
export function dueAt({ notBefore }: Queue, wall: number): number {
  return notBefore - wall > LONGEST_QUIET_MS ? wall : notBefore;
}

/** How long a silent network is waited for: short at first, longer after each failure, so that a slow one gets through. */
export function patienceMs({ failures }: Queue): number {
  return Math.min(LONGEST_PATIENCE_MS, FIRST_PATIENCE_MS * 2 ** failures);
}

/** An answer was entered under somebody's eyes: a wait that began when nothing was unsent is cut short. */
export function hasten(phone: Phone, wall: number): Phone {
  const { notBefore } = phone.queue;
  const soon = Math.max(quietUntil(phone.queue, wall), Math.min(notBefore, wall + LONGEST_SEEN_DELAY_MS));
  return soon === notBefore ? phone : { ...phone, queue: { ...phone.queue, notBefore: soon } };
}

export type Waking = "start" | "visible" | "online" | "manual";

/** What waking up means: a start makes the next round a full one, so does coming back after ten minutes. */
export function wake(phone: Phone, why: Waking, wall: number): Phone {
  const isStale = Math.abs(wall - phone.queue.fullAt) >= FULL_AGAIN_MS;
  const after = why === "start" || (why === "visible" && isStale) ? fullDue(phone) : phone;
  // Waking up is a reason to try at once, but not against the server's own Retry-After.
  return { ...after, queue: { ...after.queue, notBefore: Math.max(wall, quietUntil(after.queue, wall)) } };
}

function quietUntil({ askedUntil }: Queue, wall: number): number {
  return askedUntil - wall > LONGEST_QUIET_MS ? wall : askedUntil;
}
