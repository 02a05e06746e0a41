/** What there is to read, by round: one entry per cycle, and beneath it the people whose results or views may be read. */

import type { OpenPair, ReportLink } from "./wire";

export interface ResultGroup {
  readonly cycle: string;
  readonly title: string;
  /** The reader's own result. */
  readonly own: ReportLink | null;
  readonly people: readonly { readonly name: string; readonly url: string }[];
}

const BETWEEN = ": ";

/** Others' results are titled "cycle: name", the reader's own as the cycle; the order of the inbox stays. */
export function groupResults(reports: readonly ReportLink[]): readonly ResultGroup[] {
  const cycles = [...new Set(reports.map((report) => report.cycle))];
  return cycles.map((cycle) => groupOf(reports.filter((report) => report.cycle === cycle)));
}

/** Pairs of one round together; the order of the inbox stays. */
export function roundsOf(pairs: readonly OpenPair[]): readonly (readonly OpenPair[])[] {
  const cycles = [...new Set(pairs.map((pair) => pair.cycle))];
  return cycles.map((cycle) => pairs.filter((pair) => pair.cycle === cycle));
}

function groupOf(reports: readonly ReportLink[]): ResultGroup {
  const [first] = reports;
  const cycle = first?.cycle ?? "";
  // Another person's result lies deeper.
  const own = reports.find((one) => one.url === `/reports/${cycle}`) ?? null;
  const title = own?.title ?? headOf(first?.title ?? "");
  const others = reports.filter((report) => report !== own);
  const nameOf = ({ title: whole }: ReportLink) =>
    whole.startsWith(title + BETWEEN) ? whole.slice(title.length + BETWEEN.length) : whole;
  return { cycle, title, own, people: others.map((one) => ({ name: nameOf(one), url: one.url })) };
}

function headOf(title: string): string {
  const at = title.lastIndexOf(BETWEEN);
  return at === -1 ? title : title.slice(0, at);
}
