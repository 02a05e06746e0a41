/** A sheet is a small replicated map; this is its merge, the same as `surveys/sheet.py`. */

import { canonical } from "./canonical";

export type Value = string | number | boolean | null | readonly Value[];

/** One entered value: hybrid clock in ms, page load `d`, its counter there, and what it replaces. */
export interface Version {
  readonly v: Value;
  readonly hlc: number;
  readonly d: string;
  readonly n: number;
  readonly seen: Readonly<Record<string, number>>;
}

export type Sheet = Readonly<Record<string, readonly Version[]>>;

/** Say whether `newer` was written having seen `older`, or something after it from its page load. */
export function covers(newer: Version, older: Version): boolean {
  return !(newer.d === older.d && newer.n === older.n) && (newer.seen[older.d] ?? 0) >= older.n;
}

/** Unite two sets of versions of one cell, without those that are replaced, in the order of (d, n). */
export function mergeVersions(a: readonly Version[], b: readonly Version[]): readonly Version[] {
  const united = new Map<string, Version>();
  for (const version of [...a, ...b]) {
    const key = `${version.d}/${version.n}`;
    const known = united.get(key);
    united.set(key, known === undefined ? version : greater(known, version));
  }
  const all = [...united.values()];
  return all.filter((one) => !all.some((other) => covers(other, one))).sort(byName);
}

/** Merge two sheets cell by cell: commutative, idempotent, associative while no `seen` entry drops. */
export function merge(a: Sheet, b: Sheet): Sheet {
  const cells = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(cells.map((cell) => [cell, mergeVersions(a[cell] ?? [], b[cell] ?? [])]));
}

/** Read the value of a rating, a choice or `@submit`: the latest by (hlc, d); null when unanswered. */
export function readValue(versions: readonly Version[]): Value {
  const all = [...versions].sort(byAge);
  return all[all.length - 1]?.v ?? null;
}

/** List the texts of one comment, oldest first, without those contained in a later one. */
export function distinctTexts(versions: readonly Version[]): readonly string[] {
  const values = [...versions].sort(byAge).map((version) => version.v);
  const texts = values.filter((value): value is string => typeof value === "string" && value !== "");
  return texts.filter((text, i) => !texts.slice(i + 1).some((later) => later.includes(text)));
}

/** List the required cells that read as unanswered, in the order asked. */
export function missing(sheet: Sheet, required: readonly string[]): readonly string[] {
  return required.filter((cell) => readValue(sheet[cell] ?? []) === null);
}

/** Say whether the sheet was submitted with every required cell answered, judged on the merged state. */
export function isFinal(sheet: Sheet, required: readonly string[]): boolean {
  return readValue(sheet["@submit"] ?? []) === true && missing(sheet, required).length === 0;
}

function greater(a: Version, b: Version): Version {
  return compareCodePoints(canonical(a), canonical(b)) >= 0 ? a : b;
}

function byAge(a: Version, b: Version): number {
  return a.hlc - b.hlc || (a.d < b.d ? -1 : a.d > b.d ? 1 : a.n - b.n);
}

function byName(a: Version, b: Version): number {
  return a.d < b.d ? -1 : a.d > b.d ? 1 : a.n - b.n;
}

/** UTF-8 bytes order like code points; UTF-16 code units do not, so strings cannot be compared with `<`. */
function compareCodePoints(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}
