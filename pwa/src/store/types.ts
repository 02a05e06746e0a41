/** What the phone keeps, whoever keeps it. */

import type { Change } from "../core/change";
import type { Aside, Row } from "../core/phone";
import type { Assignment, OpenPair, ProfileLink, ReportLink, Status } from "../core/wire";

/** An assignment and what this phone knows about it. */
export interface Task {
  readonly assignment: Assignment;
  readonly status: Status;
  /** Hash of the promise the person has read, before the first answer. */
  readonly accepted: string | null;
  /** The step this phone left it at; null before it was there. */
  readonly place: number | null;
}

/** What the person did with a task, apart from answering. */
export type TaskNote = Partial<Pick<Task, "accepted" | "place">>;

export interface LogEntry {
  readonly at: number;
  readonly text: string;
}

export interface Meta {
  readonly offset: number;
  readonly loads: readonly string[];
  readonly sentAt: number | null;
  readonly reports: readonly ReportLink[];
  readonly pairs: readonly OpenPair[];
  readonly profile: ProfileLink | null;
  /** How many answers that do not open any more the person was told of. */
  readonly nSeenUnreadable: number;
}

export interface Stored {
  readonly meta: Meta;
  readonly tasks: readonly Task[];
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly asides: ReadonlyMap<string, readonly Aside[]>;
  /** Unsent answers that lie here and do not open any more, without those the person was told of. */
  readonly nUnreadable: number;
}

export interface Store {
  /** Whether what is written survives the page. */
  readonly isDurable: boolean;
  load(): Promise<Stored>;
  /** Resolves only after the transaction is complete. */
  write(change: Change): Promise<void>;
  saveMeta(meta: Partial<Meta>): Promise<void>;
  /** Replace the list of tasks; what another tab noted on one of them stays. */
  saveTasks(tasks: readonly Task[]): Promise<void>;
  noteTask(id: string, note: TaskNote): Promise<void>;
  /** A form as the server sent it, by hash and language. */
  findForm(hash: string, locale: string): Promise<unknown>;
  saveForm(hash: string, locale: string, body: unknown): Promise<void>;
  /** A document to read, by its address; kept encrypted, because some of them hold answers. */
  findDoc(url: string): Promise<unknown>;
  saveDoc(url: string, body: unknown): Promise<void>;
  dropDoc(url: string): Promise<void>;
  log(entry: LogEntry): Promise<void>;
  listLog(): Promise<readonly LogEntry[]>;
  /** Take the right to send for a while, where the browser has no locks. */
  takeLease(d: string, now: number, until: number): Promise<boolean>;
  /** Remove the answers of one assignment from this phone. */
  forget(assignment: string): Promise<void>;
  /** Remove everything of this owner from this phone. */
  wipe(): Promise<void>;
}

export const NO_META: Meta = {
  offset: 0,
  loads: [],
  sentAt: null,
  reports: [],
  pairs: [],
  profile: null,
  nSeenUnreadable: 0,
};
export const NOTHING_STORED: Stored = {
  meta: NO_META,
  tasks: [],
  rows: new Map(),
  asides: new Map(),
  nUnreadable: 0,
};

/** The phone could not keep something; it stays in memory and is sent at once. */
export class NotSaved extends Error {
  constructor(cause: unknown) {
    super("The phone could not save this. It is kept on this page and sent as soon as possible.", { cause });
    this.name = "NotSaved";
  }
}
