/** From a seed to what people do and what goes wrong, in order. */

import { type Chance, chanceOf } from "./random";

export type Deed =
  | "edit"
  | "submit"
  | "open"
  | "tab"
  | "hide"
  | "leave"
  | "kill"
  | "power"
  | "net"
  | "manual"
  | "clock"
  | "server_clock"
  | "wipe"
  | "health"
  | "connections"
  | "backup"
  | "restore"
  | "close"
  | "cancel"
  | "renew"
  | "rekey"
  | "keys"
  | "clone"
  | "person"
  | "sign_out"
  | "forget";

export interface Step {
  readonly deed: Deed;
  readonly phone: number;
  /** Draws for whatever the deed has to choose. */
  readonly draws: readonly [number, number, number, number];
  readonly afterMs: number;
}

export interface Setting {
  readonly phones: readonly {
    readonly person: "ada" | "ben";
    readonly mayRead: boolean;
    readonly hasLocks: boolean;
  }[];
}

const WEIGHTS: readonly (readonly [Deed, number])[] = [
  ["edit", 40],
  ["submit", 5],
  ["open", 9],
  ["tab", 3],
  ["hide", 5],
  ["leave", 4],
  ["kill", 4],
  ["power", 2],
  ["net", 10],
  ["manual", 3],
  ["clock", 3],
  ["server_clock", 1],
  ["wipe", 1],
  ["health", 3],
  ["connections", 3],
  ["backup", 2],
  ["restore", 2],
  ["close", 0.7],
  ["cancel", 0.7],
  ["renew", 1.2],
  ["rekey", 0.7],
  ["keys", 1.2],
  ["clone", 0.8],
  ["person", 1],
  ["sign_out", 0.7],
  ["forget", 0.7],
];
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
/** From so long on nobody has the app open. */
export const AWAY_MS = 15 * 60_000;
/** One schedule in so many is of a hundred page loads with an edit each. */
const LOADS_ONE_IN = 300;

export function settingOf(seed: number): Setting {
  const chance = chanceOf(seed, 1);
  const count = 1 + chance.below(3);
  return {
    phones: Array.from({ length: count }, (_, i) => ({
      person: i > 0 && chance.is(0.4) ? "ben" : "ada",
      mayRead: !chance.is(0.2),
      hasLocks: !chance.is(0.25),
    })),
  };
}

export function scheduleOf(seed: number): readonly Step[] {
  const chance = chanceOf(seed, 2);
  const { phones } = settingOf(seed);
  if (seed % LOADS_ONE_IN === 0) return manyLoads(chance);
  const count = 4 + chance.below(16);
  return Array.from({ length: count }, () =>
    stepOf(deedOf(chance), chance.below(phones.length), gapOf(chance), chance),
  );
}

function manyLoads(chance: Chance): readonly Step[] {
  const ways: readonly Deed[] = ["leave", "kill", "power"];
  return Array.from({ length: 100 }, (): Step[] => {
    const edit = stepOf("edit", 0, 3_000, chance);
    const draws: Step["draws"] = [0, 0, edit.draws[2], 0.5];
    const away = stepOf(chance.pick(ways), 0, chance.below(6_000), chance);
    return [stepOf("open", 0, 1_000, chance), { ...edit, draws }, away];
  }).flat();
}

function stepOf(deed: Deed, phone: number, afterMs: number, chance: Chance): Step {
  return { deed, phone, afterMs, draws: [chance.next(), chance.next(), chance.next(), chance.next()] };
}

function deedOf(chance: Chance): Deed {
  let left = chance.next() * TOTAL;
  for (const [deed, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return deed;
  }
  return "edit";
}

function gapOf(chance: Chance): number {
  const kind = chance.next();
  if (kind < 0.45) return chance.below(60);
  if (kind < 0.85) return chance.below(4_000);
  if (kind < 0.97) return chance.below(90_000);
  return AWAY_MS + chance.below(5 * 24 * 3_600_000);
}
