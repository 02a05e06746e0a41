/** One world: phones, a network, a server behind a pipe, and a schedule of what happens to them. */

import type { Value } from "../../src/core/sheet";
import type { SyncReply, SyncRequest } from "../../src/core/sync-wire";
import type { Task } from "../../src/store/types";
import type { Commit } from "./disk";
import { type Held, Journal, nameOf, namesIn, type ServerSheet } from "./journal";
import { Network, namedIn } from "./network";
import { type NetState, type Page, type Person, SimPhone } from "./phone";
import { enterPage, pageNow } from "./platform";
import { planOf } from "./quiet";
import { chanceOf } from "./random";
import { AWAY_MS, type Deed, type Step, scheduleOf, settingOf } from "./schedule";
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
  private serverSkewMs = 0;
  private texts = 0;
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
      let at = 1_500;
      for (const step of this.steps) {
        if (step.afterMs >= AWAY_MS) this.timeline.plan(at + 5, () => this.putAway());
        at += step.afterMs;
        if (step.afterMs >= AWAY_MS) this.timeline.plan(at - 2_000, () => this.takeOut());
        this.timeline.plan(at, () => this.play(step));
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
    const carried = request.sheets.flatMap((sheet) => Object.values(sheet.cells)).flat().length;
    this.note(() => `    names ${request.sheets.flatMap(namedIn).length} versions, carries ${carried}`);
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
    answer: { body: unknown; held: Record<string, Held | null> },
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
        if (!now.has(name) && rows.has(name)) this.journal.cleaned(name, cell, answer.held[write]);
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

  private play(step: Step): void {
    const phone = this.phones[step.phone % this.phones.length] as SimPhone;
    const page = phone.front();
    enterPage(page ?? null);
    this.note(() => `phone ${phone.index}: ${step.deed}`);
    this.count(`deed ${step.deed}`);
    this.deeds[step.deed](phone, page, step.draws);
  }

  private readonly deeds: Record<
    Deed,
    (phone: SimPhone, page: Page | undefined, draws: Step["draws"]) => void
  > = {
    edit: (_, page, draws) => this.edit(page, draws),
    submit: (_, page, draws) => this.submit(page, draws),
    open: (phone) => {
      for (const page of [...phone.pages]) phone.end(page, false);
      phone.open();
    },
    tab: (phone) => void (phone.pages.length < 3 && phone.open()),
    hide: (_, page, [draw]) => {
      if (page === undefined) return;
      page.isVisible = draw < 0.5;
      if (page.isVisible) page.app.seen();
      else page.app.hide();
    },
    leave: (phone, page) => {
      if (page === undefined) return;
      page.app.hide();
      phone.end(page, false);
    },
    kill: (phone, page) => page && phone.end(page, false),
    power: (phone) => {
      for (const page of [...phone.pages]) phone.end(page, true);
    },
    net: (phone, page, [draw]) => {
      const states: readonly NetState[] = [
        "good",
        "good",
        "lossy",
        "lossy",
        "lossy",
        "off",
        "portal",
        "down",
      ];
      phone.net = states[Math.floor(draw * states.length)] ?? "good";
      this.note(() => `    the network is ${phone.net}`);
      if (phone.net !== "off") page?.owner()?.wake("online");
    },
    manual: (_, page) => page?.owner()?.wake("manual"),
    clock: (phone, _, draws) => {
      phone.skewMs = jumpOf(draws);
    },
    server_clock: (_, __, draws) => {
      this.serverSkewMs = Math.floor((draws[0] - 0.5) * 2 * 3 * 3_600_000);
    },
    wipe: (phone) => phone.wipe(),
    health: (phone, _, [draw]) => {
      phone.disk.health = draw < 0.4 ? "full" : draw < 0.6 ? "broken" : "well";
    },
    connections: (phone) => phone.disk.loseConnections(),
    backup: () => this.ask("back_up", [], () => undefined),
    restore: () => this.lossy("restore", []),
    close: (phone, _, [draw, seen]) => {
      this.ask("close", [(draw < 0.5 ? "c" : "e").repeat(32)], () => undefined);
      if (seen < 0.5) this.timeline.plan(30_000 * seen, () => this.forget(phone));
    },
    cancel: (_, __, [draw]) => this.lossy("cancel", [idOf(draw)]),
    renew: (_, __, [draw]) => this.ask("renew", [idOf(draw)], () => undefined),
    rekey: (_, __, [draw]) => this.lossy("rekey", [(draw < 0.5 ? "c" : "e").repeat(32)]),
    keys: (_, __, [draw]) => this.ask("lose_keys", [draw < 0.5], () => undefined),
    clone: (phone, _, [draw]) => {
      const other = this.phones[Math.floor(draw * this.phones.length)] as SimPhone;
      if (other === phone) return;
      for (const page of [...other.pages]) other.end(page, false);
      phone.disk.copyTo(other.disk);
      other.session = phone.session;
      for (const person of phone.people) other.people.add(person);
      other.open();
    },
    person: (phone, page) => {
      phone.nextPerson = phone.session === "ada" ? "ben" : "ada";
      phone.people.add(phone.nextPerson);
      void page?.app.enterCode("123456");
    },
    sign_out: (_, page) => void page?.app.signOut(),
    forget: (phone) => this.forget(phone),
  };

  /** What the server may lose by this, phones bring back if they still hold it; it is not promised any more. */
  private lossy(op: string, args: readonly unknown[]): void {
    this.journal.acknowledged.clear();
    this.ask(op, args, () => undefined);
  }

  /** Somebody reads that a round is over, and lets what stayed here go. */
  private forget(phone: SimPhone): void {
    const page = phone.front();
    enterPage(page ?? null);
    const owner = page?.owner() ?? null;
    const over = owner
      ?.tasks()
      .find((task) => ["closed", "opened"].includes(owner.sheet(task)?.status ?? ""));
    if (owner === null || over === undefined) return;
    phone.forgotten.add(over.assignment.id);
    this.count("forgotten by the person");
    void owner.forget(over);
  }

  private editable(page: Page | undefined, draw: number, isPair = false): Task | null {
    const owner = page?.owner() ?? null;
    const tasks =
      owner
        ?.tasks()
        .filter((task) => !["closed", "opened"].includes(owner.sheet(task)?.status ?? "closed")) ?? [];
    const pair = tasks.find((task) => task.assignment.kind === "clarity");
    return (isPair ? pair : undefined) ?? tasks[Math.floor(draw * tasks.length)] ?? null;
  }

  private edit(page: Page | undefined, draws: Step["draws"]): void {
    const task = this.editable(page, draws[0]);
    if (page === undefined || task === null) {
      this.count("edit without a sheet");
      return;
    }
    const [cell, value] = this.answerOf(task, draws);
    const isText = typeof value === "string" && cell.endsWith(".text");
    this.note(() => `    page ${page.number} enters ${task.assignment.id.slice(0, 2)} ${cell}`);
    page.enter(task, cell, value, !isText || draws[3] < 0.5);
    this.count("answer entered");
  }

  private answerOf(task: Task, [, where, what, how]: Step["draws"]): [cell: string, value: Value] {
    const rating = `f_match e_clear m_told`.split(" ")[
      ["peer", "self", "manager"].indexOf(task.assignment.relationship)
    ];
    this.texts += 1;
    if (where < 0.55)
      return [
        `SS0${where < 0.3 ? 1 : 2}.${rating}`,
        how < 0.1 ? null : how < 0.2 ? "not_observed" : 1 + Math.floor(what * 5),
      ];
    if (where < 0.88) return ["OQ1.text", textOf(what, this.texts)];
    if (where < 0.93) return ["@submit", what < 0.7];
    if (where < 0.96) return ["SS09.f_match", 3];
    if (where < 0.98) return ["SS01.f_match x", 3];
    return [`SS01.${rating}`, what < 0.5 ? "maybe" : 9];
  }

  private submit(page: Page | undefined, draws: Step["draws"]): void {
    const task = this.editable(page, draws[0], draws[1] < 0.6);
    if (page === undefined || task === null) return;
    const rating = `f_match e_clear m_told`.split(" ")[
      ["peer", "self", "manager"].indexOf(task.assignment.relationship)
    ];
    page.enter(task, `SS01.${rating}`, 4, true);
    page.enter(task, `SS02.${rating}`, 2, true);
    page.enter(task, "@submit", true, true);
    this.count("sheet submitted");
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

function textOf(draw: number, count: number): string {
  if (draw < 0.03) return "x".repeat(2001 + count);
  return draw < 0.06 ? `bad \u0000 ${count}` : `text ${count}`;
}

function idOf(draw: number): string {
  const name = ["c1", "c2", "a0", "b0"][Math.floor(draw * 4)] ?? "c1";
  return name.padEnd(32, "0");
}

function jumpOf([draw, far]: Step["draws"]): number {
  const spans = [0, 60_000, 3_000_000, 3_600_000 * 3, 86_400_000 * 3, 86_400_000 * 400];
  return Math.floor((spans[Math.floor(draw * spans.length)] ?? 0) * (far - 0.5) * 2);
}

export { namesIn, type Person, type ServerSheet };
