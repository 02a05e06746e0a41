/** One comment written on two devices: both texts side by side, one to choose or a joined one to write. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { TextQuestion } from "../../core/form";
import { distinctTexts } from "../../core/merge";
import { readValue, type Version } from "../../core/sheet";
import { cleanText } from "../../core/text";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { useMore } from "./words";

interface Props {
  readonly task: Task;
  readonly question: TextQuestion;
  readonly versions: readonly Version[];
}

export function TwoTexts({ task, question, versions }: Props) {
  const { view } = useShown();
  const words = useMore();
  const [joined, setJoined] = useState<string | null>(null);
  const texts = distinctTexts(versions);
  const here = view.owner?.keeper.phone().page;
  const keep = (value: string) => {
    void view.owner?.enter(task, { cell: question.cell, value: cleanText(value), renderedFrom: versions });
    // The button goes with the choice: who reads by ear or key goes on where the screen begins.
    document.querySelector("h1")?.focus();
  };
  const from = (text: string): string => {
    const [version] = versions.filter((one) => one.v === text).sort((a, b) => b.hlc - a.hlc);
    const isHere =
      version !== undefined && (version.d === here?.d || here?.loads.includes(version.d) === true);
    const time = version === undefined ? "" : `${words.date(version.hlc)}, ${words.time(version.hlc)}`;
    return words.t(isHere ? "from_this" : "from_other", { time });
  };
  return (
    <section class="panel two-texts" aria-labelledby={`${question.cell}-two`}>
      <h2 class="subtitle" id={`${question.cell}-two`}>
        {words.t("two_texts_title")}
      </h2>
      <p>{words.t("two_texts_lead")}</p>
      {joined === null ? (
        <>
          <div class="both">
            {texts.map((text, i) => (
              <div class="choice" key={text}>
                <p class="eyebrow" id={`${question.cell}-from-${i}`}>
                  {from(text)}
                </p>
                <blockquote dir="auto">{text}</blockquote>
                <button
                  class="button button-soft"
                  type="button"
                  aria-describedby={`${question.cell}-from-${i}`}
                  onClick={() => keep(text)}
                >
                  {words.t("keep_this")}
                </button>
              </div>
            ))}
          </div>
          <button class="button" type="button" onClick={() => setJoined(texts.join("\n\n"))}>
            {words.t("join_do")}
          </button>
        </>
      ) : (
        <Joined
          text={joined}
          most={question.max}
          onInput={setJoined}
          onKeep={() => keep(joined)}
          onCancel={() => setJoined(null)}
        />
      )}
    </section>
  );
}

interface JoinedProps {
  readonly text: string;
  readonly most: number;
  readonly onInput: (text: string) => void;
  readonly onKeep: () => void;
  readonly onCancel: () => void;
}

/** Both stay as they are until this one is kept. */
function Joined({ text, most, onInput, onKeep, onCancel }: JoinedProps) {
  const words = useMore();
  const over = text.length - most;
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="field">
      <textarea
        ref={box}
        aria-label={words.t("join_label")}
        aria-describedby="join-over"
        rows={8}
        dir="auto"
        value={text}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class="problem" id="join-over" aria-live="polite">
        {over > 0 && words.t("chars_over", { n: over })}
      </p>
      <button class="button" type="button" disabled={over > 0 || text.trim() === ""} onClick={onKeep}>
        {words.t("join_keep")}
      </button>
      <button class="quiet-button" type="button" onClick={onCancel}>
        {words.t("cancel")}
      </button>
    </div>
  );
}

/** Whether something on these cells was written twice and waits for a choice. */
export function isTwice(versions: readonly Version[]): boolean {
  return typeof readValue(versions) === "string" && distinctTexts(versions).length > 1;
}
