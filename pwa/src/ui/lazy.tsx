/** The part of the app that is not needed for the first question; the worker keeps it for offline like the rest. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./context";
import { Frame, Heading, Starting } from "./parts";

declare const MORE_CSS: string;

type Later = typeof import("./more/more");
let asked: Promise<Later> | null = null;
let here: Later | null = null;

/** Bring the later part; a failed try is forgotten, so that the next one asks again. */
export function loadLater(): Promise<Later> {
  asked ??= Promise.all([import("./more/more"), styled(MORE_CSS)]).then(
    ([later]) => {
      here = later;
      return later;
    },
    (failure: unknown) => {
      asked = null;
      throw failure;
    },
  );
  return asked;
}

function styled(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error("the style of the later part could not be loaded"));
    };
    document.head.append(link);
  });
}

interface Props {
  /** Stands on a screen that has more to show: then nothing is said while it is on its way. */
  readonly isPart?: boolean;
  readonly children: (later: Later) => ComponentChildren;
}

/** Draws with the later part as soon as it is here. */
export function WithLater({ isPart = false, children }: Props) {
  const [later, setLater] = useState<Later | "missing" | null>(here);
  const bring = () => {
    loadLater().then(setLater, () => setLater("missing"));
  };
  useEffect(() => {
    if (later === null) bring();
  }, [later]);
  if (later !== null && later !== "missing") {
    return <later.Room isPart={isPart}>{children(later)}</later.Room>;
  }
  if (isPart) return null;
  return later === null ? <Starting /> : <Missing onAgain={() => setLater(null)} />;
}

function Missing({ onAgain }: { readonly onAgain: () => void }) {
  const words = useWords();
  const footer = (
    <button class="button" type="button" onClick={onAgain}>
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
