/** What a verified reply means: what it names and does not want is safe on the server. */

import { nextStamp, offsetFrom } from "./clock";
import { mergeVersions } from "./merge";
import {
  type Aside,
  changeSheet,
  fullDue,
  LARGEST_SIZE,
  nameOf,
  type Page,
  type Phone,
  type PhoneSheet,
  type Queue,
  type Row,
  type Stamped,
  seenBy,
  sheetOf,
  stamp,
  withRow,
} from "./phone";
import type { Sent, SentSheet } from "./planner";
import type { Version } from "./sheet";
import type { SheetReply, SyncReply } from "./sync-wire";

const TRIES = 3;

export interface Step {
  readonly phone: Phone;
  /** Words for the log: never a token, an assignment or an item. */
  readonly log: readonly string[];
}

/** Take in the reply to `sent`; only the reply to this page's latest request is ever given here. */
export function settle(phone: Phone, sent: Sent, reply: SyncReply, wall: number): Step {
  const page: Page = { ...phone.page, offset: offsetFrom(reply.now, wall) };
  const isRestored = phone.queue.epoch !== null && phone.queue.epoch !== reply.epoch;
  let after: Phone = { ...phone, page, queue: calm(phone.queue, reply.epoch, sent, wall) };
  const log: string[] = isRestored ? ["epoch changed"] : [];
  if (isRestored) after = fullDue(after);
  for (const [i, part] of sent.sheets.entries()) {
    const answer = reply.sheets[i];
    if (answer === undefined || sheetOf(after, part.id)?.write !== part.write) continue;
    after = settleSheet(after, part, answer, wall, log);
  }
  const { suspect } = phone.queue;
  if (sent.isProbe && suspect !== null) {
    log.push("one answer set aside");
    after = changeSheet(after, suspect.sheet, (sheet) => setAside(sheet, suspect.row, suspect.reason));
  }
  return { phone: after, log };
}

function calm(queue: Queue, epoch: string, sent: Sent, wall: number): Queue {
  const size = sent.isProbe ? queue.size : Math.min(LARGEST_SIZE, queue.size * 2);
  const fullAt = sent.sheets.some((sheet) => sheet.isFull) ? wall : queue.fullAt;
  return { failures: 0, notBefore: wall, askedUntil: 0, size, suspect: null, epoch, fullAt };
}

function settleSheet(phone: Phone, sent: SentSheet, reply: SheetReply, wall: number, log: string[]): Phone {
  if (reply.status !== "ok") {
    log.push(`status ${reply.status}`);
    return changeSheet(phone, sent.id, (sheet) => ({ ...sheet, status: reply.status, isFullDue: false }));
  }
  const known = new Set(sheetOf(phone, sent.id)?.rows.map((row) => nameOf(row.cell, row.version)));
  let after = changeSheet(phone, sent.id, (sheet) => ({
    ...sheet,
    isFullDue: sheet.isFullDue && !sent.isFull,
    rows: sheet.rows.map((row) => answered(row, sent, reply)),
  }));
  for (const refusal of reply.refused) {
    if (known.has(nameOf(refusal.cell, refusal))) after = refused(after, sent.id, refusal, wall, log);
  }
  after = stubborn(after, sent.id, wall, log);
  return adopt(after, sent.id, reply.cells);
}

function answered(row: Row, sent: SentSheet, reply: SheetReply): Row {
  const name = nameOf(row.cell, row.version);
  const wasCarried = sent.carried.has(name);
  if (!wasCarried && !sent.named.has(name)) return row;
  if (!reply.want.includes(row.cell)) return { ...row, dirty: false, tries: 0 };
  return { ...row, dirty: true, tries: row.tries + (wasCarried ? 1 : 0) };
}

