/** Everything of one signed-in person on this phone: database, sheets, sender, forms. */

import { type Form, parseForm } from "../core/form";
import { cellsOf, type Entry, enter, newPhone, type Phone, type PhoneSheet, sheetOf } from "../core/phone";
import type { Waking } from "../core/retry";
import type { Sheet } from "../core/sheet";
import type { Inbox, OpenPair, ProfileLink, ReportLink } from "../core/wire";
import { openPhoneStore, openSharedStore } from "../store/phone-store";
import { NOTHING_STORED, type Store, type Stored, type Task, type TaskNote } from "../store/types";
import { getForm } from "../sync/ask";
import type { Engine, Sending } from "../sync/engine";
import { createKeeper, type Keeper } from "../sync/keeper";
import { createLateSender } from "./late-sender";
import { createLateShelf } from "./late-shelf";
import type { Shelf } from "./shelf";
import { joinTasks, leftDue, withTasks } from "./tasks";

const LOADS_KEPT = 200;

export interface Owner {
  readonly id: string;
  readonly store: Store;
  readonly keeper: Keeper;
  tasks(): readonly Task[];
  reports(): readonly ReportLink[];
  pairs(): readonly OpenPair[];
  profile(): ProfileLink | null;
  readonly shelf: Shelf;
  form(task: Task): Form | null;
  sheet(task: Task): PhoneSheet | undefined;
  cells(task: Task): Sheet;
  sending(): Sending | null;
  sentAt(): number | null;
  enter(task: Task, entry: Entry): Promise<void>;
  noteTask(id: string, note: TaskNote): void;
  /** Takes in what is asked, and shows it at once; `kept` tells when the disk has it. */
  takeInbox(inbox: Inbox): void;
  kept(): Promise<void>;
  /** Whether everything that is asked would be here without network. */
  isKept(): boolean;
  loadForms(locale: string): Promise<void>;
  forget(task: Task): Promise<void>;
  wake(why: Waking): void;
  leave(): void;
  stop(): void;
}

export interface OwnerDeps {
  readonly app: string;
  readonly isDurable: boolean;
  /** On a phone that others use too: the key of what is kept, which came with the sign-in. */
  readonly sharedKey: string | null;
  readonly isVisible: () => boolean;
  readonly onChange: () => void;
  /** A sheet was not taken: the inbox may have a new token for it. */
  readonly askInbox: () => void;
  readonly bringSender: () => Promise<Pick<typeof import("./sender"), "createSender">>;
  /** Never fails: it is asked for again until it is here. */
  readonly bringLater: () => Promise<typeof import("./later")>;
}

