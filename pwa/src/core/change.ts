/** What must be written so that the stored sheets equal the ones in memory. */

import { type Aside, nameOf, type Phone, type PhoneSheet, type Row } from "./phone";
import type { Status } from "./wire";

export interface RowKey {
  readonly sheet: string;
  readonly cell: string;
  readonly d: string;
  readonly n: number;
}

export interface Change {
  readonly put: readonly { readonly sheet: string; readonly row: Row }[];
  readonly drop: readonly RowKey[];
  readonly aside: readonly { readonly sheet: string; readonly aside: Aside }[];
  readonly status: readonly { readonly sheet: string; readonly status: Status }[];
}

export function changeBetween(stored: Phone, current: Phone): Change {
  const change = { put: [], drop: [], aside: [], status: [] } as { [K in keyof Change]: Change[K][number][] };
  for (const sheet of current.sheets) {
    const before = stored.sheets.find((one) => one.id === sheet.id);
    if (before !== sheet) noteSheet(change, before, sheet);
  }
  return change;
}

function noteSheet(
  change: { [K in keyof Change]: Change[K][number][] },
  before: PhoneSheet | undefined,
  after: PhoneSheet,
): void {
  const sheet = after.id;
  const old = byName(before?.rows ?? []);
  const fresh = byName(after.rows);
  for (const [name, row] of fresh) if (old.get(name) !== row) change.put.push({ sheet, row });
  for (const [name, row] of old) {
    if (!fresh.has(name)) change.drop.push({ sheet, cell: row.cell, d: row.version.d, n: row.version.n });
  }
  const known = new Set(before?.aside);
  for (const aside of after.aside) if (!known.has(aside)) change.aside.push({ sheet, aside });
  if ((before?.status ?? "ok") !== after.status) change.status.push({ sheet, status: after.status });
}

export function isEmpty(change: Change): boolean {
  return change.put.length + change.drop.length + change.aside.length + change.status.length === 0;
}

export function byName(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [nameOf(row.cell, row.version), row]));
}
