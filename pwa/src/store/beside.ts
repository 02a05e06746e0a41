/** What is kept beside the sheets: documents to read, the log, the right to send; needed after the first question. */

import type { Database } from "./database";
import { type Own, sameKey } from "./phone-store";
import type { Store } from "./types";
import { unseal } from "./unseal";
import { seal } from "./vault";

const LOG_KEPT = 200;

type Beside = Pick<Store, "findDoc" | "saveDoc" | "dropDoc" | "log" | "listLog" | "takeLease" | "forget">;

export function besideIn(
  db: Database,
  own: () => Own,
  sealing: (work: (own: Own) => Promise<void>) => Promise<void>,
): Beside {
  return {
    findDoc: (url) => findDoc(db, own().key, url),
    saveDoc: (url, body) =>
      sealing(async (now) => {
        const sealed = await seal(now.key, JSON.stringify(body));
        await db.write(["doc", "meta"], async (tx) => {
          await sameKey(tx, now);
          await tx.objectStore("doc").put(sealed, url);
        });
      }),
    dropDoc: (url) => db.write(["doc"], (tx) => tx.objectStore("doc").delete(url)),
    log: (entry) =>
      db.write(["log"], async (tx) => {
        const at = await tx.objectStore("log").add(entry);
        await tx.objectStore("log").delete(IDBKeyRange.upperBound(at - LOG_KEPT));
      }),
    listLog: () => db.read(["log"], (tx) => tx.objectStore("log").getAll()),
    takeLease: (d, now, until) => takeLease(db, d, now, until),
    forget: (assignment) =>
      db.write(["cell", "set_aside"], (tx) => {
        const all = IDBKeyRange.bound([assignment], [assignment, []]);
        return Promise.all([tx.objectStore("cell").delete(all), tx.objectStore("set_aside").delete(all)]);
      }),
  };
}

async function findDoc(db: Database, key: CryptoKey, url: string): Promise<unknown> {
  const sealed = await db.read(["doc"], (tx) => tx.objectStore("doc").get(url));
  return sealed === undefined ? undefined : JSON.parse(String(await unseal(key, sealed)));
}

async function takeLease(db: Database, d: string, now: number, until: number): Promise<boolean> {
  let isOurs = false;
  await db.write(["meta"], async (tx) => {
    const lease = (await tx.objectStore("meta").get("lease")) as { d: string; until: number } | undefined;
    isOurs = lease === undefined || lease.d === d || lease.until < now;
    if (isOurs) await tx.objectStore("meta").put({ d, until }, "lease");
  });
  return isOurs;
}
