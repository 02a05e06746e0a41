/** What people entered, in their own causal order, and what must therefore be true everywhere. */

import { canonical } from "../../src/core/canonical";
import type { Aside, Phone, Row } from "../../src/core/phone";
import { nextTo } from "../../src/core/settle";
import { readValue, type Sheet, type Version } from "../../src/core/sheet";
import type { Commit, Records } from "./disk";

export interface Entry {
  readonly sheet: string;
  readonly cell: string;
  readonly content: string;
  readonly parents: readonly string[];
}

export type Fate = "ok" | "cancelled" | "opened" | "closed";
export type Held = Readonly<Record<string, readonly [d: string, n: number, seen: Record<string, number>][]>>;

export interface ServerSheet {
  readonly fate: Fate;
  readonly rater: string;
  /** The token that opens it now. */
  readonly write: string;
  readonly cells: Sheet;
}

/** The name of a version: no other may ever have it. */
export const nameOf = ({ d, n }: { readonly d: string; readonly n: number }): string => `${d}/${n}`;
/** Above so many page loads on a cell `seen` may have dropped an entry, which can bring an old version back. */
const MOST_LOADS_SEEN = 14;

export class Journal {
  readonly entries = new Map<string, Entry>();
  private readonly checked = new WeakSet<Version>();
  private readonly last = new Map<string, string>();
  readonly acknowledged = new Set<string>();
  readonly refused = new Set<string>();
  private readonly count: (what: string) => void;

  constructor(deps: { violate: (what: string) => void; count: (what: string) => void }) {
    this.count = deps.count;
    this.violate = deps.violate;
  }

  readonly violate: (what: string) => void;

  /** What a page holds: every version is one that was entered, in its place and unaltered. */
  look(phone: Phone, renderedFrom: Sheet | null): void {
    for (const sheet of phone.sheets) {
      for (const row of sheet.rows) this.lookAt(phone, sheet.id, row, renderedFrom);
      for (const aside of sheet.aside) this.lookAt(phone, sheet.id, aside, renderedFrom);
    }
  }

  private lookAt(phone: Phone, sheet: string, row: Row | Aside, renderedFrom: Sheet | null): void {
    const { version, cell } = row;
    if (this.checked.has(version)) return;
    this.checked.add(version);
    const name = nameOf(version);
    const content = canonical(version);
    const known = this.entries.get(name);
    if (known !== undefined) this.compare(known, sheet, cell, content);
    else if (![phone.page.d, nextTo(phone.page.d, version.n)].includes(version.d))
      this.violate("a version appeared that nobody entered");
    else {
      // What was refused here is nowhere else, but what it replaced stays replaced by what is entered next.
      const refused = phone.sheets
        .flatMap((one) => (one.id === sheet ? one.aside : []))
        .filter((aside) => aside.cell === cell && aside.version !== version)
        .map((aside) => nameOf(aside.version));
      const parents = [...this.parentsOf(sheet, cell, version, renderedFrom), ...refused];
      this.enter(name, { sheet, cell, content, parents });
    }
  }

  private parentsOf(sheet: string, cell: string, version: Version, renderedFrom: Sheet | null): string[] {
    // Stamped anew by the app itself: it comes after what it replaces.
    const from =
      renderedFrom?.[cell]?.map(nameOf) ?? Object.entries(version.seen).map(([d, n]) => nameOf({ d, n }));
    const before = this.last.get(`${version.d} ${sheet} ${cell}`);
    this.last.set(`${version.d} ${sheet} ${cell}`, nameOf(version));
    return [...from, ...(before === undefined ? [] : [before])];
  }

  private enter(name: string, entry: Entry): void {
    this.entries.set(name, entry);
  }

  private compare(known: Entry, sheet: string, cell: string, content: string): void {
    if (known.sheet !== sheet || known.cell !== cell)
      this.violate("a version of one place appeared in another");
    else if (known.content !== content) this.violate("a name was used for another content");
  }

  /** What goes over the wire is what was entered, in its own sheet, and never what was refused to this phone. */
  sent(sheet: string, cell: string, version: Version): void {
    const known = this.entries.get(nameOf(version));
    if (known === undefined) this.violate("something was sent that nobody entered");
    else this.compare(known, sheet, cell, canonical(version));
  }

