/** What the browser around the app may do to answers, and what the person has to be told of it; pure. */

export interface Surroundings {
  readonly isSecure: boolean;
  readonly hasWorker: boolean;
  readonly agent: string;
  /** More than one finger: an iPad says that it is a Mac. */
  readonly isTouch: boolean;
  readonly isInstalled: boolean;
  /** A window that forgets everything when it closes, as far as that can be known. */
  readonly isPrivate: boolean;
}

export interface Held {
  readonly isDurable: boolean;
  readonly isShared: boolean;
  readonly unsent: number;
}

export type Warning = "insecure" | "in_app" | "blocked" | "private" | "seven_days";

/** Browsers inside other apps: what they keep goes with that app's mood. */
const IN_APP = /; wv\)|FBAN|FBAV|Instagram|LinkedInApp|MicroMessenger|Snapchat|Teams|Slack|GSA\/|\bLine\//;
const OTHER_ENGINE = /Chrom|Android|Edg|Firefox/;

/** Every browser on an iPhone or iPad, and Safari on a Mac. */
export function isWebKit({ agent }: Surroundings): boolean {
  return /iPhone|iPad|iPod/.test(agent) || (agent.includes("Safari/") && !OTHER_ENGINE.test(agent));
}

export function isAppleTouch({ agent, isTouch }: Surroundings): boolean {
  return /iPhone|iPad|iPod/.test(agent) || (agent.includes("Macintosh") && isTouch);
}

/** The worst first. On a phone that others use nothing is meant to stay, so only what loses answers now is said. */
export function warningsOf(around: Surroundings, held: Held): readonly Warning[] {
  if (!around.isSecure) return ["insecure"];
  const isInApp = IN_APP.test(around.agent) || (isAppleTouch(around) && !around.hasWorker);
  const isTab = isWebKit(around) && !around.isInstalled;
  const warnings: [Warning, boolean][] = [
    ["in_app", isInApp],
    ["blocked", !held.isDurable],
    ["private", held.isDurable && around.isPrivate && !held.isShared],
    ["seven_days", held.isDurable && isTab && held.unsent > 0 && !isInApp],
  ];
  return warnings.filter(([, is]) => is).map(([warning]) => warning);
}

/** On an iPhone the app on the home screen has a storage of its own; elsewhere both share one. */
export function startsEmpty(around: Surroundings): boolean {
  return isAppleTouch(around) && !around.isInstalled;
}
