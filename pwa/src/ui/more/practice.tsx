/** One line about an invented person, rated before the first real one: nothing of it is stored or sent. */

import { useState } from "preact/hooks";
import { pointLabel } from "../../core/asked";
import type { Form, Line } from "../../core/form";
import { foreign, useWords } from "../context";
import { useMore } from "./words";

export function PracticePart({ form }: { readonly form: Form }) {
  const words = useWords();
  const more = useMore();
  const [chosen, setChosen] = useState<number | string | null>(null);
  const scale = form.scales[scaleOf(form)];
  const { practice } = form;
  if (scale === undefined || practice === null) return null;
  const own = foreign(form.locale, words);
  return (
    <section class="practice" aria-labelledby="practice">
      <h2 class="subtitle" id="practice">
        {more.t("practice_title")}
      </h2>
      <p class="hint">{more.t("practice_lead")}</p>
      <p class="practice-story" {...own}>
        {practice.story}
      </p>
      <p class="practice-line" {...own}>
        {practice.text}
      </p>
      <div class="practice-points" {...own}>
        {scale.points.map((point) => (
          <button
            key={point.value}
            class={`point ${chosen !== null && point.value === practice.rating ? "is-panel" : ""}`}
            type="button"
            aria-pressed={chosen === point.value}
            onClick={() => setChosen(point.value)}
          >
            <span class="point-label">{point.label}</span>
            {chosen !== null && point.value === practice.rating && (
              <span class="practice-who">{more.t("practice_panel")}</span>
            )}
            {chosen === point.value && point.value !== practice.rating && (
              <span class="practice-who">{more.t("practice_you")}</span>
            )}
          </button>
        ))}
      </div>
      <div role="status">
        {chosen !== null && (
          <div class="note">
            <p>
              <strong>
                {chosen === practice.rating
                  ? more.t("practice_same")
                  : more.t("practice_other", { point: pointLabel(scale, practice.rating) ?? "" })}
              </strong>
            </p>
            <p {...own}>{practice.reason}</p>
          </div>
        )}
      </div>
    </section>
  );
}

/** The scale the lines are rated on. */
function scaleOf(form: Form): string {
  const rated = form.steps.find((step): step is Line => step.kind === "line")?.questions[0];
  return rated?.kind === "scale" ? rated.scale : "";
}
