/** A sender and a keeper with every fault in reach: a server, a network and a disk that do as they are told. */

import type { Change } from "../src/core/change";
import { edit, newPhone, type Phone, type PhoneSheet } from "../src/core/phone";
import { readValue } from "../src/core/sheet";
import type { SyncRequest } from "../src/core/sync-wire";
import type { Status } from "../src/core/wire";
import { openMemoryStore } from "../src/store/memory-store";
import { NotSaved, type Store } from "../src/store/types";
import { createEngine, type Engine } from "../src/sync/engine";
import { createKeeper, type Keeper } from "../src/sync/keeper";
import type { SyncOutcome } from "../src/sync/transport";
import { FakeServer } from "./fake-server";

export const CELL = "SS01.f_match";
const sheet: PhoneSheet = {
  id: "one",
  cycle: "c",
  write: "w",
  read: null,
  status: "ok",
  rows: [],
  aside: [],
  isFullDue: false,
};
export const phoneAt = (d: string): Phone => ({ ...newPhone(d.repeat(16), [], 0), sheets: [sheet] });

export class World {
  readonly server = new FakeServer();
  readonly requests: SyncRequest[] = [];
  readonly leaving: SyncRequest[] = [];
  readonly statuses: Status[] = [];
  readonly writes: Change[] = [];
  fault: SyncOutcome | null = null;
  isReplyLost = false;
  isDiskFull = false;
  isLocked = false;
  isVisible = false;
  sent = 0;
  /** How long the sender was ready to wait for each request. */
  readonly patience: number[] = [];
  slowMs = 0;
  readonly keeper: Keeper;
  readonly engine: Engine;

  constructor(store: Partial<Store> = {}) {
    this.keeper = createKeeper(phoneAt("a"), {
      store: { ...openMemoryStore(), write: (change) => this.write(change), ...store },
      onChange: () => undefined,
      onSaved: () => undefined,
      bringRejoin: () => import("../src/core/rejoin"),
    });
    this.engine = createEngine({
      app: "test",
      keeper: this.keeper,
      post: (request, patienceMs) => {
        this.patience.push(patienceMs);
        return this.post(request);
      },
      postLeaving: (request) => this.leaving.push(request),
      asOnlySender: async (work) => {
        if (this.isLocked) return false;
        await work();
        return true;
      },
      now: Date.now,
      random: () => 1,
      wait: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
      isVisible: () => this.isVisible,
      log: () => undefined,
      onReply: () => undefined,
      onSent: () => {
        this.sent += 1;
      },
      onStatus: (all) => this.statuses.push(...all),
      onChange: () => undefined,
    });
  }

  async write(change: Change): Promise<void> {
    if (this.isDiskFull) throw new NotSaved("full");
    this.writes.push(change);
  }

  async post(request: SyncRequest): Promise<SyncOutcome> {
    this.requests.push(request);
    if (this.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, this.slowMs));
    if (this.fault !== null) return this.fault;
    const reply = this.server.answer(request);
    return this.isReplyLost ? { kind: "network" } : { kind: "reply", reply };
  }

  async answer(value: number): Promise<void> {
    const at = Date.now();
    await this.keeper.update((phone) => edit(phone, "one", { cell: CELL, value, renderedFrom: [] }, at));
    this.engine.edited();
  }

  stored(): unknown {
    return readValue(this.server.sheets.get("w")?.[CELL] ?? []);
  }
}
