/** IndexedDB with promises: the few calls the app makes, and no more (docs/decisions/0012). */

/** What lies in a database: store by store, the kind of its keys and of its records. */
type Schema<S> = { readonly [N in keyof S]: { readonly key: IDBValidKey; readonly value: unknown } };
type Name<S> = keyof S & string;

export interface Records<K, V> {
  get(key: K): Promise<V | undefined>;
  getAll(): Promise<V[]>;
  getAllKeys(): Promise<K[]>;
  put(value: V, key?: K): Promise<K>;
  add(value: V): Promise<K>;
  delete(key: K | IDBKeyRange): Promise<void>;
  clear(): Promise<void>;
}

export interface Transaction<S extends Schema<S>, N extends Name<S>> {
  objectStore<M extends N>(name: M): Records<S[M]["key"], S[M]["value"]>;
  /** Ends when the transaction is complete; fails when it was aborted. */
  readonly done: Promise<void>;
  abort(): void;
}

export interface Connection<S extends Schema<S>> {
  transaction<N extends Name<S>>(
    names: N[],
    mode?: IDBTransactionMode,
    options?: IDBTransactionOptions,
  ): Transaction<S, N>;
  close(): void;
}

export interface Opening<S> {
  upgrade(
    db: { createObjectStore(name: Name<S>, options?: IDBObjectStoreParameters): unknown },
    before: number,
  ): void;
  /** Another page wants to change or remove the database. */
  blocking?(): void;
  /** The browser closed the connection. */
  terminated?(): void;
}

export async function openDB<S extends Schema<S>>(
  name: string,
  version: number,
  { upgrade, blocking, terminated }: Opening<S>,
): Promise<Connection<S>> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
  const db = await answered<IDBDatabase>(request);
  db.onversionchange = () => blocking?.();
  db.onclose = () => terminated?.();
  return {
    transaction: (names, mode, options) => transactionOf(db.transaction(names, mode, options)),
    close: () => db.close(),
  };
}

export async function deleteDB(name: string): Promise<void> {
  await answered(indexedDB.deleteDatabase(name));
}

function transactionOf<S extends Schema<S>, N extends Name<S>>(tx: IDBTransaction): Transaction<S, N> {
  const done = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new DOMException("the transaction was aborted", "AbortError"));
  });
  return {
    done: heard(done),
    abort: () => tx.abort(),
    objectStore: (name) => recordsOf(tx.objectStore(name)),
  };
}

function recordsOf<K extends IDBValidKey, V>(store: IDBObjectStore): Records<K, V> {
  return {
    get: (key) => answered(store.get(key)),
    getAll: () => answered(store.getAll()),
    getAllKeys: () => answered(store.getAllKeys()),
    put: (value, key) => answered(store.put(value, key)),
    add: (value) => answered(store.add(value)),
    delete: (key) => answered(store.delete(key)),
    clear: () => answered(store.clear()),
  };
}

function answered<T>(request: IDBRequest): Promise<T> {
  return heard(
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }),
  );
}

/** Whoever waits for it hears of a failure; one that nobody waits for is the transaction's, and no error of the page. */
function heard<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
