/** The browser around the real app: whatever it takes from its surroundings comes from the page that runs now. */

import type { Disk, Holder } from "./disk";
import type { Chance } from "./random";
import type { Timeline } from "./timeline";

export interface PhoneParts {
  readonly disk: Disk;
  readonly chance: Chance;
  readonly timeline: Timeline;
  readonly pages: readonly PageParts[];
  readonly locks: Map<string, PageParts>;
  readonly hasLocks: boolean;
  readonly local: Storage;
  wall(): number;
}

export interface PageParts extends Holder {
  readonly phone: PhoneParts;
  readonly channels: Set<Channel>;
  readonly session: Storage;
  isOnline(): boolean;
  fetch(url: string, options: RequestInit): Promise<Response>;
}

let current: PageParts | null = null;

export function here(): PageParts {
  if (current === null) throw new Error("no page runs");
  return current;
}

export function pageNow(): PageParts | null {
  return current;
}

/** From now on whatever runs belongs to this page. */
export function enterPage(page: PageParts | null): void {
  current = page;
}

class Channel {
  private listener: ((event: { data: unknown }) => void) | null = null;
  private readonly page = here();

  constructor(private readonly name: string) {
    this.page.channels.add(this);
  }

  addEventListener(_: string, listener: (event: { data: unknown }) => void): void {
    this.listener = listener;
  }

  postMessage(data: unknown): void {
    for (const page of this.page.phone.pages) {
      for (const other of page.channels) {
        if (other === this || other.name !== this.name) continue;
        this.page.phone.timeline.plan(1, () => {
          if (!page.isAlive) return;
          enterPage(page);
          other.listener?.({ data });
        });
      }
    }
  }

  close(): void {
    this.page.channels.delete(this);
  }
}

/** A key is its number; what was sealed with another does not open. */
class Key {
  constructor(readonly id: number) {}
}

const subtle = {
  generateKey: () => Promise.resolve(new Key(here().phone.chance.below(2 ** 30))),
  importKey: (_: string, raw: Uint8Array) => Promise.resolve(new Key(new DataView(raw.buffer).getUint32(0))),
  encrypt: (_: unknown, key: Key, plain: Uint8Array) => Promise.resolve({ key: key.id, plain }),
  decrypt: (_: unknown, key: Key, box: { key: number; plain: Uint8Array }) => {
    if (box.key === key.id) return Promise.resolve(box.plain);
    return Promise.reject(Object.assign(new Error("another key"), { name: "OperationError" }));
  },
};

function getRandomValues(bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i++) bytes[i] = here().phone.chance.below(256);
  return bytes;
}

const locks = {
  async request(name: string, _: unknown, work: (lock: object | null) => Promise<boolean>): Promise<boolean> {
    const page = here();
    const held = page.phone.locks;
    if (held.get(name)?.isAlive === true) return work(null);
    held.set(name, page);
    try {
      return await work({});
    } finally {
      if (held.get(name) === page) held.delete(name);
    }
  },
};

const text = (key: unknown): string => JSON.stringify(key);
const isWithin = (key: unknown, prefix: readonly unknown[]): boolean =>
  Array.isArray(key) && prefix.every((part, i) => text(key[i]) === text(part));

/** The same words are made ready thousands of times here; a page makes them once. */
function rememberWords(name: "Locale" | "PluralRules" | "NumberFormat"): void {
  const made = new Map<string, object>();
  const construct = (real: unknown, values: unknown[]): object => {
    const key = JSON.stringify(values);
    const one = made.get(key) ?? new (real as new (...given: unknown[]) => object)(...values);
    made.set(key, one);
    return one;
  };
  Object.defineProperty(Intl, name, { configurable: true, value: new Proxy(Intl[name], { construct }) });
}

/** Replaces what the app finds around it. Whoever drives the simulation must not use these afterwards. */
export function install(): void {
  const put = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  const get = (name: string, read: () => unknown) =>
    Object.defineProperty(globalThis, name, { configurable: true, get: read });
  for (const name of ["Locale", "PluralRules", "NumberFormat"] as const) rememberWords(name);
  Date.now = () => here().phone.wall();
  Math.random = () => here().phone.chance.next();
  put("setTimeout", (run: () => void, ms = 0) => {
    const page = here();
    return page.phone.timeline.plan(ms, () => {
      if (!page.isAlive) return;
      enterPage(page);
      run();
    });
  });
  put("clearTimeout", (moment: { isOff: boolean } | undefined) => {
    if (moment !== undefined) moment.isOff = true;
  });
  const randomUUID = () => String(here().phone.chance.below(2 ** 30));
  put("crypto", { subtle, getRandomValues, randomUUID });
  put("CryptoKey", Key);
  put("BroadcastChannel", Channel);
  get("navigator", () => ({ onLine: here().isOnline(), ...(here().phone.hasLocks ? { locks } : {}) }));
  get("localStorage", () => here().phone.local);
  get("sessionStorage", () => here().session);
  put("fetch", (url: string, options: RequestInit = {}) => here().fetch(url, options));
  put("CompressionStream", undefined);
  put("IDBKeyRange", {
    upperBound: (most: number) => ({ has: (key: unknown) => typeof key === "number" && key <= most }),
    bound: (low: readonly unknown[]) => ({ has: (key: unknown) => isWithin(key, low) }),
  });
}
