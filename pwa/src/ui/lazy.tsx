/** The parts of the app that are not needed for the first question; the worker keeps them for offline like the rest. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { noted, startAfresh } from "./afresh";
import { useShown } from "./context";
import { Frame, Heading, Starting } from "./parts";

declare const MORE_CSS: string;

/** What comes later does not compete with the first question for a slow network. */
const LATER_MS = 1_000;
let startLater = (): void => undefined;
export const afterFirstScreen = new Promise<void>((resolve) => {
  startLater = () => void setTimeout(resolve, LATER_MS);
});
export const firstScreenIsThere = (): void => startLater();

interface Lazy<P> {
  /** The part when it is here already: then it is drawn at once. */
  here(): P | null;
  /** Bring it; a failed try is forgotten, so that the next one asks again. */
  bring(): Promise<P>;
}

function lazy<P>(loadOnce: () => Promise<P>): Lazy<P> {
  const load = noted(loadOnce);
  let asked: Promise<P> | null = null;
  let part: P | null = null;
  const fetched = async (): Promise<P> => {
    try {
      part = await load();
      return part;
    } finally {
      asked = null;
    }
  };
  return {
    here: () => part,
    bring: () => {
      if (part !== null) return Promise.resolve(part);
      asked ??= fetched();
      return asked;
    },
  };
}

type Later = typeof import("./more/more");
const style = lazy(() => styled(MORE_CSS));
const withStyle = async <P,>(script: Promise<P>): Promise<P> =>
  (await Promise.all([script, style.bring()]))[0];
const later = lazy((): Promise<Later> => withStyle(import("./more/more")));
const signIn = lazy(() => withStyle(import("./sign-in")));

export const loadLater = later.bring;

function styled(href: string): Promise<HTMLLinkElement> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve(link);
    link.onerror = () => {
      link.remove();
      reject(new Error("the style of the later part could not be loaded"));
    };
    document.head.append(link);
  });
}

interface Props<P> {
  readonly part: Lazy<P>;
  /** Stands on a screen that has more to show: nothing is said while it is on its way, and it does not hurry. */
  readonly isPart?: boolean;
  readonly children: (part: P) => ComponentChildren;
}

function With<P extends object>({ part, isPart = false, children }: Props<P>) {
  const [state, setState] = useState<P | "missing" | null>(part.here());
  useEffect(() => {
    if (state !== null) return;
    const begun = isPart ? afterFirstScreen : Promise.resolve();
    begun.then(part.bring).then(setState, () => setState("missing"));
  }, [state, part, isPart]);
  if (state !== null && state !== "missing") return <>{children(state)}</>;
  if (isPart) return null;
  return state === null ? <Starting /> : <Missing onAgain={() => setState(null)} />;
}

/** Draws with the later part as soon as it is here. */
export function WithLater({ isPart = false, children }: Omit<Props<Later>, "part">) {
  return (
    <With part={later} isPart={isPart}>
      {(part) => <part.Room isPart={isPart}>{children(part)}</part.Room>}
    </With>
  );
}

export function SignIn() {
  return <With part={signIn}>{(part) => <part.SignInScreen />}</With>;
}

function Missing({ onAgain }: { readonly onAgain: () => void }) {
  const { app, view } = useShown();
  const { words } = view;
  const again = () => {
    onAgain();
    void startAfresh(app);
  };
  const footer = (
    <button class="button" type="button" onClick={again}>
      {words.t("try_again")}
    </button>
  );
  return (
    <Frame back={{ screen: "inbox" }} footer={footer}>
      <Heading id="missing">{words.t("first_online_title")}</Heading>
      <p class="lead">{words.t("more_missing")}</p>
    </Frame>
  );
}
