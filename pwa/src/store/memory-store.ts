/** Where the browser lets nothing be kept: the same store, only as long as the page lives. */

import type { Task } from "./types";
import { type Meta, NO_META, NOTHING_STORED, type Store } from "./types";

export function openMemoryStore(): Store {
  let meta: Meta = NO_META;
  let tasks: readonly Task[] = [];
  const forms = new Map<string, unknown>();
  const docs = new Map<string, unknown>();
  const done = () => Promise.resolve();
  return {
    isDurable: false,
    load: () => Promise.resolve({ ...NOTHING_STORED, meta, tasks }),
    // The page's own memory already holds the answers.
    write: done,
    saveMeta: (change) => {
      meta = { ...meta, ...change };
      return done();
    },
    saveTasks: (all) => {
      tasks = all;
      return done();
    },
    noteTask: (id, note) => {
      tasks = tasks.map((task) => (task.assignment.id === id ? { ...task, ...note } : task));
      return done();
    },
    findForm: (hash, locale) => Promise.resolve(forms.get(`${hash}/${locale}`)),
    saveForm: (hash, locale, body) => {
      forms.set(`${hash}/${locale}`, body);
      return done();
    },
    findDoc: (url) => Promise.resolve(docs.get(url)),
    saveDoc: (url, body) => {
      docs.set(url, body);
      return done();
    },
    dropDoc: (url) => {
      docs.delete(url);
      return done();
    },
    log: done,
    listLog: () => Promise.resolve([]),
    takeLease: () => Promise.resolve(true),
    forget: done,
    wipe: done,
  };
}
