/** One world: phones, a network, a server behind a pipe, and a schedule of what happens to them. */

import type { SyncReply, SyncRequest } from "../../src/core/sync-wire";
import { Hands } from "./deeds";
import type { Commit } from "./disk";
import { type Held, Journal, nameOf } from "./journal";
import { Network, namedIn } from "./network";
import { type Page, SimPhone } from "./phone";
import { enterPage, pageNow } from "./platform";
import { planOf } from "./quiet";
import { chanceOf } from "./random";
import { AWAY_MS, type Step, scheduleOf, settingOf } from "./schedule";
import { Timeline } from "./timeline";

/** The beginning of the time of every world. */
const START = 1_795_374_000_000;
const MOST_MOMENTS = 30_000;
const MOST_REQUESTS = 80;

export interface Ask {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly then: (result: unknown) => void;
}

export interface Outcome {
  readonly violations: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
}

export class World {
  readonly timeline = new Timeline();
  readonly chance;
  readonly journal: Journal;
  readonly network: Network;
  readonly phones: readonly SimPhone[];
  /** Whose sheet a write token opens. */
  readonly tokens = new Map<string, string>();
  readonly counts = new Map<string, number>();
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  /** What the world waits for from the server, if anything. */
  waitsFor: Ask | null = null;
  isDone = false;
  serverSkewMs = 0;
  /** How often the server lost something, as by coming back from a backup. */
  losses = 0;
  private pages = 0;
  private after: (() => void) | null = null;
  private moments = 0;
  private readonly steps: readonly Step[];

  constructor(
    readonly seed: number,
    readonly forms: Readonly<Record<string, unknown>>,
    private readonly isTraced: boolean,
    keep: readonly number[] | null,
  ) {
    this.chance = chanceOf(seed, 3);
    this.journal = new Journal({
      violate: (what) => this.violate(what),
      count: (what) => this.count(what),
    });
    this.network = new Network(this);
    this.phones = settingOf(seed).phones.map((setting, i) => new SimPhone(this, i, setting));
    const all = scheduleOf(seed);
    this.steps = keep === null ? all : all.filter((_, i) => keep.includes(i));
  }

  begin(): void {
    this.ask("new", [], () => {
      for (const phone of this.phones) this.timeline.plan(this.chance.below(500), () => void phone.open());
      const hands = new Hands(this);
      let at = 1_500;
      for (const step of this.steps) {
        if (step.afterMs >= AWAY_MS) this.timeline.plan(at + 5, () => this.putAway());
        at += step.afterMs;
        if (step.afterMs >= AWAY_MS) this.timeline.plan(at - 2_000, () => this.takeOut());
        this.timeline.plan(at, () => hands.play(step));
      }
      this.timeline.plan(at + 10_000, () => planOf(this));
    });
  }

  /** One moment; whatever follows from it has run when the next one comes. */
  step(): void {
    const moment = this.timeline.next();
    if (moment === null) {
      const next = this.after;
      this.after = null;
      if (next === null) this.isDone = true;
      else next();
      return;
    }
    this.moments += 1;
    if (this.moments > MOST_MOMENTS) {
      this.violate("the world does not come to rest");
      this.isDone = true;
      return;
    }
    enterPage(null);
    moment.run();
  }

  /** After everything that followed from a moment has run. */
  settle(): void {
    const page = pageNow();
    if (page === null) return;
    page.phone.disk.settle();
    (page as Page).look();
    this.replied?.();
    this.replied = null;
  }

  /** Goes on once nothing is planned any more. */
  whenQuiet(then: () => void): void {
    this.after = then;
  }

  ask(op: string, args: readonly unknown[], then: (result: unknown) => void): void {
    if (this.waitsFor !== null) throw new Error("two questions at once");
    this.waitsFor = { op, args, then };
  }

  nextPage(): number {
    this.pages += 1;
    return this.pages;
  }

  wall(): number {
    return START + Math.floor(this.timeline.now);
  }

  serverNow(): number {
    return this.wall() + this.serverSkewMs;
  }

