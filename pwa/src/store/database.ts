/** One connection that is opened again when the browser loses it, and transactions that end only when durable. */

import {
  type DBSchema,
  deleteDB,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreNames,
} from "idb";
import type { Assignment } from "../core/wire";
import { type LogEntry, NotSaved, type Task } from "./types";
import type { Sealed } from "./vault";

export interface CellRecord extends Sealed {
  readonly sheet: string;
  readonly cell: string;
  readonly d: string;
  readonly n: number;
  readonly hlc: number;
  readonly seen: Readonly<Record<string, number>>;
  readonly dirty: boolean;
  readonly tries: number;
  readonly restamped: boolean;
}

export interface AsideRecord extends Sealed {
  readonly sheet: string;
  readonly cell: string;
  readonly d: string;
  readonly n: number;
  readonly hlc: number;
  readonly seen: Readonly<Record<string, number>>;
  readonly reason: string;
  readonly isSeen: boolean;
}

/** What is asked of whom lies sealed, with its tokens; an earlier version of the app kept it in clear. */
export type TaskRecord = Omit<Task, "assignment"> & { readonly assignment: Assignment | Sealed };

export type CellKey = [sheet: string, cell: string, d: string, n: number];

export interface PhoneSchema extends DBSchema {
  meta: { key: string; value: unknown };
  assignment: { key: string; value: TaskRecord };
  form: { key: string; value: unknown };
  cell: { key: CellKey; value: CellRecord };
  set_aside: { key: CellKey; value: AsideRecord };
  log: { key: number; value: LogEntry };
  doc: { key: string; value: Sealed };
}

type Names = StoreNames<PhoneSchema>;
export type WriteTx<S extends Names> = IDBPTransaction<PhoneSchema, S[], "readwrite">;
export type ReadTx<S extends Names> = IDBPTransaction<PhoneSchema, S[], "readonly">;

const VERSION = 2;
const ATTEMPTS = 3;
const SILENT_MS = 10_000;
/** What the slowest phone takes for one row more; a long transaction is not a silent one. */
const ROW_MS = 5;
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError", "TimeoutError"]);

export interface Database {
  write<S extends Names>(
    stores: S[],
    body: (tx: WriteTx<S>) => Promise<unknown> | unknown,
    nRows?: number,
  ): Promise<void>;
  read<T, S extends Names>(stores: S[], body: (tx: ReadTx<S>) => Promise<T>): Promise<T>;
  destroy(): Promise<void>;
}

export function openDatabase(name: string): Database {
  let handle: Promise<IDBPDatabase<PhoneSchema>> | null = null;
  let isDestroyed = false;

  const drop = () => {
    handle?.then((db) => db.close()).catch(() => undefined);
    handle = null;
  };
  const connect = () => {
    // A write that was under way must not bring a removed database back.
    if (isDestroyed) throw new Error("the database was removed");
    handle ??= openDB<PhoneSchema>(name, VERSION, {
      upgrade: createStores,
      blocking: drop,
      terminated: () => {
        handle = null;
      },
    });
    return handle;
  };

  /** WebKit loses connections under the page regularly; a lost one is opened again, three times. */
  async function retried<T>(
    work: (db: IDBPDatabase<PhoneSchema>) => Promise<T>,
    silentMs = SILENT_MS,
  ): Promise<T> {
    let failure: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return await inTime(connect().then(work), silentMs);
      } catch (error) {
        failure = error;
        drop();
        const { name } = error as Error;
        if (name === "QuotaExceededError" && attempt === 0) await makeRoom(connect);
        else if (!LOST.has(name)) break;
      }
    }
    throw new NotSaved(failure);
  }

  return {
    write: (stores, body, nRows = 0) =>
      retried(
        async (db) => {
          const tx = db.transaction(stores, "readwrite", { durability: "strict" });
          const work = (async () => body(tx as never))().catch((error) => {
            abort(tx);
            throw error;
          });
          // Both are awaited together: a rejected `done` must never go unhandled while the body still runs.
          await Promise.all([work, tx.done]);
        },
        SILENT_MS + nRows * ROW_MS,
      ),
    read: (stores, body) =>
      retried(async (db) => {
        const tx = db.transaction(stores);
        // A connection lost in the middle of a read rejects `done` too.
        const [found] = await Promise.all([body(tx), tx.done]);
        return found;
      }),
    destroy: async () => {
      isDestroyed = true;
      drop();
      await deleteDB(name);
    },
  };
}

/** WebKit has left requests without any answer; what is late may still be stored, which harms nothing. */
async function inTime<T>(work: Promise<T>, silentMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException("the database does not answer", "TimeoutError")),
      silentMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** On a full disk an answer is worth more than cards and profiles, which the server has too. */
async function makeRoom(connect: () => Promise<IDBPDatabase<PhoneSchema>>): Promise<void> {
  await inTime(
    connect().then((db) => db.clear("doc")),
    SILENT_MS,
  ).catch(() => undefined);
}

/** A transaction whose body failed must not commit the half that was written; it may be over already. */
function abort(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch (error) {
    if ((error as Error).name !== "InvalidStateError") throw error;
  }
}

function createStores(db: IDBPDatabase<PhoneSchema>, before: number): void {
  db.createObjectStore("doc");
  if (before >= 1) return;
  db.createObjectStore("meta");
  db.createObjectStore("assignment");
  db.createObjectStore("form");
  db.createObjectStore("cell");
  db.createObjectStore("set_aside");
  db.createObjectStore("log", { autoIncrement: true });
}
