/** What the screens see of the app, and what it is made with. */

import type { Catalogue, Locale, Words } from "../core/i18n";
import type { Need, StatusLine } from "../core/status";
import type { Person } from "../core/wire";
import type { Device } from "../store/device";
import type { Owner, OwnerDeps } from "./owner";
import type { SignIn } from "./sign-in";

/** What is below the screens and not needed before the first question. */
export type Later = typeof import("./later");

export type Phase = "starting" | "sign_in" | "first_online" | "ready";

export interface View {
  readonly phase: Phase;
  readonly words: Words;
  readonly person: { readonly id: string; readonly name: string } | null;
  readonly owner: Owner | null;
  readonly status: StatusLine;
  readonly needs: readonly Need[];
  readonly unsent: number;
  readonly waiting: Device["waiting"];
  readonly isSigningInAgain: boolean;
  /** Others use this phone too: nothing of this person stays on it in the clear. */
  readonly isShared: boolean;
  readonly identity: Person["identity"];
  /** Everything that is asked, and the app itself, is on this phone. */
  readonly isReadyOffline: boolean;
  /** Loads the new version of the app that is waiting, if there is one. */
  readonly update: (() => void) | null;
}

export interface App extends SignIn {
  readonly version: string;
  view(): View;
  subscribe(listener: () => void): () => void;
  start(): Promise<void>;
  refresh(): Promise<void>;
  setLocale(locale: Locale): Promise<void>;
  signInAgain(isWanted: boolean): void;
  offerUpdate(load: () => void): void;
  /** The worker holds every file of the app. */
  shellKept(): void;
  signOut(): Promise<void>;
  wipe(): Promise<void>;
  /** Before the page goes: open fields store what they hold. */
  onHide(flush: () => void): () => void;
  hide(): void;
  /** The page is looked at again. */
  seen(): void;
  /** The network is back, or so the browser says. */
  online(): void;
  /** "That was not me": what waits is taken back, and HR is told. */
  refuseIdentity(): Promise<boolean>;
}

export interface AppDeps {
  readonly version: string;
  readonly isDurable: boolean;
  readonly isVisible: () => boolean;
  readonly languages: readonly string[];
  readonly loadCatalogue: (locale: Locale) => Promise<Catalogue>;
  readonly english: Catalogue;
  /** What sends answers; not needed before there is one. */
  readonly bringSender: OwnerDeps["bringSender"];
  /** What is below the screens and not needed before the first question, at once. */
  readonly bringLater?: () => Promise<Later>;
}
