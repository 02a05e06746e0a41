/** The pieces screens are made of: frame, status line, progress. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShown, useWords } from "./context";
import { Icon, type IconName, Mark } from "./icons";
import { WithLater } from "./lazy";
import { startOf } from "./place";
import { hrefOf, type Route } from "./route";

const QUIET_MS = 600;

/** One line: ready, then saved, sending, sent or needs you. */
export function Status() {
  const { view } = useShown();
  const words = useWords();
  const isSending = useLasting(view.status.kind === "sending", QUIET_MS);
  const calm = view.owner?.keeper.isSaved() ? ("saved" as const) : ("saving" as const);
  const status = view.status.kind === "sending" && !isSending ? { kind: calm } : view.status;
  const isSlow = useLasting(status.kind === "saving", QUIET_MS);
  const icon: Record<string, IconName> = {
    ready: "phone",
    saved: "phone",
    saving: "phone",
    sending: "sending",
    sent: "check",
    needs: "needs",
  };
  return (
    <a class={`status status-${isSlow ? "slow" : status.kind}`} href={hrefOf({ screen: "needs" })}>
      <Icon name={icon[status.kind] ?? "phone"} />
      <span>
        {status.kind === "ready" && words.t("status_ready")}
        {(status.kind === "saved" || status.kind === "saving") &&
          words.t(isSlow ? "loading" : "status_saved")}
        {status.kind === "sending" &&
          words.t("status_sending", { done: status.done + 1, total: status.total })}
        {status.kind === "sent" && words.t("status_sent", { time: words.time(status.at) })}
        {status.kind === "needs" && words.t("status_needs")}
      </span>
    </a>
  );
}

/** True once `is` has held for a while: what is over in a blink is not worth a flicker. */
export function useLasting(is: boolean, ms: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!is) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), ms);
    return () => clearTimeout(timer);
  }, [is, ms]);
  return is && lasts;
}

export function Progress({ done, total }: { readonly done: number; readonly total: number }) {
  return (
    <progress class="progress" max={total} value={done} aria-label={useWords().t("of", { done, total })}>
      {done}
    </progress>
  );
}

/** A heading that takes the focus when its screen opens, so that a screen reader starts there. */
export function Heading({
  id,
  className = "title",
  children,
  attributes = {},
}: {
  readonly id: string;
  readonly className?: string;
  readonly children: ComponentChildren;
  readonly attributes?: { readonly lang?: string; readonly dir?: "ltr" | "rtl" };
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  // A new id is a new screen.
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    window.scrollTo(0, startOf());
  }, [id]);
  return (
    <h1 class={className} tabIndex={-1} ref={ref} {...attributes}>
      {children}
    </h1>
  );
}

interface FrameProps {
  readonly back: Route;
  readonly title?: ComponentChildren;
  /** What the title leads to. */
  readonly about?: Route;
  readonly sub?: ComponentChildren;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly footer?: ComponentChildren;
  /** Stands beside the status line. */
  readonly aside?: ComponentChildren;
  /** Everything has to stand on one small screen. */
  readonly isDense?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of every screen behind the list: a way back, what this is about, the status, the next step. */
export function Frame({
  back,
  title,
  about,
  sub,
  progress,
  footer,
  aside,
  isDense = false,
  children,
}: FrameProps) {
  const words = useWords();
  return (
    <div class={isDense ? "screen screen-step" : "screen"}>
      <header class="bar">
        <a
          class="icon-button"
          href={hrefOf(back)}
          aria-label={words.t(back.screen === "inbox" ? "to_list" : "back")}
        >
          <Icon name="back" />
        </a>
        <div class="bar-text">
          {title !== undefined && (
            <strong class="bar-title">
              {about === undefined ? title : <a href={hrefOf(about)}>{title}</a>}
            </strong>
          )}
          {sub !== undefined && <span class="bar-sub">{sub}</span>}
        </div>
        <WithLater isPart>{(later) => <later.Corner />}</WithLater>
        {progress !== undefined && <Progress {...progress} />}
      </header>
      <main class="content" id="content">
        {children}
      </main>
      <footer class="foot">
        {footer}
        <div class="foot-status">
          <Status />
          {aside}
        </div>
      </footer>
    </div>
  );
}

export function Starting() {
  const words = useWords();
  return (
    <main class="screen starting" aria-busy="true">
      <Mark />
      <p class="quiet">{words.t("loading")}</p>
    </main>
  );
}
