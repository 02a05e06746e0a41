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
    // A disk that cannot hold a lease must not keep answers from being sent.
    const lease = (until: number) => store.takeLease(page, Date.now(), until).catch(() => true);
    if (!(await lease(Date.now() + LEASE_MS))) return false;
    await work();
    await lease(0);
    return true;
  }
  return navigator.locks.request(`sightline-send-${owner}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await work();
    return true;
  });
}