function refused(
  phone: Phone,
  id: string,
  refusal: SheetReply["refused"][number],
  wall: number,
  log: string[],
): Phone {
  const isIt = (row: Row) => nameOf(row.cell, row.version) === nameOf(refusal.cell, refusal);
  const row = sheetOf(phone, id)?.rows.find(isIt);
  if (row === undefined) return phone;
  log.push(`refused ${refusal.reason}`);
  if (refusal.reason === "clock") return writtenAgain(phone, id, row, wall, false);
  return changeSheet(phone, id, (sheet) => setAside(sheet, row, refusal.reason));
}

/** Still wanted after three requests that carried it: a new stamp once, then aside. */
function stubborn(phone: Phone, id: string, wall: number, log: string[]): Phone {
  let after = phone;
  for (const row of sheetOf(phone, id)?.rows ?? []) {
    if (row.tries < TRIES) continue;
    log.push("diverged");
    after = row.restamped
      ? changeSheet(after, id, (sheet) => setAside(sheet, row, "diverged"))
      : writtenAgain(after, id, row, wall, true);
  }
  return after;
}

function writtenAgain(phone: Phone, id: string, row: Row, wall: number, restamped: boolean): Phone {
  const entry = { cell: row.cell, value: row.version.v, replaces: [row.version] };
  const { version, page } =
    row.version.d === phone.page.d
      ? stamp(phone.page, id, entry, wall)
      : stampBeside(phone.page, row.version, wall);
  const fresh: Row = { cell: row.cell, version, dirty: true, tries: 0, restamped };
  return changeSheet({ ...phone, page }, id, (sheet) => ({ ...sheet, rows: withRow(sheet.rows, fresh) }));
}

/** Give what another page load entered a new stamp. It replaces that alone, and nothing this page entered itself. */
function stampBeside(page: Page, version: Version, wall: number): Stamped {
  const n = page.n + 1;
  const hlc = nextStamp(wall, page.offset, page.highest);
  const seen = seenBy([version], page, 0);
  return {
    version: { v: version.v, hlc, d: nextTo(page.d, n), n, seen },
    page: { ...page, n, highest: hlc },
  };
}

/** A name next to a page load's own: under one name there is one version of a cell, and two may stand side by side. */
export const nextTo = (d: string, n: number): string =>
  BigInt.asUintN(64, BigInt(`0x${d}`) + BigInt(n))
    .toString(16)
    .padStart(16, "0");

function setAside(sheet: PhoneSheet, row: Row, reason: string): PhoneSheet {
  const name = nameOf(row.cell, row.version);
  const rows = sheet.rows.filter((other) => nameOf(other.cell, other.version) !== name);
  if (rows.length === sheet.rows.length) return sheet;
  const aside: Aside = { cell: row.cell, version: row.version, reason, isSeen: false };
  return { ...sheet, rows, aside: [...sheet.aside, aside] };
}

/** Take in versions of the same person from elsewhere; they may replace ours or stand beside them. */
export function adopt(
  phone: Phone,
  id: string,
  cells: Readonly<Record<string, readonly Version[]>>,
  { isUnsent = false } = {},
): Phone {
  const incoming = Object.entries(cells);
  if (incoming.length === 0) return phone;
  const highest = Math.max(
    phone.page.highest,
    ...incoming.flatMap(([, all]) => all.map((version) => version.hlc)),
  );
  const after = { ...phone, page: { ...phone.page, highest } };
  return changeSheet(after, id, (sheet) => ({
    ...sheet,
    rows: incoming.reduce((rows, [cell, versions]) => adoptCell(rows, cell, versions, isUnsent), sheet.rows),
  }));
}

function adoptCell(
  rows: readonly Row[],
  cell: string,
  versions: readonly Version[],
  dirty: boolean,
): readonly Row[] {
  const ours = rows.filter((row) => row.cell === cell);
  const merged = mergeVersions(
    ours.map((row) => row.version),
    versions,
  );
  const kept = merged.map((version): Row => {
    const name = nameOf(cell, version);
    const same = ours.find((row) => nameOf(cell, row.version) === name);
    return same === undefined ? { cell, version, dirty, tries: 0, restamped: false } : { ...same, version };
  });
  return [...rows.filter((row) => row.cell !== cell), ...kept];
}
