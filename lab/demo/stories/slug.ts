import { type Story, testOf } from "./Story.ts"

const PATH = "src/slug.js"

export const slug: Story = {
  title: "Titles with accents become empty slugs",
  body: 'slugOf("Crème brûlée") gives "cr-me-br-l-e", and slugOf("Übergrößen") starts with a dash.\n\nFold accents to plain letters, write ß as ss, and never begin or end with a dash.',
  labels: ["bug", "i18n"],
  path: PATH,
  before: `export const slugOf = (title) => title.toLowerCase().replace(/[^a-z0-9]/g, "-")
`,
  approaches: [
    {
      title: "Fold accents before slugs are cut",
      rough: `export const slugOf = (title) =>
  title
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
`,
      finished: `const LETTERS = { ß: "ss", æ: "ae", ø: "o", đ: "d", ł: "l" }

export const slugOf = (title) =>
  title
    .toLowerCase()
    .normalize("NFD")
    .replace(/\\p{Mark}+/gu, "")
    .replace(/[ßæøđł]/g, (letter) => LETTERS[letter])
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
`,
      test: testOf(
        PATH,
        "slugOf",
        `test("folds accents, and has no dash at its ends", () => {
  assert.deepEqual(["Crème brûlée", "Übergrößen", " Łódź! "].map(slugOf), ["creme-brulee", "ubergrossen", "lodz"])
})
`
      )
    },
    {
      title: "Split titles into words of letters instead of replacing",
      rough: `export function slugOf(title) {
  const words = title.match(/[a-z0-9]+/gi) ?? []
  return words.join("-").toLowerCase()
}
`,
      finished: `function plain(letter) {
  if (letter === "ß") return "ss"
  return letter.normalize("NFKD").replace(/[\\u0300-\\u036f]/g, "")
}

export function slugOf(title) {
  const folded = Array.from(title.toLowerCase(), plain).join("")
  const words = folded.match(/[a-z0-9]+/g) ?? []
  return words.length === 0 ? "untitled" : words.join("-")
}
`,
      test: testOf(
        PATH,
        "slugOf",
        `test("has a slug for every title", () => {
  assert.equal(slugOf("Größe XL"), "grosse-xl")
  assert.equal(slugOf("???"), "untitled")
})
`
      )
    }
  ]
}
