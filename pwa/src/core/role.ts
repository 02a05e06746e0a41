/** What great looks like in a role, read strictly: one accomplishment after the other. */

import { type Card, type Figure, parseCard, parseFigure, words } from "./cards";
import { list, record, text, WireError } from "./wire";

export interface RoleAccomplishment {
  readonly id: string;
  readonly lang: string;
  readonly title: string;
  readonly statement: string;
  readonly why: string;
  readonly figures: readonly Figure[];
  readonly tasks: readonly Card[];
  readonly strategies: readonly string[];
  readonly barriers: readonly { readonly text: string; readonly workaround: string }[];
}

export interface Role {
  readonly title: string;
  readonly summary: string;
  readonly lang: string;
  readonly modelsLang: string;
  readonly grade: string;
  readonly mentalModels: readonly string[];
  readonly accomplishments: readonly RoleAccomplishment[];
}

export function parseRole(body: unknown): Role {
  const role = record(body, "profile");
  if (role.schema !== "profile/1") throw new WireError("schema", "profile/1");
  return {
    title: text(role.title, "title"),
    summary: words(role.summary),
    lang: text(role.lang, "lang"),
    grade: text(role.grade, "grade"),
    modelsLang: words(role.mental_models_lang) || text(role.lang, "lang"),
    mentalModels: list(role.mental_models ?? [], "mental_models", text),
    accomplishments: list(role.accomplishments, "accomplishments", parseAccomplishment),
  };
}

function parseAccomplishment(value: unknown, at: string): RoleAccomplishment {
  const row = record(value, at);
  return {
    id: text(row.id, `${at}.id`),
    lang: text(row.lang, `${at}.lang`),
    title: text(row.title, `${at}.title`),
    statement: words(row.statement),
    why: words(row.why),
    figures: list(row.figures ?? [], `${at}.figures`, parseFigure),
    tasks: list(row.tasks ?? [], `${at}.tasks`, parseCard),
    strategies: list(row.strategies ?? [], `${at}.strategies`, text),
    barriers: list(row.barriers ?? [], `${at}.barriers`, (barrier, where) => {
      const one = record(barrier, where);
      return { text: text(one.text, `${where}.text`), workaround: words(one.workaround) };
    }),
  };
}