  violate(what: string): void {
    this.note(() => `VIOLATION ${what}`);
    if (!this.violations.includes(what)) this.violations.push(what);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  note(what: () => string): void {
    if (this.isTraced) this.trace.push(`${(this.timeline.now / 1000).toFixed(3).padStart(12)} s  ${what()}`);
  }

  // What is checked on the wire.

  checkRequest(page: Page, request: SyncRequest): void {
    page.look();
    for (const sheet of request.sheets) {
      const id = this.tokens.get(sheet.write) ?? "";
      for (const [cell, versions] of Object.entries(sheet.cells)) {
        for (const version of versions) this.journal.sent(id, cell, version);
      }
      for (const named of namedIn(sheet)) {
        const known = this.journal.entries.get(nameOf(named));
        if (known?.sheet !== id || known.cell !== named.cell)
          this.violate("a version was named in a place it does not belong to");
        if (page.refused.has(`${named.cell} ${nameOf(named)}`))
          this.violate("a refused version was named again");
      }
    }
    const carried = request.sheets.flatMap((sheet) => Object.values(sheet.cells)).flat();
    const named = request.sheets.flatMap(namedIn).length;
    this.note(
      () => `    names ${named} versions, carries ${carried.length}: ${carried.map(nameOf).join(" ")}`,
    );
  }

  answered(request: SyncRequest, status: number, reply: SyncReply): void {
    this.count(`http ${status}`);
    if (status !== 200) return;
    for (const [i, sheet] of reply.sheets.entries()) {
      this.count(`status ${sheet.status}`);
      if (sheet.status === "ok") this.checkAhead(request.sheets[i], sheet, reply.now);
      if ((sheet.want ?? []).length > 0) this.count("wanted");
      for (const one of sheet.refused ?? []) this.count(`refused ${one.reason}`);
      if (Object.keys(sheet.cells ?? {}).length > 0) this.count("versions from another phone");
      if (request.sheets[i]?.read !== undefined) this.count("full round");
      this.note(
        () =>
          `    server: ${sheet.status}, wants ${(sheet.want ?? []).length}, refuses ${(sheet.refused ?? []).length}`,
      );
    }
  }

  private checkAhead(
    sent: SyncRequest["sheets"][number] | undefined,
    sheet: SyncReply["sheets"][number],
    now: number,
  ): void {
    const refused = new Set((sheet.refused ?? []).map(nameOf));
    const taken = Object.values(sent?.cells ?? {})
      .flat()
      .filter((version) => !refused.has(nameOf(version)));
    if (taken.some((version) => version.hlc > now + 3_600_000)) this.violate("a stamp far ahead was taken");
  }

  private replied: (() => void) | null = null;

  /** A reply reaches its page: what turns clean because of it must be on the server. */
  replying(
    page: Page,
    request: SyncRequest,
    answer: { body: unknown; held: Record<string, Held | null>; losses: number },
  ): void {
    const before = page.dirty();
    const reply = answer.body as SyncReply;
    this.replied = () => {
      const owner = page.owner();
      const phone = owner?.keeper.phone();
      if (owner === null || phone === undefined || !page.isAlive) return;
      const now = page.dirty();
      const rows = new Map(
        phone.sheets.flatMap((sheet) => sheet.rows.map((row) => [nameOf(row.version), row] as const)),
      );
      for (const [name, { cell, write }] of before) {
        if (!now.has(name) && rows.has(name))
          this.journal.cleaned(name, cell, answer.held[write], answer.losses === this.losses);
      }
      for (const [i, sheet] of request.sheets.entries()) {
        const id = this.tokens.get(sheet.write);
        const asides = phone.sheets.find((one) => one.id === id)?.aside ?? [];
        for (const refusal of reply.sheets[i]?.refused ?? []) {
          const name = nameOf(refusal);
          if (refusal.reason === "clock" && asides.some((aside) => nameOf(aside.version) === name))
            this.violate("an answer was set aside because of a wrong clock");
          if (refusal.reason !== "clock" && rows.has(name) && before.has(name))
            this.violate("a refused version stays in the queue");
          if (asides.some((aside) => nameOf(aside.version) === name))
            page.refused.add(`${refusal.cell} ${name}`);
        }
      }
    };
  }

  /** In the database of a person are only sheets that person was asked for. */
  checkOwner(commit: Commit): void {
    const person = commit.database.replace("sightline-", "");
    for (const { key } of commit.after.get("assignment")?.values() ?? []) {
      if ((String(key).startsWith("b") ? "ben" : "ada") !== person)
        this.violate("a sheet of one person came to another");
    }
  }

  // What happens.

  private wakeUp(page: Page): void {
    enterPage(page);
    page.owner()?.wake("manual");
  }

  putAway(): void {
    for (const phone of this.phones) for (const page of [...phone.pages]) phone.end(page, false);
  }

  private takeOut(): void {
    for (const phone of this.phones) phone.open();
  }

  // The end.

  outcome(): Outcome {
    return { violations: this.violations, counts: this.counts, trace: this.trace };
  }

  heal(): void {
    this.note(() => "everything is well again");
    for (const phone of this.phones) {
      phone.net = "good";
      phone.disk.health = "well";
      for (const page of phone.pages) this.timeline.plan(1, () => this.wakeUp(page));
    }
  }

  checkRequests(): void {
    if (this.network.requests > MOST_REQUESTS) this.violate("the queues do not empty");
    this.network.requests = 0;
  }
}
