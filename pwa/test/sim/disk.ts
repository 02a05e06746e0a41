/**
 * A phone's IndexedDB, as far as the app uses it: transactions that end by themselves, wait for each other, are durable
 * only where they ask to be, and a disk that may be full, broken, wiped or lose its connections.
 */

import type { Chance } from "./random";
import type { Timeline } from "./timeline";
import { type Store, Transaction } from "./transaction";

export type Records = ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }>;
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
