/** What this phone knows before anyone is known: whose data to open, and the language chosen on it. */

import { type DBSchema, openDB } from "idb";

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
  const db = await open();
  try {
    return (await db.get("device", "device")) ?? NOBODY;
  } finally {
    db.close();
  }
}

export async function saveDevice(device: Device): Promise<void> {
  const db = await open();
  try {
    await db.put("device", device, "device");
  } finally {
    db.close();
  }
}