  /** Whether `later` was entered knowing `name`, or is it. */
  follows(later: string, name: string): boolean {
    const seen = new Set<string>();
    const open = [later];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (one === name) return true;
      if (seen.has(one)) continue;
      seen.add(one);
      open.push(...(this.entries.get(one)?.parents ?? []));
    }
    return false;
  }

  isKept(name: string, among: Iterable<string>): boolean {
    for (const one of among) if (this.follows(one, name)) return true;
    return false;
  }

  /** A version called clean by a reply is in the sheet as the server had it then, or replaced there. */
  cleaned(name: string, cell: string, held: Held | null | undefined, isStillThere: boolean): void {
    // What was lost while the reply was on its way is brought back by whoever still holds it, and promised by nobody.
    if (isStillThere) this.acknowledged.add(name);
    this.count("version acknowledged");
    const there = (held?.[cell] ?? []).map(([d, n]) => nameOf({ d, n }));
    if (!this.isKept(name, there)) this.violate("a version was called clean and is not on the server");
  }

  /** What left the disk was replaced by something later, or set aside. */
  committed(commit: Commit, aside: Records, isForgotten: (sheet: string) => boolean): void {
    const [before, after] = [commit.before.get("cell"), commit.after.get("cell")];
    if (before === undefined || after === undefined || before === after) return;
    for (const [key, record] of before) {
      if (after.has(key)) continue;
      const row = record.value as { sheet: string; cell: string; d: string; n: number };
      if (isForgotten(row.sheet)) continue;
      const kept = [...namesIn(after, row), ...namesIn(aside, row)];
      if (!this.isKept(nameOf(row), kept))
        this.violate("a saved version left the disk with nothing in its place");
    }
  }

  /** What is shown as saved survives whatever happens to the page. */
  saved(phone: Phone, cells: Records, asides: Records, isForgotten: (sheet: string) => boolean): void {
    for (const sheet of phone.sheets) {
      if (isForgotten(sheet.id)) continue;
      for (const row of sheet.rows) {
        const { d, n } = row.version;
        if (cells.has(JSON.stringify([sheet.id, row.cell, d, n]))) continue;
        const place = { sheet: sheet.id, cell: row.cell };
        const kept = [...namesIn(cells, place), ...namesIn(asides, place)];
        if (!this.isKept(nameOf(row.version), kept)) this.violate("saved was shown before the disk held it");
      }
    }
  }

  /** One sheet on the server when all is quiet. */
  checkServer(sheet: string, { cells }: ServerSheet): void {
    for (const [cell, versions] of Object.entries(cells)) {
      for (const version of versions) {
        const known = this.entries.get(nameOf(version));
        if (known === undefined) this.violate("the server holds what nobody entered");
        else this.compare(known, sheet, cell, canonical(version));
      }
      this.checkOne(sheet, cell, versions);
    }
  }

  private checkOne(sheet: string, cell: string, versions: readonly Version[]): void {
    if (versions.length < 2) return;
    this.count("cell with versions side by side");
    const names = versions.map(nameOf);
    const loads = new Set(
      [...this.entries].flatMap(([name, entry]) =>
        entry.sheet === sheet && entry.cell === cell ? [name.slice(0, 16)] : [],
      ),
    );
    const replaced = names.filter((name) =>
      names.some((other) => other !== name && this.follows(other, name)),
    );
    if (replaced.length === 0) return;
    if (loads.size > MOST_LOADS_SEEN) this.count("an old version came back beside a later one");
    else this.violate("a version is there beside the one that replaced it");
    const value = readValue(versions);
    const newest = versions.filter((version) => !replaced.includes(nameOf(version)));
    if (!newest.some((version) => canonical(version.v) === canonical(value)))
      this.violate("the value read is not the last one entered");
  }
}

export function namesIn(
  records: Records,
  place: { readonly sheet: string; readonly cell: string },
): string[] {
  const found: string[] = [];
  for (const { value } of records.values()) {
    const row = value as { sheet: string; cell: string; d: string; n: number };
    if (row.sheet === place.sheet && row.cell === place.cell) found.push(nameOf(row));
  }
  return found;
}
