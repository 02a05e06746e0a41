/** What this phone knows before anyone is known: whose data to open, and the language chosen on it. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { currentTurn, saysLeft } from "./shared";

export interface Device {
  readonly owner: { readonly id: string; readonly name: string; readonly locale: string } | null;
  readonly locale: string | null;
  /** Signed out without network: the session has to be ended before anything else is asked. */
  readonly mustEnd: boolean;
  /** When that was. */
  readonly leftAt: number;
  /** How many answers wait here unsent after signing out, by the id of who gave them; null on a phone never used. */
  readonly waiting: Readonly<Record<string, number>> | null;
  /** Whose turn it was when the owner was noted; a sign-out since is a turn of its own. */
  readonly turn: string | null;
}

interface DeviceSchema extends DBSchema {
  device: { key: string; value: Device };
}

export const NOBODY: Device = {
  owner: null,
  locale: null,
  mustEnd: false,
  leftAt: 0,
  waiting: null,
  turn: null,
};
const open = () =>
  openDB<DeviceSchema>("sightline", 1, { upgrade: (db) => void db.createObjectStore("device") });

/** Left by the app when somebody signs out; the server takes it when it hears of that, or somebody signs in. */
export const SIGNED_OUT = "signed_out=1";
/** Whether a script can read this cookie here. */
export const hasCookie = (cookie: string): boolean =>
  typeof document !== "undefined" && document.cookie.split("; ").includes(cookie);

/** Whether somebody signed out on a page of the server since. */
export const hasLeft = (): boolean => hasCookie("left=1");

/** A full disk may not have taken the note of a sign-out; the cookie and the turn need none. */
export function withoutLeft(device: Device, turn: string | null): Device {
  const isUnheard = hasCookie(SIGNED_OUT);
  const isOut = isUnheard || hasLeft() || (turn !== null && saysLeft(turn) && turn !== device.turn);
  return isOut ? { ...device, owner: null, mustEnd: device.mustEnd || isUnheard } : device;
}

/** The record with `n` answers of a person waiting, or without that person. */
export function withWaiting(device: Device, owner: string, n: number): Device {
  const others = Object.entries(device.waiting ?? {}).filter(([id]) => id !== owner);
  return { ...device, waiting: Object.fromEntries(n > 0 ? [...others, [owner, n]] : others) };
}

export async function readDevice(): Promise<Device> {
  const known = await tried(async (db) => {
    const tx = db.transaction("device");
    return (await Promise.all([tx.objectStore("device").get("device"), tx.done]))[0];
  });
  // Earlier versions counted nothing, and noted no turn.
  const used: Device = { ...NOBODY, waiting: {}, turn: currentTurn() };
  return known === undefined ? NOBODY : { ...used, ...known };
}

export async function saveDevice(device: Device): Promise<void> {
  await tried((db) => db.put("device", device, "device"));
}

/** WebKit loses a connection now and then; without whose data to open, all of it would seem to be gone. */
async function tried<T>(work: (db: IDBPDatabase<DeviceSchema>) => Promise<T>, left = 2): Promise<T> {
  try {
    const db = await open();
    return await work(db).finally(() => db.close());
  } catch (error) {
    if (left === 0) throw error;
    return tried(work, left - 1);
  }
}