export async function openOwner(id: string, deps: OwnerDeps): Promise<Owner> {
  const { store, stored } = await openStore(id, deps);
  const page = randomHex(8);
  const { onDisk, tidy } = await phonesFrom(stored, page, deps);
  let tasks = stored.tasks;
  let { reports, pairs, profile } = stored.meta;
  let sentAt = stored.meta.sentAt;
  let nUnkept = 0;
  let keeping: Promise<unknown> = Promise.resolve();
  const forms = new Map<string, Form>();
  const formOf = (task: Task): Form | null => forms.get(task.assignment.form) ?? null;
  const shelf = createLateShelf(async () => (await deps.bringLater()).createShelf(store, deps.onChange));
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`sightline-${id}`);
  // Losing these loses nothing: the offset is learned again, the log is for the curious.
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);

  const keeper = createKeeper(
    onDisk,
    {
      store,
      onChange: deps.onChange,
      onSaved: () => channel?.postMessage("changed"),
      bringRejoin: deps.bringLater,
    },
    tidy,
  );
  const engine = createLateSender(async () => {
    const { createSender } = await deps.bringSender();
    return createSender({
      owner: id,
      page,
      store,
      keeper,
      app: deps.app,
      savedOffset: stored.meta.offset,
      tasks: () => tasks,
      form: formOf,
      isVisible: deps.isVisible,
      askInbox: deps.askInbox,
      onSent: (at) => {
        sentAt = at;
        deps.onChange();
      },
      onChange: deps.onChange,
    });
  });
  channel?.addEventListener("message", () => quietly(Promise.all([keeper.reload(), reloadTasks()])));
  quietly(store.saveMeta({ loads: [...stored.meta.loads, page].slice(-LOADS_KEPT) }));

  /** Another tab may have read the promise or gone on to another line. */
  async function reloadTasks(): Promise<void> {
    const known = new Map((await store.load()).tasks.map((task) => [task.assignment.id, task]));
    tasks = tasks.map((task) => {
      const { accepted, place } = known.get(task.assignment.id) ?? task;
      return { ...task, accepted, place };
    });
    deps.onChange();
  }

  async function noteTask(id: string, note: TaskNote): Promise<void> {
    tasks = tasks.map((task) => (task.assignment.id === id ? { ...task, ...note } : task));
    deps.onChange();
    await store.noteTask(id, note);
    channel?.postMessage("changed");
  }

  async function saveTasks(next: readonly Task[]): Promise<void> {
    tasks = next;
    deps.onChange();
    const statuses = new Map(keeper.phone().sheets.map((sheet) => [sheet.id, sheet.status]));
    await store.saveTasks(
      next.map((task) => ({ ...task, status: statuses.get(task.assignment.id) ?? task.status })),
    );
  }

  /** What could not be kept stays counted: then nobody is told that everything is here without network. */
  function keep(work: Promise<unknown>): void {
    nUnkept += 1;
    const done = work.then(
      () => {
        nUnkept -= 1;
        deps.onChange();
      },
      () => undefined,
    );
    keeping = Promise.all([keeping, done]);
  }

  function takeForm(body: unknown): Form | null {
    const form = read(body);
    if (form === null) return null;
    forms.set(form.hash, form);
    keep(store.saveForm(form.hash, form.locale, body));
    return form;
  }

  /** A disk that cannot be read must not keep a form from being fetched. */
  const keptForm = (hash: string, locale: string): Promise<Form | null> =>
    store.findForm(hash, locale).then(read, () => null);

  /** Whoever has begun may see cards. */
  function offerCards(task: Task): void {
    const cells = cellsOf(sheetOf(keeper.phone(), task.assignment.id));
    if (Object.keys(cells).length > 0)
      quietly(deps.bringLater().then(({ bringCards }) => bringCards(shelf, formOf(task), cells)));
  }

  /** The form in the wanted language, or in one the phone already has when there is no network. */
  async function loadForm({ assignment }: Task, locale: string): Promise<void> {
    const { form: hash, locales } = assignment;
    const wanted = locales.includes(locale) ? locale : locales.includes("en") ? "en" : (locales[0] ?? "en");
    if (forms.get(hash)?.locale === wanted) return;
    const kept = await keptForm(hash, wanted);
    if (kept !== null) forms.set(hash, kept);
    else if (takeForm(await getForm(hash, wanted)) === null) await anyForm(hash, locales);
  }

  async function anyForm(hash: string, locales: readonly string[]): Promise<void> {
    for (const locale of locales) {
      const form = await keptForm(hash, locale);
      if (form !== null) return void forms.set(hash, form);
    }
  }

  return {
    id,
    store,
    keeper,
    tasks: () => tasks,
    reports: () => reports,
    pairs: () => pairs,
    profile: () => profile,
    shelf,
    form: formOf,
    sheet: (task) => sheetOf(keeper.phone(), task.assignment.id),
    cells: (task) => cellsOf(sheetOf(keeper.phone(), task.assignment.id)),
    sending: engine.sending,
    sentAt: () => sentAt,
    enter: async (task, entry) => {
      const saved = keeper.update((phone: Phone) => enter(phone, task.assignment.id, entry, Date.now()));
      // Sending does not wait for a disk that may never answer.
      engine.edited();
      await saved;
      if (keeper.hasFailed()) engine.wake("manual");
      offerCards(task);
    },
    noteTask: (taskId, note) => quietly(noteTask(taskId, note)),
    takeInbox: (inbox) => {
      const next = joinTasks(tasks, inbox.assignments, keeper.phone());
      ({ reports, pairs, profile } = inbox);
      const settled = keeper.update((phone) => leftDue(withTasks(phone, next), inbox.assignments));
      keep(settled.then(() => saveTasks(next)));
      tasks = next;
      quietly(store.saveMeta({ reports, pairs, profile }));
      for (const body of inbox.forms) takeForm(body);
    },
    kept: async () => {
      await keeping;
    },
    isKept: () => nUnkept === 0 && !keeper.hasFailed(),
    loadForms: async (locale) => {
      const asked = new Map(tasks.map((task) => [task.assignment.form, task]));
      await Promise.all([...asked.values()].map((task) => loadForm(task, locale)));
      for (const task of tasks) offerCards(task);
      deps.onChange();
    },
    forget: async (task) => {
      const rest = tasks.filter((one) => one.assignment.id !== task.assignment.id);
      // A disk that does not answer keeps it; it can be let go another time.
      const isGone = await store.forget(task.assignment.id).then(
        () => true,
        () => false,
      );
      if (!isGone) return;
      await keeper.update((phone) => withTasks(phone, rest));
      await saveTasks(rest).catch(() => undefined);
    },
    wake: engine.wake,
    leave: engine.leave,
    stop: () => stop(engine, channel),
  };
}

function stop(engine: Engine, channel: BroadcastChannel | null): void {
  engine.stop();
  channel?.close();
}

interface Opened {
  readonly store: Store;
  readonly stored: Stored;
}

async function openStore(id: string, { isDurable, sharedKey, bringLater }: OwnerDeps): Promise<Opened> {
  const loaded = async (store: Store): Promise<Opened> => ({ store, stored: await store.load() });
  const inMemory = async () => loaded((await bringLater()).openMemoryStore());
  if (!isDurable) return inMemory();
  const opened =
    sharedKey === null ? openPhoneStore(id, bringLater) : openSharedStore(id, sharedKey, bringLater);
  // Private windows of some browsers have a database that cannot be opened, and a broken one cannot be read.
  return opened.then(loaded).catch(inMemory);
}

/** The phone as it is stored, and as it goes on; on a new one there is nothing to read back. */
async function phonesFrom(
  stored: Stored,
  page: string,
  { bringLater }: OwnerDeps,
): Promise<{ readonly onDisk: Phone; readonly tidy: Phone }> {
  if (stored === NOTHING_STORED) {
    const phone = newPhone(page, [], 0);
    return { onDisk: phone, tidy: phone };
  }
  const { phoneFrom, tidied } = await bringLater();
  const onDisk = phoneFrom(stored, page);
  return { onDisk, tidy: tidied(onDisk) };
}

function read(body: unknown): Form | null {
  if (body === null || body === undefined) return null;
  try {
    return parseForm(body);
  } catch {
    // A form this version of the app cannot read is treated as not there; the screen says so.
    return null;
  }
}

export function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
