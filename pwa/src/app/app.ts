/** The app between the screens and everything below: who is here, in which language, and what may be shown. */

import { createWords, type Locale, pickLocale } from "../core/i18n";
import { isTakenBack, needsOf, statusLine, unsentCount } from "../core/status";
import type { Person } from "../core/wire";
import {
  type Device,
  hasLeft,
  NOBODY,
  readDevice,
  saveDevice,
  withoutLeft,
  withWaiting,
} from "../store/device";
import {
  clearShared,
  currentTurn,
  isOver,
  readShared,
  type SharedHere,
  saysLeft,
  WIPED,
} from "../store/shared";
import { stubborn } from "../store/stubborn";
import { getInbox, type InboxOutcome } from "../sync/ask";
import { type Owner, openOwner } from "./owner";
import type { SignIn } from "./sign-in";
import type { App, AppDeps, Later, Phase, View } from "./view";

export type { App, AppDeps, View };

/** How long a start waits to learn whose session this is before it shows the last owner's data. */
const WHO_MS = 1_200;

export function createApp(deps: AppDeps): App {
  const bringLater = deps.bringLater ?? (() => import("./later"));
  /** What could not be said for want of the words is said the next time. */
  const say = (what: (later: Later) => Promise<boolean>): Promise<boolean> =>
    bringLater().then(what, () => false);
  const listeners = new Set<() => void>();
  const flushes = new Set<() => void>();
  let device = NOBODY;
  let owner: Owner | null = null;
  /** How often somebody's data was opened or left. */
  let openings = 0;
  /** From one signing in or out to the next; ended, what is still on its way is given up: the late reply to a sign-out
   *  would take the cookie of whoever signs in meanwhile. */
  let visit = new AbortController();
  let phase: Phase = "starting";
  let shared: SharedHere | null = null;
  /** As this tab has seen it; another one means that somebody signed in or out elsewhere. */
  let turn: string | null = null;
  let identity: Person["identity"] = [];
  let isSignedOut = false;
  let isShellKept = false;
  let isSigningInAgain = false;
  let update: (() => void) | null = null;
  let words = createWords("en", deps.english, deps.languages);
  let frame: View | null = null;

  const notify = () => {
    frame = null;
    for (const listener of listeners) listener();
  };

  function makeView(): View {
    const phone = owner?.keeper.phone();
    const base = {
      phase,
      words,
      person: device.owner,
      owner,
      isSigningInAgain,
      update,
      isShared: shared !== null,
      identity,
      waiting: device.waiting,
    };
    if (owner === null || phone === undefined)
      return { ...base, status: { kind: "ready" }, needs: [], unsent: 0, isReadyOffline: false };
    const facts = {
      phone,
      isDurable: owner.store.isDurable,
      hasFailed: owner.keeper.hasFailed(),
      isSaved: owner.keeper.isSaved(),
      isSignedOut,
      sending: owner.sending(),
      sentAt: owner.sentAt(),
    };
    const isReadyOffline = isShellKept && owner.store.isDurable && owner.isKept();
    return {
      ...base,
      status: statusLine(facts),
      needs: needsOf(facts),
      unsent: unsentCount(phone),
      isReadyOffline,
    };
  }

  async function speak(locale: Locale): Promise<void> {
    // Without network a language that was never loaded stays English rather than blank.
    const catalogue = await deps.loadCatalogue(locale).catch(() => null);
    words =
      catalogue === null
        ? createWords("en", deps.english, deps.languages)
        : createWords(locale, catalogue, deps.languages);
    notify();
  }

  const wantedLocale = (person: { locale: string } | null): Locale =>
    pickLocale([device.locale, person?.locale, ...deps.languages]);

  async function remember(next: Device): Promise<void> {
    const isStored = shared === null && JSON.stringify(next) === JSON.stringify(device);
    device = next;
    // The database of a shared phone does not say who was here.
    const kept = shared === null ? next : { ...next, owner: null };
    if (deps.isDurable && !isStored) await saveDevice(kept).catch(() => undefined);
  }

  /** Opens a person's data; null when it became somebody else's turn meanwhile. */
  async function become(person: { id: string; name: string; locale: string }): Promise<Owner | null> {
    if (owner?.id === person.id) return owner;
    leaveOwner();
    const mine = openings;
    notify();
    const { id, name, locale } = person;
    const remembered = remember({ ...withWaiting(device, id, 0), owner: { id, name, locale }, turn });
    const opened = await openOwner(id, {
      app: deps.version,
      isDurable: deps.isDurable,
      sharedKey: shared?.key ?? null,
      isVisible: deps.isVisible,
      onChange: notify,
      askInbox: () => void refresh(),
      bringSender: deps.bringSender,
      // Without it, what lies on the phone would seem to be gone: then it is waited for.
      bringLater: () => stubborn(bringLater),
    });
    await remembered;
    if (mine !== openings) {
      opened.stop();
      return null;
    }
    owner = opened;
    return opened;
  }

  /** Nobody is here any more, nor anybody whose data is being opened. */
  function leaveOwner(): void {
    owner?.stop();
    owner = null;
    openings += 1;
  }

  async function show(person: Pick<Person, "id" | "name" | "locale">): Promise<void> {
    const here = await become(person);
    if (here === null) return;
    await here.loadForms(words.locale);
    phase = "ready";
    notify();
  }

  async function take(outcome: InboxOutcome): Promise<void> {
    if (outcome.kind === "offline") return;
    isSignedOut = outcome.kind === "signed_out";
    if (outcome.kind === "signed_out") {
      if (shared !== null) return lock();
      if (owner !== null && isTakenBack(owner.keeper.phone())) return close(false, device.mustEnd);
      if (owner === null) phase = "sign_in";
      return notify();
    }
    const { inbox } = outcome;
    const isMine = shared !== null && inbox.person.shared && inbox.person.id === shared.id;
    if (shared !== null && !isMine) await lock();
    // Somebody is signed in for a shift in another tab, or closed it without a word: this one shows nothing of theirs.
    if (inbox.person.shared && shared === null) return lock();
    identity = inbox.person.identity;
    const isOther = owner !== null && owner.id !== inbox.person.id;
    if (isOther) phase = "starting";
    const here = await become(inbox.person);
    if (here === null) return;
    isSigningInAgain = false;
    const locale = wantedLocale(inbox.person);
    if (locale !== words.locale) await speak(locale);
    here.takeInbox(inbox);
    await here.loadForms(words.locale);
    if (owner !== here) return;
    phase = "ready";
    here.wake("online");
    notify();
    await here.kept();
  }

  async function ask(locale: Locale | null): Promise<InboxOutcome> {
    if (device.mustEnd && !(await endOwed())) return { kind: "offline" };
    const mine = visit;
    const outcome = await getInbox(locale);
    // Somebody signed in or out while it was on its way: it may be another person's.
    return mine === visit ? outcome : { kind: "offline" };
  }

  function nextVisit(): void {
    visit.abort();
    visit = new AbortController();
  }

  async function refresh(): Promise<void> {
    const asked = words.locale;
    await take(await ask(asked));
    await askAgainAs(asked);
  }

  /** The promise came in the language asked for; a person who turned out to read another gets it in that one. */
  async function askAgainAs(asked: string | null): Promise<void> {
    if (owner !== null && !isSignedOut && words.locale !== asked) await take(await ask(words.locale));
  }

  /** Closed and noted here first; the network may be silent for long. */
  async function leave(isWiped: boolean): Promise<void> {
    device = { ...device, leftAt: Date.now() };
    const closed = close(isWiped, true);
    void takeTurn((later) => later.noteLeaving(isWiped)).then(endOwed);
    await closed;
  }

  /** Ends the session that a sign-out left; false when the server has not heard it. */
  async function endOwed(): Promise<boolean> {
    const isHeard = await say((later) => later.endDue(device, Date.now(), visit.signal));
    if (isHeard) await remember({ ...device, mustEnd: false });
    return isHeard;
  }

  /** Without a word to the server: what was sent goes, what was not stays sealed until the same person signs in. */
  function lock(): Promise<void> {
    return close(shared !== null && makeView().unsent === 0, device.mustEnd);
  }

  /** Somebody signed in or out in another tab, which notes it on the phone: this one lets go of what it shows. */
  async function giveWay(coming: string): Promise<void> {
    turn = coming;
    const isWiped = coming.startsWith(WIPED);
    if (!isWiped) for (const flush of flushes) flush();
    const gone = letGo(isWiped || (shared !== null && makeView().unsent === 0));
    device = { ...device, owner: null };
    notify();
    await gone;
    const kept = deps.isDurable ? await readDevice().catch(() => device) : device;
    device = { ...kept, owner: null };
    notify();
    if (!saysLeft(coming)) await refresh();
  }

  const takeTurn = (note: (later: Later) => void): Promise<boolean> =>
    say(async (later) => {
      note(later);
      turn = currentTurn();
      return true;
    });

  /** The cookie of a page that signed out is taken by the first tab that looks. */
  const tellTabs = () => void takeTurn((later) => later.takeLeft());

  async function close(isWiped: boolean, mustEnd: boolean): Promise<void> {
    const isNoneKept = isWiped || owner?.keeper.hasFailed();
    const next = owner === null ? device : withWaiting(device, owner.id, isNoneKept ? 0 : makeView().unsent);
    const gone = letGo(isWiped);
    const noted = remember({ ...next, owner: null, mustEnd });
    notify();
    await Promise.all([gone, noted]);
  }

  /** What is shown is gone at once; what is to be removed, when the disk has done it. */
  async function letGo(isWiped: boolean): Promise<void> {
    const left = owner;
    leaveOwner();
    nextVisit();
    if (shared !== null) clearShared();
    shared = null;
    identity = [];
    isSigningInAgain = false;
    phase = "sign_in";
    if (isWiped) await left?.store.wipe();
  }

  async function signedIn(): Promise<void> {
    nextVisit();
    turn = currentTurn();
    await remember({ ...device, mustEnd: false });
    await refresh();
  }

  function beShared(here: SharedHere): void {
    leaveOwner();
    shared = here;
    turn = here.turn;
  }

  const signIn = async (): Promise<SignIn> => (await bringLater()).asksForCode(signedIn, beShared);

  return {
    version: deps.version,
    view: () => {
      frame ??= makeView();
      return frame;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async () => {
      const mine = visit;
      turn = currentTurn();
      if (deps.isDurable) device = await readDevice().catch(() => device);
      await remember(withoutLeft(device, turn));
      if (hasLeft()) tellTabs();
      shared = readShared(Date.now());
      if (shared !== null) device = { ...device, owner: shared };
      const known = device.owner;
      const isFirst = known === null && device.locale === null;
      const asked = wantedLocale(known);
      const spoken = speak(asked);
      const inbox = ask(isFirst ? null : asked);
      await spoken;
      // The owner must be the signed-in person before anything is shown, as far as that can be asked.
      const early = await Promise.race([inbox, after(navigator.onLine && !device.mustEnd ? WHO_MS : 0)]);
      if (mine === visit && early?.kind !== "inbox") {
        if (known !== null) {
          await show(known);
          owner?.wake("start");
        } else if (device.waiting !== null) {
          // Somebody was here and is not any more: that is known without the server.
          phase = "first_online";
          notify();
        }
      }
      const outcome = early ?? (await inbox);
      await take(outcome);
      await askAgainAs(isFirst && outcome.kind === "inbox" ? outcome.inbox.locale : asked);
      if (owner === null && outcome.kind === "offline" && phase === "starting") phase = "first_online";
      notify();
    },
    refresh,
    setLocale: async (locale) => {
      await remember({ ...device, locale });
      await speak(locale);
      await owner?.loadForms(locale);
      await refresh();
    },
    signInAgain: (isWanted) => {
      isSigningInAgain = isWanted;
      notify();
    },
    shellKept: () => {
      isShellKept = true;
      notify();
    },
    offerUpdate: (load) => {
      update = load;
      notify();
    },
    // On a shared phone nothing that was sent stays behind.
    signOut: () => leave(shared !== null && makeView().unsent === 0),
    wipe: () => leave(true),
    onHide: (flush) => {
      flushes.add(flush);
      return () => flushes.delete(flush);
    },
    hide: () => {
      for (const flush of flushes) flush();
      owner?.leave();
    },
    online: () => {
      const isWaiting = owner?.keeper.phone().sheets.some((sheet) => sheet.status === "unknown") ?? true;
      // Without the inbox nothing can be shown, and answers whose task is missing cannot go.
      if (isWaiting) void refresh();
      else owner?.wake("online");
    },
    seen: () => {
      const coming = currentTurn();
      const isLeft = hasLeft();
      if (isLeft) tellTabs();
      // Site data may be cleared under an open page: then nobody's turn is noted any more.
      if (!isLeft && coming !== null && coming !== turn) void giveWay(coming);
      else if (isLeft || (shared !== null && isOver(shared, Date.now()))) void lock();
      else owner?.wake("visible");
    },
    refuseIdentity: async () => (await bringLater()).refuseIdentity(refresh),
    askForCode: async (mail) => (await signIn()).askForCode(mail),
    enterCode: async (code, isShared) => {
      nextVisit();
      return (await signIn()).enterCode(code, isShared);
    },
  };
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
