/** Keeps the phone's state in memory and on disk the same; *saved* is what the disk has said, nothing earlier. */

import { changeBetween, isEmpty, tidied, unitedRows } from "../core/change";
import { nameOf, type Phone, type PhoneSheet, type Row } from "../core/phone";
import type { Store, Stored } from "../store/types";

export interface Keeper {
  phone(): Phone;
  /** Whether everything in memory is on the disk. */
  isSaved(): boolean;
  /** Whether the last try to save failed. */
  hasFailed(): boolean;
  /** Change the state at once; the promise ends when the disk holds it, or could not. */
  update(change: (phone: Phone) => Phone): Promise<void>;
  /** Take in what another tab stored. */
  reload(): Promise<void>;
}

export interface KeeperDeps {
  readonly store: Store;
  readonly onChange: () => void;
  readonly onSaved: () => void;
}

export function createKeeper(initial: Phone, deps: KeeperDeps): Keeper {
  let current = tidied(initial);
  let stored = initial;
  let failed = false;
  let queue: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const target = current;
    const change = changeBetween(stored, target);
    try {
      if (!isEmpty(change)) {
        await deps.store.write(change);
        deps.onSaved();
      }
      stored = target;
      failed = false;
    } catch {
      // What is not stored stays in the difference: the next write tries all of it again.
      failed = true;
    }
    deps.onChange();
  }

  async function takeIn(): Promise<void> {
    const fresh = await deps.store.load();
    const before = stored;
    stored = { ...current, sheets: current.sheets.map((sheet) => onDisk(sheet, fresh)) };
    current = { ...current, sheets: current.sheets.map((sheet) => joined(sheet, before, fresh)) };
    deps.onChange();
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work, work);
    return queue;
  };

  return {
    phone: () => current,
    isSaved: () => !failed && isEmpty(changeBetween(stored, current)),
    hasFailed: () => failed,
    update: (change) => {
      current = change(current);
      deps.onChange();
      return inTurn(flush);
    },
    reload: () => inTurn(takeIn),
  };
}

function onDisk(sheet: PhoneSheet, fresh: Stored): PhoneSheet {
  const status = fresh.tasks.find((task) => task.assignment.id === sheet.id)?.status ?? sheet.status;
  return { ...sheet, status, rows: fresh.rows.get(sheet.id) ?? [], aside: fresh.asides.get(sheet.id) ?? [] };
}

/** What the disk holds, plus what this page has entered and not stored yet. */
function joined(sheet: PhoneSheet, before: Phone, fresh: Stored): PhoneSheet {
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
