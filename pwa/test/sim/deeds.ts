/** What people do and what goes wrong, done to a world. */

import type { Value } from "../../src/core/sheet";
import type { Task } from "../../src/store/types";
import type { NetState, Page, SimPhone } from "./phone";
import { enterPage } from "./platform";
import type { Deed, Step } from "./schedule";
import type { World } from "./world";

export class Hands {
  private texts = 0;

  constructor(private readonly world: World) {}

  play(step: Step): void {
    const phone = this.world.phones[step.phone % this.world.phones.length] as SimPhone;
    const page = phone.front();
    enterPage(page ?? null);
    this.world.note(() => `phone ${phone.index}: ${step.deed}`);
    this.world.count(`deed ${step.deed}`);
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
      this.world.note(() => `    the network is ${phone.net}`);
      if (phone.net !== "off") page?.owner()?.wake("online");
    },
    manual: (_, page) => page?.owner()?.wake("manual"),
    clock: (phone, _, draws) => {
      phone.skewMs = jumpOf(draws);
    },
    server_clock: (_, __, draws) => {
      this.world.serverSkewMs = Math.floor((draws[0] - 0.5) * 2 * 3 * 3_600_000);
    },
    wipe: (phone) => phone.wipe(),
    health: (phone, _, [draw]) => {
      phone.disk.health = draw < 0.4 ? "full" : draw < 0.6 ? "broken" : "well";
    },
    connections: (phone) => phone.disk.loseConnections(),
    backup: () => this.world.ask("back_up", [], () => undefined),
    restore: () => this.lossy("restore", []),
    close: (phone, _, [draw, seen]) => {
      this.world.ask("close", [(draw < 0.5 ? "c" : "e").repeat(32)], () => undefined);
      if (seen < 0.5) this.world.timeline.plan(30_000 * seen, () => this.forget(phone));
    },
    cancel: (_, __, [draw]) => this.lossy("cancel", [idOf(draw)]),
    renew: (_, __, [draw]) => this.world.ask("renew", [idOf(draw)], () => undefined),
    rekey: (_, __, [draw]) => this.lossy("rekey", [(draw < 0.5 ? "c" : "e").repeat(32)]),
    keys: (_, __, [draw]) => this.world.ask("lose_keys", [draw < 0.5], () => undefined),
    clone: (phone, _, [draw]) => {
      const other = this.world.phones[Math.floor(draw * this.world.phones.length)] as SimPhone;
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
    this.world.journal.acknowledged.clear();
    this.world.losses += 1;
    this.world.ask(op, args, () => undefined);
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
    this.world.count("forgotten by the person");
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
      this.world.count("edit without a sheet");
      return;
    }
    const [cell, value] = this.answerOf(task, draws);
    const isText = typeof value === "string" && cell.endsWith(".text");
    this.world.note(() => `    page ${page.number} enters ${task.assignment.id.slice(0, 2)} ${cell}`);
    page.enter(task, cell, value, !isText || draws[3] < 0.5);
    this.world.count("answer entered");
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
    this.world.count("sheet submitted");
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
