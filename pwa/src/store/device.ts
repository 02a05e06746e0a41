/** What this phone knows before anyone is known: whose data to open, and the language chosen on it. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface Device {
  readonly owner: { readonly id: string; readonly name: string; readonly locale: string } | null;
  readonly locale: string | null;
  /** Signed out without network: the session has to be ended before anything else is asked. */
  readonly mustEnd: boolean;
  /** When that was. */
  readonly leftAt: number;
  /** How many answers wait here unsent after signing out, by the id of who gave them; null on a phone never used. */
  readonly waiting: Readonly<Record<string, number>> | null;
}

interface DeviceSchema extends DBSchema {
  device: { key: string; value: Device };
}

export const NOBODY: Device = { owner: null, locale: null, mustEnd: false, leftAt: 0, waiting: null };
const open = () =>
  openDB<DeviceSchema>("sightline", 1, { upgrade: (db) => void db.createObjectStore("device") });

const LEFT = "left=1";
/** Whether a script can read this cookie here. */
export const hasCookie = (cookie: string): boolean => document.cookie.split("; ").includes(cookie);

/** Whether somebody signed out on a page of the server since; asking forgets it. */
export function takeLeft(): boolean {
  if (typeof document === "undefined" || !hasCookie(LEFT)) return false;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in Safari
  document.cookie = "left=; Max-Age=0; Path=/app/";
  return true;
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
  // Earlier versions counted nothing.
  const used: Device = { ...NOBODY, waiting: {} };
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
