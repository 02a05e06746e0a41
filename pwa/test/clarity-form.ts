/** Small clarity forms as the server sends them: two pulse lines, own results, four lines, top three, one open question. */

const scales = {
  expected4: {
    points: [
      { value: "full", label: "Yes" },
      { value: "partly", label: "In part" },
      { value: "none", label: "No" },
      { value: "unsure", label: "I am not sure" },
    ],
    not_observed: null,
    skip: null,
  },
  degree5: {
    points: [1, 2, 3, 4, 5].map((value) => ({ value, label: `degree ${value}` })),
    not_observed: null,
    skip: "Skip",
  },
};
const common = {
  schema: "form/1",
  hash: "c".repeat(64),
  kind: "clarity",
  locale: "en",
  dir: "ltr",
  role: { id: "r", version: "1.0.0", title: "Role", summary: "What it is.", grade: "sketched", lang: "en" },
  brief: [],
  minutes: 8,
  scales,
  sections: [{ id: "A1", title: "A shift without harm", lang: "en" }],
};
export const ITEMS = ["SS01", "SS02", "SS03", "SS04"];

const degree = (cell: string) => ({
  cell,
  kind: "scale",
  scale: "degree5",
  text: cell,
  required: true,
  not_observed: false,
  skip: true,
});
const expected = (cell: string) => ({ ...degree(cell), scale: "expected4", skip: false });

export const employeeForm = {
  ...common,
  relationship: "self",
  chips: [
    { value: "env_information", label: "I lack information or feedback" },
    { value: "env_resources", label: "I lack time, tools or help" },
  ],
  pulse: ["G1", "G2"].map((id) => ({
    id,
    text: `Pulse ${id}`,
    lang: "en",
    questions: [degree(`${id}.pulse`)],
  })),
  unaided: {
    id: "RES",
    text: "Your three most important results",
    lang: "en",
    questions: [{ cell: "RES.text", kind: "text", max: 500, required: false }],
  },
  lines: ITEMS.map((item) => ({
    item,
    section: "A1",
    text: `Expectation ${item}`,
    lang: "en",
    variation: "bounded",
    anchors: null,
    gate: { cell: `${item}.e_expected`, ends: ["none", "unsure"] },
    questions: [
      expected(`${item}.e_expected`),
      degree(`${item}.e_clear`),
      degree(`${item}.e_evidence`),
      degree(`${item}.e_support`),
      {
        cell: `${item}.e_chips`,
        kind: "chips",
        required: false,
        when: { cell: `${item}.e_support`, at_most: 2 },
      },
    ],
    after: [{ cell: `${item}.e_comment`, kind: "text", max: 500, text: "Clearer?", required: false }],
    card: true,
  })),
  top3: {
    cell: "@top3",
    kind: "top3",
    text: "Pick the three",
    most: 3,
    required: true,
    teach_back: ITEMS.map((item) => ({
      item,
      cell: `${item}.e_teach_back`,
      kind: "text",
      max: 160,
      text: "In one line",
      required: false,
    })),
  },
  open: [
    {
      id: "OQ4",
      text: "Anything?",
      lang: "en",
      questions: [{ cell: "OQ4.text", kind: "text", max: 2000, required: false }],
    },
  ],
};

export const managerForm = {
  ...common,
  relationship: "manager",
  chips: [],
  pulse: [],
  unaided: null,
  lines: ITEMS.map((item) => ({
    item,
    section: "A1",
    text: `Expectation ${item}`,
    lang: "en",
    variation: null,
    anchors: null,
    gate: { cell: `${item}.m_expected`, ends: ["none"] },
    questions: [expected(`${item}.m_expected`), degree(`${item}.m_told`)],
    after: [],
    card: true,
  })),
  top3: { cell: "@top3", kind: "top3", text: "Pick the three", most: 3, required: true, teach_back: [] },
  open: [],
};
