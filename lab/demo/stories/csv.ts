import { type Story, testOf } from "./Story.ts"

const PATH = "src/csv.js"

export const csv: Story = {
  title: "Quoted fields with line breaks tear CSV rows apart",
  body: 'A field may hold commas, quotes and line breaks when it is quoted (RFC 4180). `parse` splits at every comma and every line break:\n\n```\nname,motto\n"Ada","first,\nalways"\n```\n\nThis must give two rows of two fields.',
  labels: ["bug", "good first issue"],
  path: PATH,
  before: `export const parse = (text) =>
  text
    .trim()
    .split("\\n")
    .map((line) => line.split(","))
`,
  approaches: [
    {
      title: "Read CSV by characters, with quotes",
      rough: `export const parse = (text) => {
  const rows = [[""]]
  let quoted = false
  for (const character of text) {
    const row = rows.at(-1)
    if (character === '"') quoted = !quoted
    else if (character === "," && !quoted) row.push("")
    else if (character === "\\n") rows.push([""])
    else row[row.length - 1] += character
  }
  return rows
}
`,
      finished: `export const parse = (text) => {
  const rows = [[""]]
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    const row = rows.at(-1)
    if (quoted && character === '"' && text[at + 1] === '"') {
      row[row.length - 1] += '"'
      at += 1
    } else if (character === '"') quoted = !quoted
    else if (character === "," && !quoted) row.push("")
    else if (character === "\\n" && !quoted) rows.push([""])
    else if (character !== "\\r" || quoted) row[row.length - 1] += character
  }
  return rows.filter((row) => row.length > 1 || row[0] !== "")
}
`,
      test: testOf(
        PATH,
        "parse",
        `test("keeps what is quoted together", () => {
  assert.deepEqual(parse('name,motto\\n"Ada","first,\\nalways"\\n'), [["name", "motto"], ["Ada", "first,\\nalways"]])
  assert.deepEqual(parse('"say ""hi""",2'), [['say "hi"', "2"]])
})
`
      )
    },
    {
      title: "Parse CSV with one regular expression",
      rough: `const FIELD = /("[^"]*"|[^,\\n]*)(,|\\n|$)/g

export function parse(text) {
  const rows = [[]]
  for (const [, field, end] of text.trim().matchAll(FIELD)) {
    rows.at(-1).push(field)
    if (end === "\\n") rows.push([])
  }
  return rows
}
`,
      finished: `const FIELD = /(?:"((?:[^"]|"")*)"|([^",\\r\\n]*))(,|\\r?\\n|$)/y

export function parse(text) {
  const rows = []
  let fields = []
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < text.length) {
    const [, quoted, plain, end] = FIELD.exec(text) ?? []
    if (end === undefined) throw new SyntaxError("a quote is not closed, or text follows one")
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ",") continue
    rows.push(fields)
    fields = []
  }
  return rows
}
`,
      test: testOf(
        PATH,
        "parse",
        `test("reads quoted fields, and refuses an open quote", () => {
  assert.deepEqual(parse('a,"b\\nc"\\r\\n1,2\\n'), [["a", "b\\nc"], ["1", "2"]])
  assert.throws(() => parse('"never closed'), SyntaxError)
})
`
      )
    }
  ]
}
