/** The back of a card: great beside typical, the decision that matters, and how free the way is. */

import type { Card, Figure } from "../../core/cards";
import { ForeignNote, foreign, useWords } from "../context";
import { type MoreKey, useMore } from "./words";

const FREEDOM = { fixed: "free_fixed", bounded: "free_bounded", free: "free_free" } as const;

interface Props {
  readonly card: Card;
  /** The accomplishment's figures stand above already. */
  readonly isUnderFigures?: boolean;
}

export function CardBack({ card, isUnderFigures = false }: Props) {
  const words = useWords();
  const more = useMore();
  const own = foreign(card.lang, words);
  const figures = isUnderFigures ? [] : card.figures;
  const hasMore = figures.length + card.tools.length + card.interactions.length > 0;
  return (
    <div class="back">
      <div class="both">
        <section class="great">
          <h2 class="eyebrow">{more.t("great")}</h2>
          <p {...own}>{card.great}</p>
        </section>
        {card.typical !== null && (
          <section class="typical">
            <h2 class="eyebrow">{more.t("typical")}</h2>
            <p {...own}>{card.typical}</p>
          </section>
        )}
      </div>
      {card.decision !== null && <Decision card={card} />}
      {card.insight !== null && (
        <section class="aside">
          <h2 class="eyebrow">{more.t("insight")}</h2>
          <p {...own}>{card.insight}</p>
        </section>
      )}
      {card.variation !== null && (
        <p class="freedom">
          <strong>{more.t("free")}</strong> {more.t(FREEDOM[card.variation])}
        </p>
      )}
      {hasMore && (
        <details class="fold">
          <summary class="quiet-button">{more.t("card_more")}</summary>
          <div class="stack">
            <Figures figures={figures} lang={card.lang} />
            <Plain title="tools" texts={card.tools} lang={card.sourceLang} />
            <Plain title="interactions" texts={card.interactions} lang={card.sourceLang} />
          </div>
        </details>
      )}
      <ForeignNote lang={card.lang} />
    </div>
  );
}

function Decision({ card }: { readonly card: Card }) {
  const words = useWords();
  const more = useMore();
  const { decision } = card;
  if (decision === null) return null;
  const parts = (["when", "choose", "cue"] as const).filter((name) => decision[name] !== "");
  return (
    <section class="decision">
      <h2 class="eyebrow">{more.t("decision")}</h2>
      <dl>
        {parts.map((name) => (
          <div key={name}>
            <dt>{more.t(name)}</dt>
            <dd {...foreign(card.lang, words)}>{decision[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Figures({ figures, lang }: { readonly figures: readonly Figure[]; readonly lang: string }) {
  const words = useWords();
  const more = useMore();
  if (figures.length === 0) return null;
  return (
    <section class="aside">
      <h2 class="eyebrow">{more.t("figures")}</h2>
      {figures.map((figure) => (
        <div class="figure" key={figure.text}>
          <p {...foreign(lang, words)}>{figure.text}</p>
          <ul>
            {figure.levels.map(({ name, value }) => (
              <li key={name} class={`level-${name}`}>
                {more.t(name)} <bdi>{value}</bdi>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

export function Plain({
  title,
  texts,
  lang,
}: {
  readonly title: MoreKey;
  readonly texts: readonly string[];
  readonly lang: string;
}) {
  const words = useWords();
  const more = useMore();
  if (texts.length === 0) return null;
  return (
    <section class="aside">
      <h2 class="eyebrow">{more.t(title)}</h2>
      <ul class="plain-list" {...foreign(lang, words)}>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  );
}
