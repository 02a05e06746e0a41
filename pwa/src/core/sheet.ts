/** A sheet is a small replicated map; this is how it is read, the same as `surveys/sheet.py`. Its merge: `merge.ts`. */

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

/** A record to look up names in that come from outside: it inherits nothing, or `constructor` would always be there. */
export const bare = <T>(): Record<string, T> => Object.create(null);

/** Say whether `newer` was written having seen `older`, or something after it from its page load. */
export function covers(newer: Version, older: Version): boolean {
  return !(newer.d === older.d && newer.n === older.n) && (newer.seen[older.d] ?? 0) >= older.n;
}

/** Read the value of a rating, a choice or `@submit`: the latest by (hlc, d); null when unanswered. */
export function readValue(versions: readonly Version[]): Value {
  const all = [...versions].sort(byAge);
  return all[all.length - 1]?.v ?? null;
}

/** List the required cells that read as unanswered, in the order asked. */
export function missing(sheet: Sheet, required: readonly string[]): readonly string[] {
  return required.filter((cell) => readValue(sheet[cell] ?? []) === null);
}

/** Say whether the sheet was submitted with every required cell answered, judged on the merged state. */
export function isFinal(sheet: Sheet, required: readonly string[]): boolean {
  return readValue(sheet["@submit"] ?? []) === true && missing(sheet, required).length === 0;
}

export function byAge(a: Version, b: Version): number {
  return a.hlc - b.hlc || (a.d < b.d ? -1 : a.d > b.d ? 1 : a.n - b.n);
}
