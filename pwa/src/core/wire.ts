/** What the server may say (docs/wire.md), read strictly: anything else is an error that names its place. */

export class WireError extends Error {
  constructor(
    readonly field: string,
    expected: string,
  ) {
    super(`${field}: expected ${expected}`);
    this.name = "WireError";
  }
}

export type Status = "ok" | "closed" | "opened" | "revoked" | "unknown" | "update";

export interface Promised {
  readonly hash: string;
  readonly lines: readonly string[];
}

/** The other side of a named pair; both see the answers only when both are done. */
export interface Pair {
  readonly other: string;
  readonly otherAnswered: boolean;
}

export interface Assignment {
  readonly id: string;
  readonly cycle: string;
  readonly title: string;
  readonly kind: string;
  readonly state: string;
  readonly relationship: string;
  readonly ratee: string;
  readonly form: string;
  readonly locales: readonly string[];
  readonly write: string;
  readonly read?: string;
  readonly named: boolean;
  readonly purpose: string;
  readonly promise: Promised;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly graceUntil: number;
  readonly minutes: number;
  /** Missing in what an earlier version of the app stored. */
  readonly pair?: Pair | null;
  readonly why?: string;
}

/** A pair whose two views lie open. */
export interface OpenPair {
  readonly cycle: string;
  readonly title: string;
  readonly employee: { readonly id: string; readonly name: string };
  readonly manager: string;
  readonly you: "employee" | "manager";
  /** Closed before both had finished: only the own side is kept. */
  readonly isOwn: boolean;
}

/** The published profile of the person's role. */
export interface ProfileLink {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly lang: string;
  readonly seenOn: string | null;
}

export interface ReportLink {
  readonly cycle: string;
  readonly title: string;
  readonly url: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  /** Signed in for a shift, on a phone that others use too. */
  readonly shared: boolean;
  /** Another way to sign in as this person that waits for their word. */
  readonly identity: readonly { readonly kind: string; readonly dueAt: number }[];
}

export interface Inbox {
  readonly now: number;
  readonly epoch: string;
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly reports: readonly ReportLink[];
  readonly pairs: readonly OpenPair[];
  readonly profile: ProfileLink | null;
  /** Only at a first start: the language the server chose, and the forms in it. */
  readonly locale: string | null;
  readonly forms: readonly unknown[];
}

type Json = Readonly<Record<string, unknown>>;

export function parseInbox(body: unknown): Inbox {
  const inbox = record(body, "inbox");
  const person = record(inbox.person, "person");
  return {
    now: integer(inbox.now, "now"),
    epoch: text(inbox.epoch, "epoch"),
    person: {
      id: text(person.id, "person.id"),
      name: text(person.name, "person.name"),
      locale: text(person.locale, "person.locale"),
      shared: flag(person.shared ?? false, "person.shared"),
      identity: list(person.identity ?? [], "person.identity", (value, at) => {
        const change = record(value, at);
        return { kind: text(change.kind, `${at}.kind`), dueAt: integer(change.due_at, `${at}.due_at`) };
      }),
    },
    assignments: list(inbox.assignments, "assignments", parseAssignment),
    reports: list(inbox.reports, "reports", parseReport),
    pairs: list(inbox.pairs ?? [], "pairs", parseOpenPair),
    profile: isGiven(inbox.profile) ? parseProfileLink(inbox.profile, "profile") : null,
    locale: isGiven(inbox.locale) ? text(inbox.locale, "locale") : null,
    forms: list(inbox.forms ?? [], "forms", (form) => form),
  };
}

