/** What this phone knows before anyone is known: whose data to open, and the language chosen on it. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface Device {
  readonly owner: { readonly id: string; readonly name: string; readonly locale: string } | null;
  readonly locale: string | null;
  /** Signed out without network: the session has to be ended before anything else is asked. */
  readonly mustEnd: boolean;
}

interface DeviceSchema extends DBSchema {
  device: { key: string; value: Device };
}

const NOBODY: Device = { owner: null, locale: null, mustEnd: false };
const open = () =>
  openDB<DeviceSchema>("sightline", 1, { upgrade: (db) => void db.createObjectStore("device") });

const LEFT = "left=1";

/** Whether somebody signed out on a page of the server since; asking forgets it. */
export function takeLeft(): boolean {
  if (typeof document === "undefined" || !document.cookie.split("; ").includes(LEFT)) return false;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in Safari
  document.cookie = "left=; Max-Age=0; Path=/app/";
  return true;
}

export async function readDevice(): Promise<Device> {
  const known = await tried(async (db) => {
    const tx = db.transaction("device");
    return (await Promise.all([tx.objectStore("device").get("device"), tx.done]))[0];
  });
  return known ?? NOBODY;
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
