/** What a browser may do to answers, said where it can still be helped; and the request to keep them. */

import { useEffect, useState } from "preact/hooks";
import type { Owner } from "../../app/owner";
import { type Surroundings, startsEmpty, type Warning, warningsOf } from "../../core/surroundings";
import { useShown } from "../context";
import { useLasting } from "../parts";
import { type MoreKey, useMore } from "./words";

const DANGER_MS = 5_000;
const WORDS_OF = {
  insecure: "needs_memory",
  in_app: "warn_in_app",
  blocked: "needs_blocked",
  private: "warn_private",
  seven_days: "warn_seven_days",
} as const satisfies Record<Warning, MoreKey>;

/** On the list, where nobody is in the middle of an answer. */
export function Warnings() {
  const { view } = useShown();
  const words = useMore();
  const around = useSurroundings();
  const { owner, unsent, isShared } = view;
  const isDurable = owner?.store.isDurable ?? true;
  const hasAnswers = owner?.keeper.phone().sheets.some((sheet) => sheet.rows.length > 0) ?? false;
  const isWorthKeeping = isDurable && hasAnswers && !isShared;
  useEffect(() => {
    if (isWorthKeeping) void askToKeep();
  }, [isWorthKeeping]);
  if (owner === null) return null;
  const warnings = warningsOf(around, { isDurable, isShared, unsent });
  return (
    <>
      {warnings.map((warning) => (
        <p class="note" key={warning}>
          {words.t(WORDS_OF[warning], { n: unsent })}
          {warning === "in_app" && <bdi class="address">{location.host}/app</bdi>}
        </p>
      ))}
    </>
  );
}

/** Under the hint to install, which stands only while nothing waits: what comes along to the home screen, and what does not. */
export function HandOver({ owner }: { readonly owner: Owner }) {
  const { view } = useShown();
  const words = useMore();
  const around = useSurroundings();
  if (!startsEmpty(around) || view.isShared || view.unsent > 0 || owner.sentAt() === null) return null;
  const mayRead = owner.tasks().some((task) => task.assignment.read !== undefined);
  return <p class="hint">{words.t(mayRead ? "hand_over" : "hand_over_card")}</p>;
}

/** In red on every screen: the one state in which closing the page loses answers. */
export function Alarm() {
  const { view } = useShown();
  const words = useMore();
  // Where nothing is kept each answer waits for a moment; only one that goes on waiting is in danger.
  const isUnkept = useLasting(view.needs.includes("memory") && view.unsent > 0, DANGER_MS);
  const isUnsaved = view.needs.includes("unsaved");
  if (!isUnkept && !isUnsaved) return null;
  return (
    <p class="alarm" role="alert">
      {words.t(isUnsaved ? "needs_unsaved" : memoryWords())}
    </p>
  );
}

/** Why this page keeps nothing: the address, or the browser. */
export const memoryWords = (): "needs_memory" | "needs_blocked" =>
  isSecureContext ? "needs_blocked" : "needs_memory";

function useSurroundings(): Surroundings {
  const [isPrivate, setPrivate] = useState(false);
  useEffect(() => {
    void isPrivateWindow().then(setPrivate);
  }, []);
  return {
    isSecure: isSecureContext,
    hasWorker: "serviceWorker" in navigator,
    agent: navigator.userAgent,
    isTouch: navigator.maxTouchPoints > 1,
    isInstalled: matchMedia("(display-mode: standalone)").matches,
    isPrivate,
  };
}

/** Safari and Firefox keep no files of a page in a private window. Chromium tells a page nothing, by intention. */
async function isPrivateWindow(): Promise<boolean> {
  const { storage } = navigator;
  if (storage === undefined || !("getDirectory" in storage)) return false;
  return storage.getDirectory().then(
    () => false,
    () => true,
  );
}

/** Once there is something worth keeping, not before: Firefox asks the person, and a no is remembered. */
async function askToKeep(): Promise<void> {
  const { storage } = navigator;
  if (storage?.persist === undefined || (await storage.persisted())) return;
  await storage.persist().catch(() => false);
}
