/** A simulated phone with its pages: the real app in each, on a disk and a network that fail. */

import { type App, createApp } from "../../src/app/app";
import type { Owner } from "../../src/app/owner";
import type { Catalogue } from "../../src/core/i18n";
import type { Phone } from "../../src/core/phone";
import type { Sheet, Value, Version } from "../../src/core/sheet";
import type { Task } from "../../src/store/types";
import { Disk } from "./disk";
import { nameOf } from "./journal";
import { enterPage, type PageParts, type PhoneParts } from "./platform";
import type { Setting } from "./schedule";
import type { World } from "./world";

export type NetState = "good" | "lossy" | "off" | "portal" | "down";
export type Person = "ada" | "ben";

const NO_RECORDS = new Map();
/** Nobody reads a screen here. */
const NO_WORDS = {} as Catalogue;

export class SimPhone implements PhoneParts {
  readonly disk: Disk;
  readonly chance;
  readonly timeline;
  pages: Page[] = [];
  readonly locks = new Map<string, PageParts>();
  readonly local = storageOf();
  readonly hasLocks: boolean;
  readonly mayRead: boolean;
  readonly people: Set<Person>;
  net: NetState = "good";
  session: Person | null;
  nextPerson: Person;
  skewMs = 0;
  readonly forgotten = new Set<string>();
  private wipedAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly world: World,
    readonly index: number,
    setting: Setting["phones"][number],
  ) {
    this.chance = world.chance;
    this.timeline = world.timeline;
    this.hasLocks = setting.hasLocks;
    this.mayRead = setting.mayRead;
    this.session = setting.person;
    this.nextPerson = setting.person;
    this.people = new Set([setting.person]);
    this.disk = new Disk({
      timeline: world.timeline,
      chance: world.chance,
      count: (what) => world.count(what),
      enter: (holder) => enterPage(holder as Page),
      onCommit: (commit) => {
        if (!commit.database.startsWith("sightline-")) return;
        const aside = this.disk.contents(commit.database).get("set_aside") ?? NO_RECORDS;
        world.journal.committed(commit, aside, (sheet) => this.forgotten.has(sheet));
        world.checkOwner(commit);
      },
    });
  }

  wall(): number {
    return this.world.wall() + this.skewMs;
  }

  open(): Page {
    const page = new Page(this);
    this.pages.push(page);
    page.start();
    return page;
  }

  /** The page in front. */
  front(): Page | undefined {
    return this.pages.at(-1);
  }

  wipe(): void {
    this.wipedAt = this.timeline.now;
    this.disk.wipe();
  }

  /** A page that was open when its storage was cleared cannot know that it was. */
  wasWiped(page: Page): boolean {
    return page.bornAt <= this.wipedAt;
  }

  end(page: Page, isPowerLost: boolean): void {
    page.isAlive = false;
    this.pages = this.pages.filter((one) => one !== page);
    this.disk.drop(page, isPowerLost);
  }
}

export class Page implements PageParts {
  isAlive = true;
  isVisible = true;
  readonly channels: PageParts["channels"] = new Set();
  readonly session = storageOf();
  readonly number: number;
  readonly app: App;
  /** What is refused here is never named again. */
  readonly refused = new Set<string>();
  readonly bornAt: number;
  private readonly focus = new Map<string, readonly Version[]>();
  private looked: Phone | null = null;
  private wasSaved = false;
  /** What the next version found was rendered from; null for what the app writes by itself. */
  private renderedFrom: Sheet | null = null;

  constructor(readonly phone: SimPhone) {
    this.number = phone.world.nextPage();
    this.bornAt = phone.timeline.now;
    enterPage(this);
    this.app = createApp({
      version: "sim",
      isDurable: true,
      isVisible: () => this.isVisible,
      languages: ["en"],
      loadCatalogue: () => Promise.resolve(NO_WORDS),
      english: NO_WORDS,
      bringSender: () => import("../../src/app/sender"),
    });
  }

  start(): void {
    enterPage(this);
    this.app.start().catch((error: unknown) => this.phone.world.violate(`the app did not start: ${error}`));
  }

  owner(): Owner | null {
    return this.app.view().owner;
  }

  isOnline(): boolean {
    return this.phone.net !== "off";
  }

  fetch(url: string, options: RequestInit): Promise<Response> {
    return this.phone.world.network.fetch(this, url, options);
  }

  /** Somebody answers; the field shows what it showed when they turned to it. */
  enter(task: Task, cell: string, value: Value, turnsToItNow: boolean): void {
    const owner = this.owner();
    if (owner === null) return;
    enterPage(this);
    const key = `${task.assignment.id} ${cell}`;
    const shown = turnsToItNow ? undefined : this.focus.get(key);
    const renderedFrom = shown ?? owner.cells(task)[cell] ?? [];
    this.focus.set(key, renderedFrom);
    // What was sent in is taken back by a change on it.
    this.renderedFrom = { "@submit": owner.cells(task)["@submit"] ?? [], [cell]: renderedFrom };
    this.looked = null;
    void owner.enter(task, { cell, value, renderedFrom });
    // Signing out may be under way: what is entered into what is still shown counts too.
    this.look(owner);
    this.renderedFrom = null;
  }

  /** Everything that can be checked about this page after something happened to it. */
  look(owner: Owner | null = this.owner()): void {
    if (owner === null || !this.isAlive) return;
    const { journal } = this.phone.world;
    const phone = owner.keeper.phone();
    const isSaved = owner.keeper.isSaved() && owner.store.isDurable;
    if (phone === this.looked && isSaved === this.wasSaved) return;
    this.looked = phone;
    this.wasSaved = isSaved;
    journal.look(phone, this.renderedFrom);
    if (!isSaved) return;
    const database = `sightline-${owner.id}`;
    const contents = this.phone.disk.contents(database);
    if (this.phone.disk.hasVolatile(database)) this.phone.world.violate("saved was shown and is not durable");
    const isForgotten = (sheet: string) => this.phone.forgotten.has(sheet);
    if (!this.phone.wasWiped(this)) {
      journal.saved(
        phone,
        contents.get("cell") ?? NO_RECORDS,
        contents.get("set_aside") ?? NO_RECORDS,
        isForgotten,
      );
    }
  }

  /** Names of everything unsent, by sheet and cell. */
  dirty(): Map<string, { readonly cell: string; readonly write: string }> {
    const found = new Map<string, { cell: string; write: string }>();
    for (const sheet of this.owner()?.keeper.phone().sheets ?? []) {
      for (const row of sheet.rows) {
        if (row.dirty) found.set(nameOf(row.version), { cell: row.cell, write: sheet.write });
      }
    }
    return found;
  }
}

function storageOf(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    clear: () => kept.clear(),
  } as unknown as Storage;
}
