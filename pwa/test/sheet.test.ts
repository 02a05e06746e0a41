/** The merge of a sheet, run on the examples the server runs too, and on histories of pages that hear late. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import canonicalRows from "../../tests/vectors/sheet/canonical.json";
import finalRows from "../../tests/vectors/sheet/final.json";
import mergeRows from "../../tests/vectors/sheet/merge.json";
import readRows from "../../tests/vectors/sheet/read.json";
import { canonical } from "../src/core/canonical";
import { distinctTexts, merge } from "../src/core/merge";
import { covers, isFinal, missing, readValue, type Sheet, type Value, type Version } from "../src/core/sheet";

// JSON imports infer a literal type per file; a vector row is a sheet by construction.
const sheet = (row: unknown) => row as Sheet;

describe("examples shared with the server", () => {
  test.each(mergeRows)("merge: $name", ({ a, b, merged }) => {
    expect(canonical(merge(sheet(a), sheet(b)))).toBe(canonical(merged));
    expect(canonical(merge(sheet(b), sheet(a)))).toBe(canonical(merged));
  });

  test.each(readRows)("read: $name", ({ versions, value, texts }) => {
    const read = versions as unknown as Version[];
    expect(readValue(read)).toBe(value);
    expect(distinctTexts(read)).toEqual(texts);
  });

  test.each(finalRows)("final: $name", (row) => {
    expect(missing(sheet(row.sheet), row.required)).toEqual(row.missing);
    expect(isFinal(sheet(row.sheet), row.required)).toBe(row.final);
  });

  test.each(canonicalRows)("canonical: $name", ({ value, text }) => {
    expect(canonical(value)).toBe(text);
  });

  test.each([1.5, 2 ** 53, "\ud800", "\udc00x", undefined, Number.NaN])(
    "%s has no canonical form",
    (value) => {
      expect(() => canonical(value)).toThrow(TypeError);
    },
  );

  test("equal (d, n): greater means UTF-8 bytes, not UTF-16 units", () => {
    const version = (v: string): Version => ({ v, hlc: 1, d: "a".repeat(16), n: 1, seen: {} });
    const [high, astral] = [{ c: [version("\uffee")] }, { c: [version("\u{1f600}")] }];
    expect(readValue(merge(high, astral).c ?? [])).toBe("\u{1f600}");
  });
});

const PAGES = ["a", "b", "c"].map((letter) => letter.repeat(16));
const CELLS = ["SS01.f_match", "OQ1.text", "@submit"];
type Step = [page: number, cell: number, value: Value, wall: number, hears: boolean];

const history: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(fc.nat(2), fc.nat(2), fc.integer({ min: 1, max: 5 }), fc.nat(500), fc.boolean()),
  { maxLength: 24 },
);

function edited(before: Sheet, cell: string, d: string, n: number, v: Value, wall: number): Sheet {
  const versions = before[cell] ?? [];
  const seen: Record<string, number> = {};
  for (const version of versions) {
    for (const [page, highest] of [[version.d, version.n] as const, ...Object.entries(version.seen)]) {
      seen[page] = Math.max(seen[page] ?? 0, highest);
    }
  }
  const hlc = Math.max(wall, ...versions.map((version) => version.hlc)) + 1;
  return merge(before, { [cell]: [{ v, hlc, d, n, seen }] });
}

function snapshots(steps: Step[]): Sheet[] {
  const pages: Sheet[] = PAGES.map(() => ({}));
  const counters = PAGES.map(() => 0);
  const states: Sheet[] = [{}];
  for (const [page, cell, value, wall, hears] of steps) {
    const heard = hears
      ? merge(pages[page] ?? {}, pages[(page + 1) % PAGES.length] ?? {})
      : (pages[page] ?? {});
    counters[page] = (counters[page] ?? 0) + 1;
    pages[page] = edited(heard, CELLS[cell] ?? "", PAGES[page] ?? "", counters[page] ?? 0, value, wall);
    states.push(pages[page] ?? {});
  }
  return states;
}

describe("properties over well-formed histories", () => {
  test("merging is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), fc.nat(), (steps, i, j, k) => {
        const states = snapshots(steps);
        const [a, b, c] = [i, j, k].map((at) => states[at % states.length] ?? {}) as [Sheet, Sheet, Sheet];
        expect(canonical(merge(a, b))).toBe(canonical(merge(b, a)));
        expect(canonical(merge(merge(a, b), c))).toBe(canonical(merge(a, merge(b, c))));
        expect(canonical(merge(a, a))).toBe(canonical(a));
      }),
    );
  });

  test("no entered value is lost unless a later one saw it", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const states = snapshots(steps);
        const all = states.reduce(merge, {});
        for (const state of states) {
          for (const [cell, versions] of Object.entries(state)) {
            for (const one of versions) {
              const kept = all[cell] ?? [];
              expect(kept.some((v) => canonical(v) === canonical(one) || covers(v, one))).toBe(true);
            }
          }
        }
      }),
    );
  });
});
