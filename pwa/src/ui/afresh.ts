/** Older browsers keep in mind for the life of a page that a script did not come: then only a new page brings it. */

import type { App } from "../app/app";

const missing = new Set<unknown>();

/** Remembers which parts did not come. */
export function noted<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().then(
      (part) => {
        missing.delete(load);
        return part;
      },
      (error) => {
        missing.add(load);
        throw error;
      },
    );
}

/** Starts again where a part is missing, the server answers, and all that was entered is on the disk. */
export async function startAfresh(app: App): Promise<void> {
  if (missing.size === 0) return;
  const reply = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  const { owner } = app.view();
  const isSafe = owner === null || (owner.store.isDurable && owner.keeper.isSaved());
  if (reply?.ok && missing.size > 0 && isSafe) location.reload();
}
