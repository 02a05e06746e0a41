/** What to send next; pure, so that any order of faults can be played against it. */

import { cellsIn, LARGEST_SIZE, nameOf, type Phone, type PhoneSheet, type Row, sheetOf } from "./phone";
import { bare } from "./sheet";
import type { SheetRequest, SyncRequest } from "./sync-wire";

const PROTOCOL = 1;
const MOST_SHEETS = 100;
const MOST_BYTES = 512 * 1024;
const MOST_BYTES_LEAVING = 60 * 1024;
const BYTES_PER_SHEET = 300;

export interface SentSheet {
  readonly id: string;
  readonly write: string;
  readonly isFull: boolean;
  /** Names of the versions whose bytes went along, and of those only named. */
  readonly carried: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
}

export interface Sent {
  readonly request: SyncRequest;
  readonly sheets: readonly SentSheet[];
  readonly isProbe: boolean;
}

/** The next request, or null when there is nothing to say. */
export function plan(phone: Phone, app: string): Sent | null {
  if (phone.queue.suspect !== null) return probe(phone, phone.queue.suspect.sheet, app);
  const sheets = phone.sheets.filter((sheet) => sheet.status === "ok");
  const hasDirty = sheets.some((sheet) => sheet.rows.some((row) => row.dirty));
  // While a culprit is searched for, only versions travel; a full round waits.
  const mayBeFull = phone.queue.size === LARGEST_SIZE || !hasDirty;
  const room = { bytes: MOST_BYTES, versions: phone.queue.size };
  const parts: Part[] = [];
  for (const sheet of sheets) {
    if (parts.length === MOST_SHEETS || room.bytes < BYTES_PER_SHEET) break;
    const part = partOf(sheet, mayBeFull && sheet.isFullDue, room);
    if (part !== null) parts.push(part);
  }
  return parts.length === 0 ? null : sentOf(parts, app, false);
}

/** The last words of a page that is being closed: newest first, small enough for keepalive, nothing but answers. */
export function planLeaving(phone: Phone, app: string): Sent | null {
  const room = { bytes: MOST_BYTES_LEAVING, versions: LARGEST_SIZE };
  const newest = (sheet: PhoneSheet) => Math.max(0, ...dirtyRows(sheet).map((row) => row.version.hlc));
  const parts = phone.sheets
    .filter((sheet) => sheet.status === "ok")
    .sort((a, b) => newest(b) - newest(a))
    .map((sheet) => {
      const rows = [...sheet.rows].sort((a, b) => b.version.hlc - a.version.hlc);
      return partOf({ ...sheet, rows }, false, room);
    })
    .filter((part): part is Part => part !== null);
  return parts.length === 0 ? null : sentOf(parts, app, false);
}

interface Part {
  readonly request: SheetRequest;
  readonly sent: SentSheet;
}

function sentOf(parts: readonly Part[], app: string, isProbe: boolean): Sent {
  return {
    request: { protocol: PROTOCOL, app, sheets: parts.map((part) => part.request) },
    sheets: parts.map((part) => part.sent),
    isProbe,
  };
}

function partOf(sheet: PhoneSheet, isFull: boolean, room: { bytes: number; versions: number }): Part | null {
  const carried = take(dirtyRows(sheet), room);
  if (carried.length === 0 && !isFull) return null;
  const named = isFull ? sheet.rows.filter((row) => !carried.includes(row)) : [];
  room.bytes -= BYTES_PER_SHEET + named.length * 80;
  return {
    request: {
      cycle: sheet.cycle,
      write: sheet.write,
      ...(isFull && sheet.read !== null ? { read: sheet.read } : {}),
      have: haveOf(named),
      cells: cellsIn(carried),
    },
    sent: {
      id: sheet.id,
      write: sheet.write,
      isFull,
      carried: new Set(carried.map((row) => nameOf(row.cell, row.version))),
      named: new Set(named.map((row) => nameOf(row.cell, row.version))),
    },
  };
}

const dirtyRows = (sheet: PhoneSheet): readonly Row[] => sheet.rows.filter((row) => row.dirty);

function take(rows: readonly Row[], room: { bytes: number; versions: number }): readonly Row[] {
  const taken: Row[] = [];
  for (const row of rows) {
    const bytes = new TextEncoder().encode(JSON.stringify(row.version)).length + row.cell.length + 8;
    if (room.versions < 1 || bytes > room.bytes - BYTES_PER_SHEET) break;
    room.versions -= 1;
    room.bytes -= bytes;
    taken.push(row);
  }
  return taken;
}

function haveOf(rows: readonly Row[]): SheetRequest["have"] {
  const have = bare<Record<string, number>>();
  for (const { cell, version } of rows) {
    const counts = have[version.d] ?? bare<number>();
    counts[cell] = Math.max(counts[cell] ?? 0, version.n);
    have[version.d] = counts;
  }
  return have;
}

function probe(phone: Phone, id: string, app: string): Sent | null {
  const sheet = sheetOf(phone, id);
  if (sheet === undefined) return null;
  const request = { cycle: sheet.cycle, write: sheet.write, have: {}, cells: {} };
  const sent = {
    id,
    write: sheet.write,
    isFull: false,
    carried: new Set<string>(),
    named: new Set<string>(),
  };
  return sentOf([{ request, sent }], app, true);
}
