/** One page sends at a time. Nothing depends on it but battery and network: the merge takes any doubling. */

import type { Store } from "../store/types";

const LEASE_MS = 40_000;

/** Runs the work if no other page is sending; false when one is. */
export async function asOnlySender(
  owner: string,
  page: string,
  store: Store,
  work: () => Promise<void>,
): Promise<boolean> {
  if (!("locks" in navigator)) {
    const now = Date.now();
    if (!(await store.takeLease(page, now, now + LEASE_MS))) return false;
    await work();
    await store.takeLease(page, now, 0);
    return true;
  }
  return navigator.locks.request(`sightline-send-${owner}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await work();
    return true;
  });
}
