/** One transaction of a simulated IndexedDB: it begins when no other is in its way, and ends by itself. */

import { type Connection, DiskError } from "./disk";
import type { Moment } from "./timeline";

export type Store = Map<string, { key: unknown; value: unknown }>;

type State = "waiting" | "active" | "committing" | "done";

export class Transaction {
  readonly done: Promise<void>;
  private state: State = "waiting";
  private before = new Set<Transaction>();
  private readonly asked: (() => void)[] = [];
  private readonly writes = new Map<string, Store>();
  private resolveDone: () => void = () => undefined;
  private rejectDone: (error: Error) => void = () => undefined;
  private readonly rejects = new Set<(error: Error) => void>();
  private hasPut = false;
  private commit: Moment | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly stores: readonly string[],
    private readonly mode: "readonly" | "readwrite",
    private readonly isStrict: boolean,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolveDone = resolve;
      this.rejectDone = reject;
    });
  }

  overlaps(other: Transaction): boolean {
    const isWrite = this.mode === "readwrite" || other.mode === "readwrite";
    return isWrite && this.stores.some((store) => other.stores.includes(store));
  }

  begin(before: readonly Transaction[]): void {
    this.before = new Set(before);
    if (this.before.size === 0) this.state = "active";
  }

  wasEnded(other: Transaction): void {
    if (!this.before.delete(other) || this.before.size > 0 || this.state !== "waiting") return;
    const { timeline, enter } = this.connection.disk.deps;
    timeline.plan(0, () => {
      if (this.state !== "waiting") return;
      enter(this.connection.holder);
      this.state = "active";
      for (const ask of this.asked.splice(0)) ask();
    });
  }

  objectStore(name: string): ObjectStore {
    if (!this.stores.includes(name)) throw new DiskError("NotFoundError");
    return new ObjectStore(this, name);
  }

  abort(): void {
    if (this.state === "done" || this.state === "committing") throw new DiskError("InvalidStateError");
    this.fail(new DiskError("AbortError"));
  }

  fail(error: Error): void {
    if (this.state === "done") return;
    if (this.commit !== null) this.commit.isOff = true;
    this.end();
    for (const reject of this.rejects) reject(error);
    this.rejectDone(error);
  }

  abandon(): void {
    if (this.state === "done") return;
    const { chance } = this.connection.disk.deps;
    if (this.commit !== null) this.commit.isOff = true;
    // The page is gone in the middle of the commit.
    if (this.state === "committing" && chance.is(0.5)) this.apply();
    this.end();
  }

  settle(): void {
    if (this.state !== "active") return;
    this.state = "committing";
    const { timeline, chance } = this.connection.disk.deps;
    const ms = this.mode === "readonly" ? 0 : chance.is(0.03) ? chance.below(4_000) : 1 + chance.below(25);
    this.commit = timeline.plan(ms, () => this.finish());
  }

  private finish(): void {
    const { disk } = this.connection;
    disk.deps.enter(this.connection.holder);
    if (disk.health === "full" && this.hasPut) {
      disk.deps.count("disk: full");
      this.fail(new DiskError("QuotaExceededError"));
      return;
    }
    this.apply();
    // The page hears of it a little later; it may be gone by then, and the data stays.
    this.commit = disk.deps.timeline.plan(disk.deps.chance.below(3), () => {
      disk.deps.enter(this.connection.holder);
      this.end();
      this.resolveDone();
    });
    this.writes.clear();
  }

  private apply(): void {
    if (this.writes.size === 0) return;
    const { base, disk, name } = this.connection;
    const before = new Map<string, Store>();
    for (const [store, records] of this.writes) {
      before.set(store, base.stores.get(store) ?? new Map());
      base.stores.set(store, records);
    }
    const undo = () => {
      for (const [store, records] of before) base.stores.set(store, records);
    };
    disk.noteVolatile(name, undo, this.isStrict);
    disk.deps.onCommit({ database: name, before, after: new Map(this.writes) });
  }

  private end(): void {
    this.state = "done";
    this.connection.ended(this);
  }

  /** Runs a request when this transaction has begun. */
  ask<T>(work: (records: Store) => T, store: string, isWrite: boolean): Promise<T> {
    if (this.state === "done" || this.state === "committing") throw new DiskError("TransactionInactiveError");
    if (isWrite && this.mode === "readonly") throw new DiskError("ReadOnlyError");
    return new Promise((resolve, reject) => {
      const run = () => {
        this.rejects.delete(reject);
        resolve(work(isWrite ? this.writable(store) : this.readable(store)));
      };
      if (this.state === "active") return run();
      this.rejects.add(reject);
      this.asked.push(run);
    });
  }

  notePut(): void {
    this.hasPut = true;
  }

  nextKey(): number {
    this.connection.base.counter += 1;
    return this.connection.base.counter;
  }

  private readable(store: string): Store {
    return this.writes.get(store) ?? this.connection.base.stores.get(store) ?? new Map();
  }

  private writable(store: string): Store {
    const known = this.writes.get(store);
    if (known !== undefined) return known;
    const copy: Store = new Map(this.connection.base.stores.get(store));
    this.writes.set(store, copy);
    return copy;
  }
}

export interface Range {
  readonly has: (key: unknown) => boolean;
}

const isRange = (key: unknown): key is Range => typeof key === "object" && key !== null && "has" in key;

class ObjectStore {
  constructor(
    private readonly tx: Transaction,
    private readonly name: string,
  ) {}

  get(key: unknown): Promise<unknown> {
    return this.tx.ask((records) => records.get(JSON.stringify(key))?.value, this.name, false);
  }

  getAll(): Promise<unknown[]> {
    return this.tx.ask((records) => sorted(records).map((record) => record.value), this.name, false);
  }

  getAllKeys(): Promise<unknown[]> {
    return this.tx.ask((records) => sorted(records).map((record) => record.key), this.name, false);
  }

  put(value: unknown, key: unknown): Promise<void> {
    this.tx.notePut();
    return this.tx.ask((records) => void records.set(JSON.stringify(key), { key, value }), this.name, true);
  }

  add(value: unknown): Promise<number> {
    this.tx.notePut();
    return this.tx.ask(
      (records) => {
        const key = this.tx.nextKey();
        records.set(JSON.stringify(key), { key, value });
        return key;
      },
      this.name,
      true,
    );
  }

  delete(key: unknown): Promise<void> {
    return this.tx.ask(
      (records) => {
        if (!isRange(key)) records.delete(JSON.stringify(key));
        else for (const [name, record] of records) if (key.has(record.key)) records.delete(name);
      },
      this.name,
      true,
    );
  }

  clear(): Promise<void> {
    return this.tx.ask((records) => records.clear(), this.name, true);
  }
}

function sorted(records: Store): { key: unknown; value: unknown }[] {
  return [...records].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, record]) => record);
}
