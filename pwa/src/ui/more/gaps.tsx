/** Where you both stand: a strength first, at most three lines to talk about, the rest folded away. */

import { useEffect, useMemo } from "preact/hooks";
import { gapsUrl } from "../../app/shelf";
import { readOr } from "../../core/cards";
import { type GapList, type GapRow, parseGapList, restOf, rowsOf } from "../../core/gap-list";
import { foreign, Parts, T, useShown, useWords } from "../context";
import { Frame, Heading, Starting } from "../parts";
import { Row } from "./gap-row";
import { M, useMore } from "./words";

export function GapsScreen({ cycle, employee }: { readonly cycle: string; readonly employee: string }) {
  const { view } = useShown();
  const words = useWords();
  const { owner } = view;
  const url = gapsUrl(cycle, employee, words.locale);
  useEffect(() => void owner?.shelf.refresh(url), [owner, url]);
  const body = owner?.shelf.body(url);
  const gaps = useMemo(() => readOr(body, parseGapList), [body]);
  if (body === undefined) return <Starting />;
  if (gaps === null) return <NotHere />;
  const other = gaps.you === "employee" ? gaps.manager : gaps.employee;
  return (
    <Frame back={{ screen: "inbox" }} title={<bdi>{other}</bdi>} sub={<bdi>{gaps.title}</bdi>}>
      {gaps.state === "waiting" && <Waiting other={other} isAnswered={gaps.otherAnswered} />}
      {gaps.state === "lost" && <Lost />}
      {gaps.state === "own" && <Own gaps={gaps} />}
      {gaps.state === "open" && <Open gaps={gaps} />}
    </Frame>
  );
}

function NotHere() {
  const more = useMore();
  return (
    <Frame back={{ screen: "inbox" }}>
      <Heading id="gaps-missing">{more.t("pairs_title")}</Heading>
      <p class="lead">{more.t("more_missing")}</p>
    </Frame>
  );
}

function Waiting({ other, isAnswered }: { readonly other: string; readonly isAnswered: boolean }) {
  const more = useMore();
  return (
    <>
      <Heading id="gaps-waiting">{more.t("waiting_title")}</Heading>
      <p class="lead">{more.t("waiting_lead")}</p>
      <p>
        <T k={isAnswered ? "pair_answered" : "pair_not_yet"} values={{ name: other }} />
      </p>
    </>
  );
}

function Lost() {
  const more = useMore();
  return (
    <>
      <Heading id="gaps-lost">{more.t("lost_title")}</Heading>
      <p class="lead">{more.t("lost_lead")}</p>
      <p>{more.t("lost_next")}</p>
    </>
  );
}

function Own({ gaps }: { readonly gaps: GapList }) {
  const more = useMore();
  return (
    <>
      <Heading id="gaps-own">{more.t("own_title")}</Heading>
      <p class="lead">{more.t(gaps.rows.length === 0 ? "own_none" : "own_lead")}</p>
      {gaps.rows.map((row) => (
        <Row key={row.item} row={row} gaps={gaps} kind="own" />
      ))}
      <Written gaps={gaps} />
    </>
  );
}

function Open({ gaps }: { readonly gaps: GapList }) {
  const more = useMore();
  const strength = rowsOf(gaps, gaps.strength === null ? [] : [gaps.strength]);
  const { summary } = gaps;
  return (
    <>
      <Heading id="gaps">{more.t("pairs_title")}</Heading>
      {summary !== null && (
        <p class="lead">
          {more.t("gaps_shared", { n: summary.sharedExpectations, total: summary.inScope })}{" "}
          {more.t("gaps_shared_top3", { n: summary.sharedTop3 })}
        </p>
      )}
      {strength.map((row) => (
        <section key={row.item} aria-labelledby="strength" class="stack">
          <h2 class="subtitle" id="strength">
            {more.t("strength_title")}
          </h2>
          <Row row={row} gaps={gaps} kind="strength" />
        </section>
      ))}
      {gaps.strength === null && gaps.agenda.length > 0 && <p>{more.t("gaps_no_strength")}</p>}
      <section aria-labelledby="agenda" class="stack">
        <h2 class="subtitle" id="agenda">
          {more.t("agenda_title")}
        </h2>
        {gaps.agenda.length === 0 && <p>{more.t("agenda_none")}</p>}
        {rowsOf(gaps, gaps.agenda).map((row) => (
          <Row key={row.item} row={row} gaps={gaps} kind="agenda" />
        ))}
      </section>
      <Fold k="parked_title" rows={rowsOf(gaps, gaps.parked)} gaps={gaps} />
      <Fold k="rest_title" rows={restOf(gaps)} gaps={gaps} />
      <Written gaps={gaps} />
      <TalkMinutes gaps={gaps} />
    </>
  );
}

interface FoldProps {
  readonly k: "parked_title" | "rest_title";
  readonly rows: readonly GapRow[];
  readonly gaps: GapList;
}

function Fold({ k, rows, gaps }: FoldProps) {
  const more = useMore();
  if (rows.length === 0) return null;
  return (
    <details class="fold">
      <summary class="quiet-button">
        <Parts parts={more.parts(k, { n: rows.length })} />
      </summary>
      <div class="stack">
        {rows.map((row) => (
          <Row key={row.item} row={row} gaps={gaps} kind="parked" />
        ))}
      </div>
    </details>
  );
}

/** What was written beside the lines; the own results are only ever sent to the employee. */
function Written({ gaps }: { readonly gaps: GapList }) {
  const words = useWords();
  const more = useMore();
  return (
    <>
      {gaps.answers.length > 0 && (
        <section aria-labelledby="written" class="stack">
          <h2 class="subtitle" id="written">
            {more.t("answers_title")}
          </h2>
          {gaps.answers.map((one) => (
            <dl class="gap own-words" key={one.text}>
              <div>
                <dt {...foreign(one.lang, words)}>{one.text}</dt>
                {(["employee", "manager"] as const)
                  .filter((who) => one[who] !== "")
                  .map((who) => (
                    <dd key={who} dir="auto">
                      {who === gaps.you ? more.t("you") : <bdi>{gaps[who]}</bdi>}: {one[who]}
                    </dd>
                  ))}
              </div>
            </dl>
          ))}
        </section>
      )}
      {gaps.ownResults !== "" && (
        <details class="fold">
          <summary class="quiet-button">{more.t("own_results")}</summary>
          <p class="given-words" dir="auto">
            {gaps.ownResults}
          </p>
        </details>
      )}
    </>
  );
}

function TalkMinutes({ gaps }: { readonly gaps: GapList }) {
  const { strength = 0, gaps: talk = 0, agree = 0, manager = 0 } = gaps.minutes;
  const total = strength + talk + agree + manager;
  if (total === 0) return null;
  return (
    <p class="hint">
      <M k="talk_minutes" values={{ total, strength, gaps: talk, agree, manager }} />
    </p>
  );
}
