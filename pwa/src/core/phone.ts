/** What one page of the app knows: the sheets with their versions, this page's counter and clock, the queue. */

import { nextStamp } from "./clock";
import { bare, covers, readValue, type Sheet, type Value, type Version } from "./sheet";
import type { Status } from "./wire";

export interface Row {
  readonly cell: string;
  readonly version: Version;
  readonly dirty: boolean;
  /** Requests that carried this version while its cell was still wanted afterwards. */
  readonly tries: number;
  readonly restamped: boolean;
}

/** A version the server refused: kept, shown, never sent again. */
export interface Aside {
  readonly cell: string;
  readonly version: Version;
  readonly reason: string;
  /** The person has seen it. It stays, because what it replaced must stay replaced. */
  readonly isSeen: boolean;
}

export interface PhoneSheet {
  readonly id: string;
  readonly cycle: string;
  readonly write: string;
  readonly read: string | null;
  readonly status: Status;
  readonly rows: readonly Row[];
  readonly aside: readonly Aside[];
  readonly isFullDue: boolean;
}

export interface Page {
  readonly d: string;
  /** Counts over all cells of this page load; a number is never used twice, also after a failed write. */
  readonly n: number;
  readonly offset: number;
  readonly highest: number;
  /** Names of earlier page loads on this phone, oldest first. */
  readonly loads: readonly string[];
  /** This page's latest n on each cell, by "sheet cell". */
  readonly own: Readonly<Record<string, number>>;
}

export interface Queue {
  readonly failures: number;
  readonly notBefore: number;
  /** Until when the server itself asked for quiet (Retry-After). */
  readonly askedUntil: number;
  /** The most versions the next request may carry; halved when the server cannot read a request. */
  readonly size: number;
  readonly suspect: { readonly sheet: string; readonly row: Row; readonly reason: string } | null;
  readonly epoch: string | null;
  readonly fullAt: number;
  /** Since when requests have come back without a reply to be understood; missing while they do not. */
  readonly failingSince?: number;
}

export interface Phone {
  readonly page: Page;
  readonly sheets: readonly PhoneSheet[];
  readonly queue: Queue;
  /** Unsent answers on the disk that do not open any more, until the person has seen it. */
  readonly nUnreadable: number;
}

export const LARGEST_SIZE = 4096;
const SEEN_KEPT = 16;
const SEEN_MOST = 64;

export function newPhone(d: string, loads: readonly string[], offset: number): Phone {
  return {
    page: { d, n: 0, offset, highest: 0, loads, own: {} },
    sheets: [],
    queue: {
      failures: 0,
      notBefore: 0,
      askedUntil: 0,
      size: LARGEST_SIZE,
      suspect: null,
      epoch: null,
      fullAt: 0,
    },
    nUnreadable: 0,
  };
}

/** What a version is called on its sheet. */
export const nameOf = (cell: string, version: { readonly d: string; readonly n: number }): string =>
  `${cell} ${version.d} ${version.n}`;

export function sheetOf(phone: Phone, id: string): PhoneSheet | undefined {
  return phone.sheets.find((sheet) => sheet.id === id);
}

/** The versions of a sheet as the merge sees them. */
export const cellsOf = (sheet: PhoneSheet | undefined): Sheet => cellsIn(sheet?.rows ?? []);

export function cellsIn(rows: readonly Row[]): Sheet {
  const cells = bare<Version[]>();
  for (const { cell, version } of rows) cells[cell] = [...(cells[cell] ?? []), version];
  return cells;
}

export function changeSheet(phone: Phone, id: string, change: (sheet: PhoneSheet) => PhoneSheet): Phone {
  return { ...phone, sheets: phone.sheets.map((sheet) => (sheet.id === id ? change(sheet) : sheet)) };
}

/** Name everything the phone holds in the next round. */
export function fullDue(phone: Phone): Phone {
  return { ...phone, sheets: phone.sheets.map((sheet) => ({ ...sheet, isFullDue: sheet.status === "ok" })) };
}

export function isEditable(sheet: PhoneSheet): boolean {
  return sheet.status !== "closed" && sheet.status !== "opened";
}

