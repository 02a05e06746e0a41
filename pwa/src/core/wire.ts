/** What the server may say (docs/wire.md), read strictly: anything else is an error that names its place. */

import { bare } from "./sheet";

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
  /** Missing in what an earlier version of the app stored. */
  readonly lang?: string;
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

/** Reads one value; `at` is its place in the reply, for the error. */
export type Parse<T> = (value: unknown, at: string) => T;
/** A rule for each member; only of one that may be missing the rule may find nothing. */
type Rules<T> = { readonly [K in keyof T]-?: Parse<object extends Pick<T, K> ? T[K] | undefined : T[K]> };

/** An object, member by member; `opensAt` is what the wire calls `opens_at`. */
export const shape =
  <T extends object>(rules: Rules<T>): Parse<T> =>
  (value, at) => {
    const row = record(value, at);
    const members = Object.entries<Parse<unknown>>(rules).map(([key, parse]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [key, parse(row[name], at === "" ? name : `${at}.${name}`)];
    });
    return Object.fromEntries(members.filter(([, part]) => part !== undefined)) as T;
  };

export const listOf =
  <T>(parse: Parse<T>): Parse<readonly T[]> =>
  (value, at) =>
    list(value, at, parse);

/** What may be missing, and what it is then. */
export const or =
  <T, F>(parse: Parse<T>, fallback: F): Parse<T | F> =>
  (value, at) =>
    isGiven(value) ? parse(value, at) : fallback;

const name: Parse<string> = (value, at) => text(record(value, at).name, `${at}.name`);

const parseAssignment = shape<Assignment>({
  id: text,
  cycle: text,
  title: text,
  kind: text,
  state: text,
  relationship: text,
  ratee: name,
  form: text,
  locales: listOf(text),
  write: text,
  read: or(text, undefined),
  named: flag,
  purpose: text,
  promise: shape<Promised>({ hash: text, lines: listOf(text), lang: or(text, undefined) }),
  opensAt: integer,
  closesAt: integer,
  graceUntil: integer,
  minutes: integer,
  pair: or(shape<Pair>({ other: text, otherAnswered: flag }), null),
  why: or(text, ""),
});

const parseOpenPair = (value: unknown, at: string): OpenPair => ({
  ...shape<Omit<OpenPair, "isOwn">>({
    cycle: text,
    title: text,
    employee: shape<OpenPair["employee"]>({ id: text, name: text }),
    manager: name,
    you: side,
  })(value, at),
  isOwn: record(value, at).state === "own",
});

function side(value: unknown, at: string): OpenPair["you"] {
  if (value !== "employee" && value !== "manager") throw new WireError(at, "employee or manager");
  return value;
}

const parseProfileLink = shape<ProfileLink>({
  id: text,
  version: text,
  title: text,
  lang: text,
  seenOn: or(text, null),
});

/** A link to another host, or a script, must not come out of a stored inbox. */
function ownPath(value: unknown, at: string): string {
  const url = text(value, at);
  if (!/^\/(?!\/)/.test(url)) throw new WireError(at, "a path on this server");
  return url;
}

const parsePerson = shape<Person>({
  id: text,
  name: text,
  locale: text,
  shared: or(flag, false),
  identity: or(listOf(shape<Person["identity"][number]>({ kind: text, dueAt: integer })), []),
});

const parseWhole = shape<Inbox>({
  now: integer,
  epoch: text,
  person: parsePerson,
  assignments: listOf(parseAssignment),
  reports: listOf(shape<ReportLink>({ cycle: text, title: text, url: ownPath })),
  pairs: or(listOf(parseOpenPair), []),
  profile: or(parseProfileLink, null),
  locale: or(text, null),
  forms: or(
    listOf((form) => form),
    [],
  ),
});

export const parseInbox = (body: unknown): Inbox => parseWhole(record(body, "inbox"), "");

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
  const read = bare<T>();
  for (const [key, part] of Object.entries(record(value, at))) read[key] = parse(part, `${at}.${key}`);
  return read;
}
