/** The merge of a sheet, the same as in `surveys/sheet.py`; comes after the first question. */

import { canonical } from "./canonical";
import { bare, byAge, covers, type Sheet, type Version } from "./sheet";

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
  const ours: Sheet = Object.assign(bare(), a);
  const theirs: Sheet = Object.assign(bare(), b);
  const merged = bare<readonly Version[]>();
  for (const cell of Object.keys({ ...ours, ...theirs }).sort())
    merged[cell] = mergeVersions(ours[cell] ?? [], theirs[cell] ?? []);
  return merged;
}

/** List the texts of one comment, oldest first, without those contained in a later one. */
export function distinctTexts(versions: readonly Version[]): readonly string[] {
  const values = [...versions].sort(byAge).map((version) => version.v);
  const texts = values.filter((value): value is string => typeof value === "string" && value !== "");
  return texts.filter((text, i) => !texts.slice(i + 1).some((later) => later.includes(text)));
}

function greater(a: Version, b: Version): Version {
  return compareCodePoints(canonical(a), canonical(b)) >= 0 ? a : b;
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