export interface Entry {
  readonly cell: string;
  readonly value: Value;
  /** What the field showed when the person turned to it, not what arrived since. */
  readonly renderedFrom: readonly Version[];
}

/** Enter a value. What was sent in counts until something on it changes; that takes it back, in the same step. */
export function enter(phone: Phone, id: string, entry: Entry, wall: number): Phone {
  const after = edit(phone, id, entry, wall);
  const renderedFrom = cellsOf(sheetOf(phone, id))["@submit"] ?? [];
  if (entry.cell === "@submit" || readValue(renderedFrom) !== true) return after;
  return edit(after, id, { cell: "@submit", value: false, renderedFrom }, wall);
}

/** Enter a value, and nothing with it. */
export function edit(phone: Phone, id: string, entry: Entry, wall: number): Phone {
  const sheet = sheetOf(phone, id);
  if (sheet === undefined || !isEditable(sheet)) return phone;
  // A refused version is nowhere else, but what it replaced must stay replaced.
  const refused = sheet.aside.filter((aside) => aside.cell === entry.cell).map((aside) => aside.version);
  const { version, page } = stamp(
    phone.page,
    id,
    { ...entry, replaces: [...entry.renderedFrom, ...refused] },
    wall,
  );
  const row: Row = { cell: entry.cell, version, dirty: true, tries: 0, restamped: false };
  const after = changeSheet({ ...phone, page }, id, (before) => ({
    ...before,
    rows: withRow(before.rows, row),
  }));
  return after;
}

export interface Stamped {
  readonly version: Version;
  readonly page: Page;
}

/** Give a value its name and stamp, and note what it replaces. */
export function stamp(
  page: Page,
  sheetId: string,
  entry: { readonly cell: string; readonly value: Value; readonly replaces: readonly Version[] },
  wall: number,
): Stamped {
  const key = `${sheetId} ${entry.cell}`;
  const n = page.n + 1;
  const hlc = nextStamp(wall, page.offset, page.highest);
  const seen = seenBy(entry.replaces, page, page.own[key] ?? 0);
  const version: Version = { v: entry.value, hlc, d: page.d, n, seen };
  return { version, page: { ...page, n, highest: hlc, own: { ...page.own, [key]: n } } };
}

/** The person has seen what was refused on a sheet. */
export function seeAside(phone: Phone, id: string): Phone {
  return changeSheet(phone, id, (sheet) => ({
    ...sheet,
    aside: sheet.aside.map((aside) => (aside.isSeen ? aside : { ...aside, isSeen: true })),
  }));
}

export function withRow(rows: readonly Row[], row: Row): readonly Row[] {
  return [...rows.filter((old) => old.cell !== row.cell || !covers(row.version, old.version)), row];
}

/** What a version replaces, and what that had replaced. */
export function seenBy(
  replaces: readonly Version[],
  page: Page,
  ownBefore: number,
): Readonly<Record<string, number>> {
  const seen = bare<number>();
  const note = (d: string, n: number) => {
    seen[d] = Math.max(seen[d] ?? 0, n);
  };
  for (const version of replaces) {
    note(version.d, version.n);
    for (const [d, n] of Object.entries(version.seen)) note(d, n);
  }
  if (ownBefore > 0) note(page.d, ownBefore);
  return trimmed(seen, new Set([page.d, ...replaces.map((version) => version.d)]), page.loads);
}

/** Keep 16 entries; what is replaced directly always stays, up to 64. Dropping can only bring an old one back. */
function trimmed(
  seen: Readonly<Record<string, number>>,
  always: ReadonlySet<string>,
  loads: readonly string[],
): Readonly<Record<string, number>> {
  const rank = (d: string): number => {
    if (always.has(d)) return Number.POSITIVE_INFINITY;
    const load = loads.indexOf(d);
    return load === -1 ? loads.length : load;
  };
  const entries = Object.entries(seen).sort(([a, an], [b, bn]) => {
    const [ra, rb] = [rank(a), rank(b)];
    return ra === rb ? bn - an : ra > rb ? -1 : 1;
  });
  const direct = entries.filter(([d]) => always.has(d)).length;
  return Object.fromEntries(entries.slice(0, Math.min(SEEN_MOST, Math.max(SEEN_KEPT, direct))));
}
