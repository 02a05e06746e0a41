/** Asks again for what could not be had in the language of the app: the network was gone when it was chosen. */

import type { App, View } from "../../app/app";

/** A server that was away does not tell when it is back. */
const AGAIN_MS = 30_000;

export function watchLanguage(app: Pick<App, "view" | "subscribe" | "refresh">): void {
  const ask = () => {
    if (isForeign(app.view())) void app.refresh();
  };
  let sentAt: number | null = null;
  app.subscribe(() => {
    const before = sentAt;
    sentAt = app.view().owner?.sentAt() ?? null;
    if (sentAt !== null && sentAt !== before) ask();
  });
  addEventListener("online", ask);
  setInterval(ask, AGAIN_MS);
}

/** Whether the server has a promise or a form in the language of the app that is not here. */
function isForeign({ owner, words }: View): boolean {
  const tasks = owner?.tasks() ?? [];
  return tasks.some((task) => {
    const { promise, locales } = task.assignment;
    const isFormDue = locales.includes(words.locale) && owner?.form(task)?.locale !== words.locale;
    return isFormDue || (promise.lang !== undefined && promise.lang !== words.locale);
  });
}
