/** One line of the gap list: what it is called, how the manager could begin, and both views side by side in words. */

import type { GapList, GapRow, Side } from "../../core/gap-list";
import { foreign, useWords } from "../context";
import { CardBack } from "./card";
import { M, type MoreKey, useMore } from "./words";

interface Props {
  readonly row: GapRow;
  readonly gaps: GapList;
  readonly kind: "strength" | "agenda" | "parked" | "own";
}

export function Row({ row, gaps, kind }: Props) {
  const words = useWords();
  const more = useMore();
  const hasOpener = row.gap.opener !== "" && (kind === "strength" || kind === "agenda");
  return (
    <article class={`gap gap-${kind}`}>
      {kind !== "own" && <p class="eyebrow">{row.gap.name}</p>}
      <h3 class="gap-text" {...foreign(row.lang, words)}>
        {row.text}
      </h3>
      {row.also.length > 0 && (
        <p class="hint">
          {more.t("also")}: {row.also.map((one) => one.name).join(" · ")}
        </p>
      )}
      {hasOpener && (
        <div class="opener">
          <p class="hint">
            {gaps.you === "manager" ? (
              more.t("opener_you")
            ) : (
              <M k="opener_other" values={{ name: gaps.manager }} />
            )}
          </p>
          <blockquote dir="auto">{row.gap.opener}</blockquote>
        </div>
      )}
      <Views row={row} gaps={gaps} isOwn={kind === "own"} />
      <OwnWords row={row} />
      {row.card !== null && kind !== "own" && (
        <details class="fold">
          <summary class="quiet-button">{more.t("card_open")}</summary>
          <CardBack card={row.card} />
        </details>
      )}
    </article>
  );
}

/** What both were asked about, each in the own words of the question. */
const FACETS = ["expected", "clear", "evidence", "level", "support", "last_told"] as const;

interface ViewsProps {
  readonly row: GapRow;
  readonly gaps: GapList;
  readonly isOwn: boolean;
}

function Views({ row, gaps, isOwn }: ViewsProps) {
  const more = useMore();
  const sides = (["employee", "manager"] as const).filter((who) => !isOwn || who === gaps.you);
  const yesNo = (side: Side | null) => (side === null ? null : more.t(side.top3 ? "yes" : "no"));
  const facets: readonly { readonly key: MoreKey; readonly said: readonly (string | null)[] }[] = [
    ...FACETS.map((facet) => ({
      key: `f_${facet}` as const,
      said: sides.map((who) => row[who]?.words[facet] ?? null),
    })),
    { key: "f_top3", said: sides.map((who) => yesNo(row[who])) },
  ];
  return (
    <table class="views">
      <caption class="unseen">{more.t("views")}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">{more.t("facet")}</span>
          </th>
          {sides.map((who) => (
            <th scope="col" key={who}>
              {who === gaps.you ? more.t("you") : <bdi>{gaps[who]}</bdi>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {facets
          .filter((facet) => facet.said.some((one) => one !== null))
          .map((facet) => (
            <tr key={facet.key}>
              <th scope="row">{more.t(facet.key)}</th>
              {facet.said.map((one, i) => (
                <td key={sides[i]} class={one === null ? "is-none" : ""}>
                  {one ?? <NotGiven />}
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function NotGiven() {
  const more = useMore();
  return (
    <>
      <span aria-hidden="true">–</span>
      <span class="unseen">{more.t("not_given")}</span>
    </>
  );
}

/** What the employee wrote, word for word, and what gets in the way. */
function OwnWords({ row }: { readonly row: GapRow }) {
  const more = useMore();
  const side = row.employee;
  const texts: readonly (readonly [MoreKey, string])[] = [
    ["f_chips", row.chips.join(" · ")],
    ["f_teach_back", side?.teachBack ?? ""],
    ["f_comment", side?.comment ?? ""],
    ["f_own_way", side?.ownWay ?? ""],
  ];
  const given = texts.filter(([, text]) => text !== "");
  if (given.length === 0) return null;
  return (
    <dl class="own-words">
      {given.map(([key, text]) => (
        <div key={key}>
          <dt>{more.t(key)}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
