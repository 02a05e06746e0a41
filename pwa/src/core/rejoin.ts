/** What lies on the disk and what this page holds, joined: at a start, and when another tab has stored something. */

import { byName } from "./change";
import { mergeVersions } from "./merge";
import { type Aside, nameOf, type Phone, type PhoneSheet, type Row } from "./phone";
import type { Version } from "./sheet";
import type { Status } from "./wire";

/** Rows another tab stored, together with those this page has not stored yet. */
export function unitedRows(stored: readonly Row[], unsaved: readonly Row[]): readonly Row[] {
  const all = byName([...stored, ...unsaved]);
  const cells = new Map<string, Version[]>();
  for (const { cell, version } of all.values()) {
    const others = cells.get(cell);
    if (others === undefined) cells.set(cell, [version]);
    else others.push(version);
  }
  return [...cells].flatMap(([cell, versions]) =>
    mergeVersions(versions, []).flatMap((version) => all.get(nameOf(cell, version)) ?? []),
  );
}

/** Without versions that a later one on the same disk replaced: a tab that did not hear of it may have put one back. */
export function tidied(phone: Phone): Phone {
  return { ...phone, sheets: phone.sheets.map((sheet) => ({ ...sheet, rows: unitedRows(sheet.rows, []) })) };
}

/** What another tab may have stored, as far as it matters to the sheets. */
interface Fresh {
  readonly tasks: readonly { readonly assignment: { readonly id: string }; readonly status: Status }[];
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly asides: ReadonlyMap<string, readonly Aside[]>;
}

/** What is stored now, and what this page holds together with it. */
export function rejoined(
  current: Phone,
  stored: Phone,
  fresh: Fresh,
): { readonly stored: Phone; readonly current: Phone } {
  return {
    stored: { ...current, sheets: current.sheets.map((sheet) => onDisk(sheet, fresh)) },
    current: { ...current, sheets: current.sheets.map((sheet) => joined(sheet, stored, fresh)) },
  };
}

function onDisk(sheet: PhoneSheet, fresh: Fresh): PhoneSheet {
  const status = fresh.tasks.find((task) => task.assignment.id === sheet.id)?.status ?? sheet.status;
  return { ...sheet, status, rows: fresh.rows.get(sheet.id) ?? [], aside: fresh.asides.get(sheet.id) ?? [] };
}

/** What the disk holds, plus what this page has entered and not stored yet. */
function joined(sheet: PhoneSheet, before: Phone, fresh: Fresh): PhoneSheet {
  const disk = onDisk(sheet, fresh);
  const old = new Set<Row>(before.sheets.find((one) => one.id === sheet.id)?.rows);
  const unsaved = sheet.rows.filter((row) => !old.has(row));
  const aside = new Set(disk.aside.map((one) => nameOf(one.cell, one.version)));
  const kept = unsaved.filter((row) => !aside.has(nameOf(row.cell, row.version)));
  // Another tab may have heard it from a server that has come back from a backup since: this one asks for itself.
  const clean = cleanNames(sheet.rows);
  const isNews = [...cleanNames(disk.rows)].some((name) => !clean.has(name));
  const isFullDue = disk.isFullDue || (isNews && disk.status === "ok");
  return { ...disk, isFullDue, rows: unitedRows(disk.rows, kept) };
}

function cleanNames(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.filter((row) => !row.dirty).map((row) => nameOf(row.cell, row.version)));
}
