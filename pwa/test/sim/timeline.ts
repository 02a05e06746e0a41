/** What happens when, in the time of one world. */

export interface Moment {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  isOff: boolean;
}

/** A queue by time; at the same time what was planned first comes first. */
export class Timeline {
  now = 0;
  private readonly heap: Moment[] = [];
  private planned = 0;

  plan(afterMs: number, run: () => void): Moment {
    if (!Number.isFinite(afterMs)) throw new Error(`no time: ${afterMs}`);
    this.planned += 1;
    const moment: Moment = { at: this.now + Math.max(0, afterMs), order: this.planned, run, isOff: false };
    this.heap.push(moment);
    this.rise(this.heap.length - 1);
    return moment;
  }

  /** Takes out the next moment and moves the time there. */
  next(): Moment | null {
    for (;;) {
      const first = this.heap[0];
      const last = this.heap.pop();
      if (first === undefined || last === undefined) return null;
      if (this.heap.length > 0) {
        this.heap[0] = last;
        this.sink(0);
      }
      if (first.isOff) continue;
      this.now = first.at;
      return first;
    }
  }

  private rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.heap.length && this.isBefore(child, least)) least = child;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(i: number, j: number): boolean {
    const [a, b] = [this.heap[i] as Moment, this.heap[j] as Moment];
    return a.at !== b.at ? a.at < b.at : a.order < b.order;
  }

  private swap(i: number, j: number): void {
    const [a, b] = [this.heap[i] as Moment, this.heap[j] as Moment];
    this.heap[i] = b;
    this.heap[j] = a;
  }
}
