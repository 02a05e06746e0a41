/** Beside a rating of a line: how free the way is, and at a strong rating the words for what was seen. */

import { useEffect, useRef } from "preact/hooks";
import { noteNow } from "../../core/asked";
import type { Form, Step, Variation } from "../../core/form";
import type { Task } from "../../store/types";
import { foreign, useShown, useWords } from "../context";
import { Comment } from "./comment";
import { KeyHint } from "./keys";
import { useMore } from "./words";

const WAYS = { fixed: "way_fixed", bounded: "way_bounded", free: "way_free" } as const;

/** Said before the rating: whoever may go an own way is rated by the result. */
export function Way({ variation }: { readonly variation: Variation }) {
  const words = useMore();
  return (
    <span class="way" lang={words.locale} dir={words.dir}>
      {words.t(WAYS[variation])}
    </span>
  );
}

interface Props {
  readonly task: Task;
  readonly form: Form;
  readonly step: Step;
}

export function LineExtras({ task, form, step }: Props) {
  const { view } = useShown();
  const words = useWords();
  const more = useMore();
  const cells = view.owner?.cells(task) ?? {};
  const note = noteNow(step, cells);
  // What stood here when the line came up does not pull the page down.
  const wasThere = useRef(note !== null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (note !== null && !wasThere.current) box.current?.scrollIntoView({ block: "nearest" });
    wasThere.current = note !== null;
  }, [note]);
  return (
    <>
      {note !== null && (
        <section class="noted" ref={box}>
          <h2 class="subtitle" {...foreign(form.locale, words)}>
            {note.text}
          </h2>
          <Comment
            task={task}
            question={note}
            versions={cells[note.cell] ?? []}
            label={note.text}
            hint={more.t(task.assignment.named ? "word_for_word" : "note_hint")}
            rows={3}
          />
        </section>
      )}
      {step.questions.some((question) => question.kind === "scale") && <KeyHint />}
    </>
  );
}
