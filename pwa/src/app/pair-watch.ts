/** After the own side of a pair has arrived: look whether the other side is done too, while somebody may be waiting. */

/** The server opens a pair after it has answered; what takes longer shows at the next start. */
const LOOKS_MS = [500, 3_000, 10_000] as const;

export interface PairWatch {
  /** Answers have arrived on the server. */
  sent(): void;
  stop(): void;
}

export function createPairWatch(isWaiting: () => boolean, look: () => void): PairWatch {
  let timers: readonly ReturnType<typeof setTimeout>[] = [];
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };
  return {
    sent: () => {
      stop();
      if (!isWaiting()) return;
      timers = LOOKS_MS.map((ms) => setTimeout(() => isWaiting() && look(), ms));
    },
    stop,
  };
}
