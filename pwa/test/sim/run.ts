/** Plays many worlds at once, so that the server behind the pipe never waits for a phone, nor a phone for it. */

import { enterPage, install } from "./platform";
import { scheduleOf } from "./schedule";
import { type Outcome, World } from "./world";

export interface Job {
  readonly first: number;
  readonly count: number;
  /** Stops to begin worlds after so long. */
  readonly forMs: number;
  readonly isTraced: boolean;
  readonly keep: readonly number[] | null;
  readonly atOnce: number;
  /** No world is begun after so many have failed. */
  readonly mostFailed: number;
  /** How many failing seeds are made smaller. */
  readonly shrinks: number;
}

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly keep: readonly number[] | null;
  readonly trace: readonly string[];
}

export interface Report {
  readonly played: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Sends questions of several worlds in one line; the answers come in the same order. */
export type Pipe = (questions: readonly (readonly unknown[])[]) => Promise<readonly unknown[]>;

const MOST_IN_LINE = 16;
const MOST_FAILURES = 5;

export interface Machine {
  readonly pipe: Pipe;
  /** Lets everything that is to follow from a moment run. */
  readonly drain: () => Promise<void>;
  readonly clock: () => number;
  readonly onUnhandled: (listener: (error: unknown) => void) => void;
}

export async function run(job: Job, machine: Machine): Promise<Report> {
  install();
  const forms = (await machine.pipe([[0, "forms"]]))[0] as Record<string, unknown>;
  const player = new Player(machine, forms);
  const counts: Record<string, number> = {};
  const failures: Failure[] = [];
  let played = 0;
  let failed = 0;
  const endsAt = machine.clock() + job.forMs;
  await player.play(
    job.atOnce,
    () => {
      if (played >= job.count || machine.clock() > endsAt || failed >= job.mostFailed) return null;
      played += 1;
      return new World(job.first + played - 1, forms, job.isTraced, job.keep);
    },
    (world) => {
      const { violations, trace } = world.outcome();
      for (const [what, n] of world.counts) counts[what] = (counts[what] ?? 0) + n;
      if (violations.length === 0 && !job.isTraced) return;
      if (violations.length > 0) failed += 1;
      if (failures.length < MOST_FAILURES)
        failures.push({ seed: world.seed, violations, keep: job.keep, trace });
    },
  );
  const told: Failure[] = [];
  for (const [i, failure] of failures.entries()) {
    told.push(i < job.shrinks && failure.violations.length > 0 ? await player.shrink(failure) : failure);
  }
  return { played, failed, failures: told, counts };
}

class Player {
  private running: World | null = null;
  private readonly numbers = new Map<World, number>();
  private worlds = 0;

  constructor(
    private readonly machine: Machine,
    private readonly forms: Readonly<Record<string, unknown>>,
  ) {
    machine.onUnhandled((error) => this.running?.violate(`unhandled: ${String(error)}`));
  }

  async play(atOnce: number, begin: () => World | null, end: (world: World) => void): Promise<void> {
    const ready: World[] = [];
    let asked: World[] = [];
    let inFlight = 0;
    let waiting: Promise<void> = Promise.resolve();
    const send = () => {
      if (asked.length === 0) return;
      const line = asked;
      asked = [];
      inFlight += line.length;
      const questions = line.map((world) => [
        this.numberOf(world),
        world.waitsFor?.op,
        ...(world.waitsFor?.args ?? []),
      ]);
      waiting = this.machine.pipe(questions).then((answers) => {
        for (const [i, world] of line.entries()) {
          this.answers.set(world, answers[i]);
          ready.push(world);
        }
        inFlight -= line.length;
      });
    };
    for (;;) {
      while (ready.length + asked.length + inFlight < atOnce) {
        const world = begin();
        if (world === null) break;
        world.begin();
        asked.push(world);
      }
      const world = ready.shift();
      if (world === undefined) {
        if (inFlight === 0 && asked.length === 0) return;
        if (inFlight === 0 || asked.length >= MOST_IN_LINE) send();
        if (ready.length === 0 && inFlight > 0) await waiting;
        continue;
      }
      await this.advance(world);
      if (world.isDone) {
        void this.machine.pipe([[this.numberOf(world), "drop"]]);
        this.numbers.delete(world);
        end(world);
      } else {
        asked.push(world);
        if (asked.length >= MOST_IN_LINE) send();
      }
    }
  }

  private readonly answers = new Map<World, unknown>();

  /** Plays a world until it asks the server something, or is done. */
  private async advance(world: World): Promise<void> {
    this.running = world;
    const then = world.waitsFor?.then;
    world.waitsFor = null;
    try {
      then?.(this.answers.get(world));
      await this.settle(world);
      while (world.waitsFor === null && !world.isDone) {
        world.step();
        await this.settle(world);
      }
    } catch (error) {
      world.violate(`the simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
      world.isDone = true;
    }
    this.running = null;
    enterPage(null);
  }

  private async settle(world: World): Promise<void> {
    await this.machine.drain();
    world.settle();
  }

  private numberOf(world: World): number {
    const known = this.numbers.get(world);
    if (known !== undefined) return known;
    this.worlds += 1;
    this.numbers.set(world, this.worlds);
    return this.worlds;
  }

  /** Leaves out whatever the same violation does not need. */
  async shrink(failure: Failure): Promise<Failure> {
    let keep: readonly number[] = failure.keep ?? scheduleOf(failure.seed).map((_, i) => i);
    let best = failure;
    for (let size = Math.ceil(keep.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < keep.length; ) {
        const fewer = [...keep.slice(0, at), ...keep.slice(at + size)];
        const outcome = await this.once(failure.seed, fewer);
        if (outcome.violations.some((what) => failure.violations.includes(what))) {
          keep = fewer;
          best = { ...failure, keep, violations: outcome.violations, trace: outcome.trace };
        } else at += size;
      }
    }
    return best;
  }

  private async once(seed: number, keep: readonly number[]): Promise<Outcome> {
    let world: World | null = new World(seed, this.forms, true, keep);
    let outcome: Outcome | null = null;
    await this.play(
      1,
      () => {
        const next = world;
        world = null;
        return next;
      },
      (done) => {
        outcome = done.outcome();
      },
    );
    return outcome ?? { violations: [], counts: new Map(), trace: [] };
  }
}
