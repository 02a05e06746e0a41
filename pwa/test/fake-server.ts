/** The server of docs/wire.md in one page, kept in memory, so that faults can be played in any order. */

import { merge, mergeVersions } from "../src/core/merge";
import type { Sheet, Version } from "../src/core/sheet";
import type { SheetReply, SheetRequest, SyncReply, SyncRequest } from "../src/core/sync-wire";
import type { Status } from "../src/core/wire";

const HOUR_MS = 3_600_000;

export class FakeServer {
  now = 1_795_374_000_000;
  epoch = "e1";
  readonly sheets = new Map<string, Sheet>();
  readonly status = new Map<string, Status>();
  /** Cells outside the form. */
  unknown = new Set<string>();

  answer(request: SyncRequest): SyncReply {
    return { now: this.now, epoch: this.epoch, sheets: request.sheets.map((sheet) => this.one(sheet)) };
  }

  private one(request: SheetRequest): SheetReply {
    const status = this.status.get(request.write) ?? "ok";
    if (status !== "ok") return { status, want: [], refused: [], cells: {} };
    const refused: { cell: string; d: string; n: number; reason: string }[] = [];
    let stored = this.sheets.get(request.write) ?? {};
    for (const [cell, versions] of Object.entries(request.cells)) {
      const fine = versions.filter((version) => {
        const reason = this.reason(cell, version);
        if (reason !== null) refused.push({ cell, d: version.d, n: version.n, reason });
        return reason === null;
      });
      stored = merge(stored, { [cell]: fine });
    }
    this.sheets.set(request.write, stored);
    const want = this.wanted(request, stored, refused);
    return { status, want, refused, cells: request.read === undefined ? {} : this.news(request, stored) };
  }

  private reason(cell: string, version: Version): string | null {
    if (this.unknown.has(cell)) return "unknown_cell";
    if ((version.seen[version.d] ?? 0) >= version.n || Object.keys(version.seen).length > 64)
      return "bad_version";
    return version.hlc > this.now + HOUR_MS ? "clock" : null;
  }

  private wanted(
    request: SheetRequest,
    stored: Sheet,
    refused: readonly { cell: string; d: string; n: number }[],
  ) {
    const named = [
      ...Object.entries(request.cells).flatMap(([cell, all]) => all.map(({ d, n }) => ({ cell, d, n }))),
      ...Object.entries(request.have).flatMap(([d, cells]) =>
        Object.entries(cells).map(([cell, n]) => ({ cell, d, n })),
      ),
    ];
    const isHere = ({ cell, d, n }: { cell: string; d: string; n: number }) =>
      (stored[cell] ?? []).some((v) => (v.d === d && v.n === n) || (v.seen[d] ?? 0) >= n);
    const isRefused = (one: { cell: string; d: string; n: number }) =>
      refused.some((r) => r.cell === one.cell && r.d === one.d && r.n === one.n);
    return [...new Set(named.filter((one) => !isHere(one) && !isRefused(one)).map((one) => one.cell))].sort();
  }

  private news(request: SheetRequest, stored: Sheet): Record<string, readonly Version[]> {
    const held = (cell: string, v: Version) =>
      (request.cells[cell] ?? []).some((sent) => sent.d === v.d && sent.n === v.n) ||
      request.have[v.d]?.[cell] === v.n;
    const entries = Object.entries(stored).map(
      ([cell, all]) => [cell, mergeVersions(all, []).filter((version) => !held(cell, version))] as const,
    );
    return Object.fromEntries(entries.filter(([, all]) => all.length > 0));
  }
}