function parseAssignment(value: unknown, at: string): Assignment {
  const row = record(value, at);
  const promise = record(row.promise, `${at}.promise`);
  return {
    id: text(row.id, `${at}.id`),
    cycle: text(row.cycle, `${at}.cycle`),
    title: text(row.title, `${at}.title`),
    kind: text(row.kind, `${at}.kind`),
    state: text(row.state, `${at}.state`),
    relationship: text(row.relationship, `${at}.relationship`),
    ratee: text(record(row.ratee, `${at}.ratee`).name, `${at}.ratee.name`),
    form: text(row.form, `${at}.form`),
    locales: list(row.locales, `${at}.locales`, text),
    write: text(row.write, `${at}.write`),
    ...(row.read === undefined ? {} : { read: text(row.read, `${at}.read`) }),
    named: flag(row.named, `${at}.named`),
    purpose: text(row.purpose, `${at}.purpose`),
    promise: {
      hash: text(promise.hash, `${at}.promise.hash`),
      lines: list(promise.lines, `${at}.promise.lines`, text),
    },
    opensAt: integer(row.opens_at, `${at}.opens_at`),
    closesAt: integer(row.closes_at, `${at}.closes_at`),
    graceUntil: integer(row.grace_until, `${at}.grace_until`),
    minutes: integer(row.minutes, `${at}.minutes`),
    pair: isGiven(row.pair) ? parsePair(row.pair, `${at}.pair`) : null,
    why: isGiven(row.why) ? text(row.why, `${at}.why`) : "",
  };
}

function parsePair(value: unknown, at: string): Pair {
  const pair = record(value, at);
  return {
    other: text(pair.other, `${at}.other`),
    otherAnswered: flag(pair.other_answered, `${at}.other_answered`),
  };
}

function parseOpenPair(value: unknown, at: string): OpenPair {
  const row = record(value, at);
  const employee = record(row.employee, `${at}.employee`);
  if (row.you !== "employee" && row.you !== "manager")
    throw new WireError(`${at}.you`, "employee or manager");
  return {
    cycle: text(row.cycle, `${at}.cycle`),
    title: text(row.title, `${at}.title`),
    employee: {
      id: text(employee.id, `${at}.employee.id`),
      name: text(employee.name, `${at}.employee.name`),
    },
    manager: text(record(row.manager, `${at}.manager`).name, `${at}.manager.name`),
    you: row.you,
    isOwn: row.state === "own",
  };
}

function parseProfileLink(value: unknown, at: string): ProfileLink {
  const row = record(value, at);
  return {
    id: text(row.id, `${at}.id`),
    version: text(row.version, `${at}.version`),
    title: text(row.title, `${at}.title`),
    lang: text(row.lang, `${at}.lang`),
    seenOn: typeof row.seen_on === "string" ? row.seen_on : null,
  };
}

function parseReport(value: unknown, at: string): ReportLink {
  const row = record(value, at);
  const url = text(row.url, `${at}.url`);
  // A link to another host, or a script, must not come out of a stored inbox.
  if (!/^\/(?!\/)/.test(url)) throw new WireError(`${at}.url`, "a path on this server");
  return { cycle: text(row.cycle, `${at}.cycle`), title: text(row.title, `${at}.title`), url };
}

export const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

export function record(value: unknown, at: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WireError(at, "an object");
  return value as Json;
}

export function text(value: unknown, at: string): string {
  if (typeof value !== "string") throw new WireError(at, "a string");
  return value;
}

export function integer(value: unknown, at: string): number {
  if (!Number.isSafeInteger(value)) throw new WireError(at, "an integer");
  return value as number;
}

export function flag(value: unknown, at: string): boolean {
  if (typeof value !== "boolean") throw new WireError(at, "true or false");
  return value;
}

export function list<T>(value: unknown, at: string, parse: (part: unknown, at: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new WireError(at, "a list");
  return value.map((part, i) => parse(part, `${at}.${i}`));
}

export function map<T>(
  value: unknown,
  at: string,
  parse: (part: unknown, at: string) => T,
): Readonly<Record<string, T>> {
  const members = Object.entries(record(value, at));
  return Object.fromEntries(members.map(([key, part]) => [key, parse(part, `${at}.${key}`)]));
}
