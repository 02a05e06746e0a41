/** What great looks like in the person's role: one accomplishment after the other, also offline. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { profileUrl } from "../../app/shelf";
import { readOr } from "../../core/cards";
import { parseRole, type Role, type RoleAccomplishment } from "../../core/role";
import { postSeen } from "../../sync/session";
import { ForeignNote, foreign, useShown, useWords } from "../context";
import { Frame, Heading, Starting } from "../parts";
import { hrefOf } from "../route";
import { CardBack, Figures, Plain } from "./card";
import { type MoreKey, useMore } from "./words";

const GRADES: Readonly<Record<string, MoreKey>> = {
  sketched: "grade_sketched",
  checked: "grade_checked",
  studied: "grade_studied",
};

export function GreatScreen() {
  const { view } = useShown();
  const words = useWords();
  const link = view.owner?.profile() ?? null;
  const [page, setPage] = useState(0);
  const url = link === null ? null : profileUrl(link.id, link.version, words.locale);
  const shelf = view.owner?.shelf;
  useEffect(() => {
    if (url !== null) void shelf?.refresh(url);
  }, [shelf, url]);
  const body = url === null ? null : shelf?.body(url);
  const role = useMemo(() => readOr(body, parseRole), [body]);
  const isShown = role !== null && link !== null && link.seenOn === null;
  const seen = isShown ? `${link.id} ${link.version}` : null;
  useEffect(() => {
    const [id, version] = seen?.split(" ") ?? [];
    // Without network it is said at the next opening: the server counts the day, not the minute.
    if (id !== undefined && version !== undefined) void postSeen(id, version);
  }, [seen]);
  if (body === undefined) return <Starting />;
  if (role === null) return <NotHere />;
  const pages = role.accomplishments.length + 1;
  const accomplishment = role.accomplishments[page - 1];
  return (
    <Frame
      back={{ screen: "inbox" }}
      title={<span {...foreign(role.lang, words)}>{role.title}</span>}
      sub={words.t("of", { done: page + 1, total: pages })}
      progress={{ done: page + 1, total: pages }}
      footer={<Leaf page={page} pages={pages} onGo={setPage} />}
    >
      {accomplishment === undefined ? (
        <Overview role={role} />
      ) : (
        <Accomplishment key={accomplishment.id} one={accomplishment} />
      )}
    </Frame>
  );
}

function NotHere() {
  const more = useMore();
  return (
    <Frame back={{ screen: "inbox" }}>
      <Heading id="great-missing">{more.t("great_link")}</Heading>
      <p class="lead">{more.t("more_missing")}</p>
    </Frame>
  );
}

interface LeafProps {
  readonly page: number;
  readonly pages: number;
  readonly onGo: (page: number) => void;
}

function Leaf({ page, pages, onGo }: LeafProps) {
  const words = useWords();
  return (
    <div class="foot-row">
      {page > 0 && (
        <button class="button button-soft" type="button" onClick={() => onGo(page - 1)}>
          {words.t("back")}
        </button>
      )}
      {page + 1 < pages ? (
        <button class="button" type="button" onClick={() => onGo(page + 1)}>
          {words.t("next")}
        </button>
      ) : (
        <a class="button" href={hrefOf({ screen: "inbox" })}>
          {words.t("to_list")}
        </a>
      )}
    </div>
  );
}

function Overview({ role }: { readonly role: Role }) {
  const words = useWords();
  const more = useMore();
  const grade = GRADES[role.grade];
  return (
    <>
      <Heading id="great">{more.t("great_link")}</Heading>
      <p class="lead" {...foreign(role.lang, words)}>
        {role.summary}
      </p>
      {grade !== undefined && <p class="hint">{more.t(grade)}</p>}
      <ol class="plain-list numbered" {...foreign(role.lang, words)}>
        {role.accomplishments.map((one) => (
          <li key={one.id}>{one.title}</li>
        ))}
      </ol>
      <Plain title="think" texts={role.mentalModels} lang={role.modelsLang} />
      <ForeignNote lang={role.lang} />
    </>
  );
}

function Accomplishment({ one }: { readonly one: RoleAccomplishment }) {
  const { lang } = one;
  const words = useWords();
  const more = useMore();
  const own = foreign(lang, words);
  return (
    <>
      <Heading id={`great-${one.id}`} attributes={own}>
        {one.title}
      </Heading>
      <p class="lead" {...own}>
        {one.statement}
      </p>
      <Figures figures={one.figures} lang={lang} />
      <h2 class="subtitle">{more.t("tasks_title")}</h2>
      {one.tasks.map((card) => (
        <article class="task" key={card.title}>
          <h3 class="gap-text" {...foreign(card.lang, words)}>
            {card.title}
          </h3>
          <CardBack card={card} isUnderFigures />
        </article>
      ))}
      {one.why !== "" && <Plain title="why" texts={[one.why]} lang={lang} />}
      <Plain title="strategies" texts={one.strategies} lang={lang} />
      {one.barriers.length > 0 && (
        <section class="aside">
          <h2 class="eyebrow">{more.t("barriers")}</h2>
          <ul class="plain-list" {...own}>
            {one.barriers.map((barrier) => (
              <li key={barrier.text}>
                {barrier.text}
                {barrier.workaround !== "" && (
                  <>
                    {" "}
                    <span class="hint">
                      {more.t("way_round")}: {barrier.workaround}
                    </span>
                  </>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <ForeignNote lang={lang} />
    </>
  );
}
