/** A comment box: what is typed is stored after a short pause, and nothing that arrives overwrites it meanwhile. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { TextQuestion } from "../../core/form";
import { distinctTexts } from "../../core/merge";
import { readValue, type Version } from "../../core/sheet";
import { cleanText } from "../../core/text";
import type { Task } from "../../store/types";
import { useShown } from "../context";
import { TwoTexts } from "./two-texts";
import { isUnseen } from "./unseen";
import { useMore } from "./words";

const IDLE_MS = 250;
/** A text of one line. */
const SHORT = 160;
const NEAR_THE_END = 200;
const NEAR_SHARE = 0.25;

interface Props {
  readonly task: Task;
  readonly question: TextQuestion;
  readonly versions: readonly Version[];
  readonly label: string;
  /** Nobody else reads it. */
  readonly isOwn?: boolean;
  /** Says who reads it and how, in place of the usual words. */
  readonly hint?: string;
  readonly rows?: number;
}

export function Comment(props: Props) {
  const { task, question, versions, label } = props;
  const words = useMore();
  const texts = distinctTexts(versions);
  const [isFocused, setFocused] = useState(false);
  if (texts.length > 1 && !isFocused) return <TwoTexts task={task} question={question} versions={versions} />;
  return <Box {...props} label={label || words.t("your_words")} onFocused={setFocused} />;
}

function Box({
  task,
  question,
  versions,
  label,
  isOwn = false,
  hint: said,
  rows,
  onFocused,
}: Props & { readonly onFocused: (is: boolean) => void }) {
  const { view } = useShown();
  const words = useMore();
  const stored = readValue(versions);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? (typeof stored === "string" ? stored : "");
  const field = useTyping({ task, cell: question.cell }, versions, setDraft);
  const left = question.max - text.length;
  const hint = `${question.cell}-hint`;
  return (
    <div class="field">
      <textarea
        aria-label={label}
        aria-describedby={hint}
        rows={rows ?? (question.max <= SHORT ? 3 : 6)}
        dir="auto"
        maxLength={question.max}
        value={text}
        onFocus={() => {
          field.focus(text);
          onFocused(true);
        }}
        onInput={(event) => field.input(event.currentTarget.value)}
        onBlur={() => {
          field.blur();
          onFocused(false);
        }}
      />
      <p class="hint" id={hint}>
        {said ?? words.t(isOwn ? "unaided_hint" : "word_for_word")}{" "}
        {!question.required && words.t("optional")}
        {isUnseen(task) && view.owner !== null && ` ${words.t("added_to_before")}`}
      </p>
      <p class="hint" aria-live="polite">
        {left <= Math.min(NEAR_THE_END, question.max * NEAR_SHARE) && words.t("characters_left", { n: left })}
      </p>
    </div>
  );
}

/** Stores a text after 250 ms of rest, when the field is left, and when the page goes. */
function useTyping(
  target: { readonly task: Task; readonly cell: string },
  versions: readonly Version[],
  setDraft: (text: string | null) => void,
) {
  const { app, view } = useShown();
  const state = useRef({ text: "", from: versions, saved: "", timer: 0, isOn: false });
  const save = () => {
    const now = state.current;
    clearTimeout(now.timer);
    const value = cleanText(now.text);
    if (!now.isOn || value === now.saved) return Promise.resolve();
    now.saved = value;
    const entry = { cell: target.cell, value: value === "" ? null : value, renderedFrom: now.from };
    return view.owner?.enter(target.task, entry) ?? Promise.resolve();
  };
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => app.onHide(() => void latest.current()), [app]);
  useEffect(() => () => void latest.current(), []);
  return {
    focus: (text: string) => {
      state.current = { text, from: versions, saved: text, timer: 0, isOn: true };
      setDraft(text);
    },
    input: (text: string) => {
      state.current.text = text;
      // Dictation and other aids write into a field that nobody has turned to.
      state.current.isOn = true;
      setDraft(text);
      clearTimeout(state.current.timer);
      state.current.timer = window.setTimeout(() => void latest.current(), IDLE_MS);
    },
    blur: () => {
      void save().then(() => setDraft(null));
      state.current.isOn = false;
    },
  };
}
