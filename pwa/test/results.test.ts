/** The list of results, from what the inbox names. */

import { expect, test } from "vitest";
import { groupResults, roundsOf } from "../src/core/results";

const report = (cycle: string, title: string, ratee: string | null = null) => ({
  cycle,
  title,
  url: ratee === null ? `/reports/${cycle}` : `/reports/${cycle}/people/${ratee}`,
});

test("results of other people stand under their cycle, each with a name alone", () => {
  const groups = groupResults([
    report("a", "Autumn 360: Cleo Fernwick", "cleo"),
    report("s", "Spring 360"),
    report("a", "Autumn 360: Dan Ospreyton", "dan"),
  ]);
  expect(groups).toEqual([
    {
      cycle: "a",
      title: "Autumn 360",
      own: null,
      people: [
        { name: "Cleo Fernwick", url: "/reports/a/people/cleo" },
        { name: "Dan Ospreyton", url: "/reports/a/people/dan" },
      ],
    },
    { cycle: "s", title: "Spring 360", own: report("s", "Spring 360"), people: [] },
  ]);
});

test("an own result leads its cycle, also when the title has a colon", () => {
  const own = report("a", "Plant: Autumn 360");
  const [group] = groupResults([own, report("a", "Plant: Autumn 360: Cleo Fernwick", "cleo")]);
  expect(group).toMatchObject({ title: "Plant: Autumn 360", own, people: [{ name: "Cleo Fernwick" }] });
  expect(groupResults([own])).toMatchObject([{ title: "Plant: Autumn 360", own, people: [] }]);
});

test("two results of one person in different cycles stay apart", () => {
  const groups = groupResults([report("a", "Autumn: Cleo", "cleo"), report("b", "Autumn: Cleo", "cleo")]);
  expect(groups.map((group) => group.people.length)).toEqual([1, 1]);
});

test("open pairs of one round stand together", () => {
  const pair = (cycle: string, id: string) => ({
    ...{ cycle, title: cycle, employee: { id, name: id }, manager: "Ben", isOwn: false },
    you: "manager" as const,
  });
  const rounds = roundsOf([pair("a", "cleo"), pair("b", "dan"), pair("a", "eve")]);
  expect(rounds.map((round) => round.map((one) => one.employee.id))).toEqual([["cleo", "eve"], ["dan"]]);
});
