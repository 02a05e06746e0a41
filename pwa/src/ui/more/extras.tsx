/** What else there is to read: open pairs, the profile of the role, results. */

import type { Owner } from "../../app/owner";
import { groupResults, type ResultGroup, roundsOf } from "../../core/results";
import type { OpenPair } from "../../core/wire";
import { Icon } from "../icons";
import { hrefOf } from "../route";
import { HandOver } from "./warnings";
import { useMore } from "./words";

/** So many pairs may stand one below the other, each as a card. */
const FEW = 4;

export function Extras({ owner }: { readonly owner: Owner }) {
  return (
    <>
      <HandOver owner={owner} />
      <Pairs owner={owner} />
      {owner.profile() !== null && <GreatLink />}
      {owner.reports().length > 0 && <Reports owner={owner} />}
    </>
  );
}

function Pairs({ owner }: { readonly owner: Owner }) {
  const words = useMore();
  if (owner.pairs().length === 0) return null;
  return (
    <section class="reports" aria-labelledby="pairs">
      <h2 class="subtitle" id="pairs">
        {words.t("pairs_title")}
      </h2>
      {owner.pairs().length <= FEW ? (
        <ul class="cards">
          {owner.pairs().map((pair) => (
            <li key={pair.cycle + pair.employee.id}>
              <PairCard pair={pair} />
            </li>
          ))}
        </ul>
      ) : (
        roundsOf(owner.pairs()).map((pairs) => <Round key={pairs[0]?.cycle} pairs={pairs} />)
      )}
    </section>
  );
}

const hrefOfPair = ({ cycle, employee }: OpenPair) =>
  hrefOf({ screen: "gaps", cycle, employee: employee.id });

/** The one of both who is not reading. */
const otherOf = (pair: OpenPair): string => (pair.you === "employee" ? pair.manager : pair.employee.name);

function PairCard({ pair }: { readonly pair: OpenPair }) {
  const words = useMore();
  return (
    <a class="card card-pair" href={hrefOfPair(pair)}>
      <span class="card-head">
        <strong class="card-name">
          <bdi>{otherOf(pair)}</bdi>
        </strong>
        <Icon name="chevron" />
      </span>
      <span class="card-sub">
        <bdi>{pair.title}</bdi>
      </span>
      <span class="card-state">{words.t(pair.isOwn ? "pair_own" : "pair_see")}</span>
    </a>
  );
}

/** Who has many to read finds each person under the round; a round is opened by a tap. */
function Round({ pairs }: { readonly pairs: readonly OpenPair[] }) {
  const words = useMore();
  return (
    <details class="fold round">
      <summary class="round-head">
        <span>
          <bdi>{pairs[0]?.title}</bdi> <span class="round-n">{words.t("people", { n: pairs.length })}</span>
        </span>
        <Icon name="chevron" />
      </summary>
      <ul class="links">
        {pairs.map((pair) => (
          <li key={pair.employee.id}>
            <a href={hrefOfPair(pair)}>
              <span>
                <bdi>{otherOf(pair)}</bdi>
                {pair.isOwn && <small class="hint"> · {words.t("pair_own")}</small>}
              </span>
              <Icon name="chevron" />
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function GreatLink() {
  const words = useMore();
  return (
    <ul class="links">
      <li>
        <a href={hrefOf({ screen: "great" })}>
          <span>{words.t("great_link")}</span>
          <Icon name="chevron" />
        </a>
      </li>
    </ul>
  );
}

function Reports({ owner }: { readonly owner: Owner }) {
  const words = useMore();
  return (
    <section class="reports" aria-labelledby="reports">
      <h2 class="subtitle" id="reports">
        {words.t("reports_title")}
      </h2>
      {groupResults(owner.reports()).map((group) => (
        <Group key={group.cycle} group={group} />
      ))}
    </section>
  );
}

function Group({ group }: { readonly group: ResultGroup }) {
  const { own, title, people } = group;
  return (
    <>
      {own === null && (
        <h3 class="links-of">
          <bdi>{title}</bdi>
        </h3>
      )}
      <ul class="links">
        {own !== null && <ResultLink url={own.url} text={title} />}
        {people.map(({ name, url }) => (
          <ResultLink key={url} url={url} text={name} />
        ))}
      </ul>
    </>
  );
}

function ResultLink({ url, text }: { readonly url: string; readonly text: string }) {
  return (
    <li>
      <a href={url}>
        <bdi>{text}</bdi>
        <Icon name="chevron" />
      </a>
    </li>
  );
}
