/**
 * A phone's IndexedDB, as far as the app uses it: transactions that end by themselves, wait for each other, are durable
 * only where they ask to be, and a disk that may be full, broken, wiped or lose its connections.
 */

import type { Chance } from "./random";
import type { Moment, Timeline } from "./timeline";

export type Records = ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }>;
type Store = Map<string, { key: unknown; value: unknown }>;
export type Health = "well" | "full" | "broken";

export interface Commit {
  readonly database: string;
  readonly before: ReadonlyMap<string, Records>;
  readonly after: ReadonlyMap<string, Records>;
}

interface Base {
  version: number;
  readonly stores: Map<string, Store>;
  counter: number;
}

export interface DiskDeps {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly onCommit: (commit: Commit) => void;
  readonly count: (what: string) => void;
  /** What follows happens in this page. */
  readonly enter: (holder: Holder) => void;
}

export class DiskError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** Stands in for a page: whatever of it is under way ends with it. */
export interface Holder {
  isAlive: boolean;
}

export class Disk {
  health: Health = "well";
  private bases = new Map<string, Base>();
  private readonly open = new Set<Connection>();
  /** How to undo what was not asked to be durable, should the power go. */
  private volatile = new Map<string, (() => void)[]>();

  constructor(readonly deps: DiskDeps) {}

  connect(name: string, version: number, holder: Holder, options: OpenOptions): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.deps.timeline.plan(1 + this.deps.chance.below(15), () => {
        if (!holder.isAlive) return;
        this.deps.enter(holder);
        if (this.health === "broken") {
          this.deps.count("disk: could not be opened");
          reject(new DiskError("UnknownError"));
          return;
        }
        const base: Base = this.bases.get(name) ?? { version: 0, stores: new Map(), counter: 0 };
        this.bases.set(name, base);
        const connection = new Connection(this, name, base, holder, options);
        if (base.version < version) {
          options.upgrade?.(
            { createObjectStore: (store) => void base.stores.set(store, new Map()) },
            base.version,
          );
          base.version = version;
        }
        this.open.add(connection);
        resolve(connection);
      });
    });
  }

  remove(name: string, holder: Holder): Promise<void> {
    return new Promise((resolve) => {
      this.deps.timeline.plan(1 + this.deps.chance.below(15), () => {
        for (const one of this.open) if (one.name === name) this.loseSoon(one, "blocking");
        this.bases.delete(name);
        this.deps.enter(holder);
        if (holder.isAlive) resolve();
      });
    });
  }

  /** Site data cleared, or evicted: also under an open page. */
  wipe(): void {
    for (const one of this.open) this.loseSoon(one, "terminated");
    this.bases = new Map();
    this.volatile.clear();
  }

  /** WebKit loses its connections when it goes to the background. */
  loseConnections(): void {
    for (const one of this.open) this.loseSoon(one, this.deps.chance.is(0.5) ? "terminated" : "silent");
  }

  private loseSoon(one: Connection, how: "blocking" | "terminated" | "silent"): void {
    this.deps.timeline.plan(0, () => {
      if (!one.holder.isAlive) return;
      this.deps.enter(one.holder);
      one.lose(how);
    });
  }

  /** A page is gone: what was being committed is there or is not; after a loss of power only what is durable. */
  drop(holder: Holder, isPowerLost: boolean): void {
    for (const one of this.open) {
      if (one.holder !== holder) continue;
      one.abandon();
      this.open.delete(one);
    }
    if (!isPowerLost) return;
    for (const undos of this.volatile.values()) for (const undo of undos.reverse()) undo();
    this.volatile.clear();
  }

  /** What lies in a database now, by store. */
  contents(name: string): ReadonlyMap<string, Records> {
    return this.bases.get(name)?.stores ?? new Map();
  }

  names(): readonly string[] {
    return [...this.bases.keys()];
  }

  /** Whether something in a database would be gone after a loss of power now. */
  hasVolatile(name: string): boolean {
    return (this.volatile.get(name)?.length ?? 0) > 0;
  }

  /** The same data on another phone. */
  copyTo(other: Disk): void {
    other.wipe();
    for (const [name, base] of this.bases) {
      const stores = new Map([...base.stores].map(([store, records]) => [store, new Map(records)] as const));
      other.bases.set(name, { version: base.version, stores, counter: base.counter });
    }
  }

  /** Ends what nobody asks anything more of, once everything that follows from a moment has run. */
  settle(): void {
    for (const one of this.open) one.settle();
  }

  noteVolatile(name: string, undo: () => void, isStrict: boolean): void {
    if (isStrict) {
      this.volatile.delete(name);
      return;
    }
    const noted = [...(this.volatile.get(name) ?? []), undo];
    this.volatile.set(name, noted);
    this.deps.timeline.plan(30_000, () => {
      if (this.volatile.get(name) === noted) this.volatile.delete(name);
    });
  }

  forget(connection: Connection): void {
    this.open.delete(connection);
  }
}

export interface OpenOptions {
  readonly upgrade?: (db: { createObjectStore(name: string): void }, before: number) => void;
  readonly blocking?: () => void;
  readonly terminated?: () => void;
}

export class Connection {
  isOpen = true;
  private transactions: Transaction[] = [];

  constructor(
    readonly disk: Disk,
    readonly name: string,
    readonly base: Base,
    readonly holder: Holder,
    private readonly options: OpenOptions,
  ) {}

  transaction(
    stores: string | readonly string[],
    mode: "readonly" | "readwrite" = "readonly",
    options: { durability?: string } = {},
  ): Transaction {
    if (!this.isOpen) throw new DiskError("InvalidStateError");
    const names = typeof stores === "string" ? [stores] : stores;
    const tx = new Transaction(this, names, mode, options.durability === "strict");
    const all = pendingOn(this.base);
    tx.begin(all.filter((other) => other.overlaps(tx)));
    all.push(tx);
    this.transactions.push(tx);
    return tx;
  }

  get(store: string, key: unknown): Promise<unknown> {
    return this.transaction(store).objectStore(store).get(key);
  }

  getAll(store: string): Promise<unknown[]> {
    return this.transaction(store).objectStore(store).getAll();
  }

  async put(store: string, value: unknown, key: unknown): Promise<void> {
    const tx = this.transaction(store, "readwrite");
    await Promise.all([tx.objectStore(store).put(value, key), tx.done]);
  }

  close(): void {
    // What was begun is brought to its end; nothing new begins.
    this.isOpen = false;
    if (this.transactions.length === 0) this.disk.forget(this);
  }

  lose(how: "blocking" | "terminated" | "silent"): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const tx of [...this.transactions]) tx.fail(new DiskError("AbortError"));
    this.disk.forget(this);
    this.disk.deps.count("disk: connection lost");
    if (how === "blocking") this.options.blocking?.();
    if (how === "terminated") this.options.terminated?.();
  }

  abandon(): void {
    this.isOpen = false;
    for (const tx of [...this.transactions]) tx.abandon();
  }

  settle(): void {
    for (const tx of [...this.transactions]) tx.settle();
  }

  ended(tx: Transaction): void {
    this.transactions = this.transactions.filter((one) => one !== tx);
    const all = pendingOn(this.base);
    all.splice(all.indexOf(tx), 1);
    for (const other of all) other.wasEnded(tx);
    if (!this.isOpen && this.transactions.length === 0) this.disk.forget(this);
  }
}

const pending = new WeakMap<Base, Transaction[]>();

function pendingOn(base: Base): Transaction[] {
  const all = pending.get(base) ?? [];
  pending.set(base, all);
  return all;
}

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
