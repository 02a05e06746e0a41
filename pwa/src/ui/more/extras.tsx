/** What else there is to read: open pairs, the profile of the role, results. */

import type { Owner } from "../../app/owner";
import { groupResults, type ResultGroup } from "../../core/results";
import { Icon } from "../icons";
import { hrefOf } from "../route";
import { HandOver } from "./warnings";
import { useMore } from "./words";

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
      <ul class="cards">
        {owner.pairs().map((pair) => (
          <li key={pair.cycle + pair.employee.id}>
            <a
              class="card card-pair"
              href={hrefOf({ screen: "gaps", cycle: pair.cycle, employee: pair.employee.id })}
            >
              <span class="card-head">
                <strong class="card-name">
                  <bdi>{pair.you === "employee" ? pair.manager : pair.employee.name}</bdi>
                </strong>
                <Icon name="chevron" />
              </span>
              <span class="card-sub">
                <bdi>{pair.title}</bdi>
              </span>
              <span class="card-state">{words.t(pair.isOwn ? "pair_own" : "pair_see")}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
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
