/** Documents beside the forms: cards, gap lists, profiles; the phone's copy first, then the server's, kept for offline. */

import type { Form } from "../core/form";
import type { Sheet } from "../core/sheet";
import type { Store } from "../store/types";
import { getDoc } from "../sync/ask-doc";

export interface Shelf {
  /** What is here: undefined until somebody has looked, null when it could not be had. */
  body(url: string): unknown;
  /** Bring a document that never changes; the server is asked only when the phone does not have it. */
  bring(url: string): Promise<void>;
  /** Show the phone's copy and ask for a newer one. */
  refresh(url: string): Promise<void>;
}

export const cardsUrl = (hash: string, locale: string): string =>
  `/api/v1/forms/${hash}/${locale}/cards.json`;
export const gapsUrl = (cycle: string, employee: string, locale: string): string =>
  `/api/v1/pairs/${cycle}/${employee}/${locale}.json`;
export const profileUrl = (id: string, version: string, locale: string): string =>
  `/api/v1/profiles/${encodeURIComponent(id)}/${encodeURIComponent(version)}/${locale}.json`;

/** Cards come after the first input, never before: who has seen what great looks like answers differently. */
export function bringCards(shelf: Shelf, form: Form | null, cells: Sheet): void {
  const isBegun = Object.keys(cells).length > 0;
  const hasCards = form?.steps.some((step) => step.kind === "line" && step.hasCard) ?? false;
  if (form !== null && hasCards && isBegun) void shelf.bring(cardsUrl(form.hash, form.locale));
}

export function createShelf(store: Store, onChange: () => void): Shelf {
  const bodies = new Map<string, unknown>();
  const underWay = new Map<string, Promise<void>>();

  const put = (url: string, body: unknown) => {
    bodies.set(url, body);
    onChange();
  };

  async function look(url: string): Promise<boolean> {
    if (bodies.get(url) === undefined || bodies.get(url) === null) {
      const kept = await store.findDoc(url).catch(() => undefined);
      if (kept !== undefined) put(url, kept);
    }
    return (bodies.get(url) ?? null) !== null;
  }

  async function ask(url: string): Promise<void> {
    const outcome = await getDoc(url);
    if (outcome.kind === "body") {
      put(url, outcome.body);
      // A disk that cannot keep it costs the offline copy, nothing else.
      await store.saveDoc(url, outcome.body).catch(() => undefined);
    }
    if (outcome.kind === "gone") await store.dropDoc(url).catch(() => undefined);
    if (outcome.kind === "gone" || (outcome.kind === "offline" && bodies.get(url) === undefined))
      put(url, null);
  }

  /** The same document is not asked for twice at once. */
  const once = (url: string, work: () => Promise<void>): Promise<void> => {
    const running = underWay.get(url) ?? work().finally(() => underWay.delete(url));
    underWay.set(url, running);
    return running;
  };

  return {
    body: (url) => bodies.get(url),
    bring: (url) =>
      once(url, async () => {
        if (!(await look(url))) await ask(url);
      }),
    refresh: (url) =>
      once(url, async () => {
        await look(url);
        await ask(url);
      }),
  };
}
