/**
 * What somebody could try instead of working more, each beside the same net new code that is landed once by one account in the busy repository. What was had before is measured,
 * by the party's own landings.
 */
import { code } from "./honestCode.ts"
import { addedFile, changedFile, type File, functions, type Merge, QUIET_REPOSITORIES } from "./world.ts"

export interface Strategy {
  readonly name: string
  readonly attack: ReadonlyArray<Merge>
  readonly honest: ReadonlyArray<Merge>
  /** Why more than 1.1 times the honest pay is left, where it is. */
  readonly residual?: string
}

const times = <A>(count: number, of: (index: number) => A): ReadonlyArray<A> => Array.from({ length: count }, (_, index) => of(index))
/** Work that every dump comes with. */
const work = functions(0, 30)
const dumped =
  (folder: string, head = "", more: Partial<File> = {}) =>
  (part: number) =>
    times(40, (index) => addedFile(`${folder}/part${part}-${index}.ts`, `${head}${code(500 + part * 40 + index)}`, more))
const withDumps = (dump: (part: number) => ReadonlyArray<File>, more: Partial<Merge> = {}): ReadonlyArray<Merge> => [
  { files: work },
  ...times(3, (part) => ({ files: dump(part), days: 2 + part, ...more }))
]

const renamed = (index: number): File =>
  changedFile(`src/old${index}.ts`, code(200 + index), code(200 + index).replaceAll("total", `sum${index}`), 5)
const annotated = (index: number): File =>
  changedFile(`src/note${index}.ts`, code(200 + index), code(200 + index).replace("let total =", "let total: number ="), 1)
const test = (index: number): File =>
  addedFile(`test/measure${index}.test.ts`, `it("measures ${index}", () => { expect(measure${index}([], ${index})).toBe(${index}) })\n`)
const document = (index: number): File =>
  addedFile(`docs/page${index}.md`, `# Page ${index}\n\n${"It measures rows by their kinds.\n".repeat(60)}`)
const flag = (index: number): File =>
  changedFile(
    `src/flag${index}.ts`,
    code(200 + index),
    code(200 + index).replace("let total", `if (FLAG_${index}) return limit\n  let total`),
    2
  )
const PLACES = [undefined, ...QUIET_REPOSITORIES] as const
/** Forty pull requests in a week, spread over one busy and five quiet repositories. */
const farm = (of: (index: number) => File): ReadonlyArray<Merge> => [
  { files: work },
  ...times(40, (index): Merge => {
    const repository = PLACES[index % PLACES.length]
    return { files: [of(index)], days: 1 + (index % 7), ...(repository === undefined ? {} : { repository }) }
  })
]
/** The farm, beside all that it adds in one pull request. */
const farming = (of: (index: number) => File): Pick<Strategy, "attack" | "honest"> => ({
  attack: farm(of),
  honest: [{ files: [...work, ...times(40, of)] }]
})
const typo = (index: number): File => changedFile(`src/typo${index}.ts`, code(200 + index), code(200 + index).replace("(rows:", "(lines:"))
const many = (from: number, count: number): string => times(count, (index) => code(from + index)).join("")
const removedFile = (filename: string, base: string): File => ({
  filename,
  status: "removed",
  deletions: base.split("\n").length,
  base_content: base,
  head_content: null
})
/** A text that a repository has all the time. */
const there = (repository: string, text: string): Merge => ({ files: [removedFile("src/there.ts", text)], days: 0.1, repository })
/** New files of the code of one that is removed. */
const moved = (files: ReadonlyArray<readonly [path: string, head: string]>, days = 2, base = many(800, 80)): Merge => ({
  files: [removedFile("src/all.ts", base), ...files.map(([path, head]) => addedFile(`src/new/${path}`, head))],
  days
})
const landed = (path: string, text: string): Merge => ({ files: [addedFile(path, text)], days: 2 })
const eachLine = (text: string, change: (line: string, index: number) => string): string => text.split("\n").map(change).join("\n")
const filled = (text: string): string =>
  eachLine(text, (line, index) => (index % 3 === 2 ? `${line}\nnoted(${index}, here, ${index}, at, ${index})` : line))
/** Many names in an order that never comes again. */
const salad = (words: number): string =>
  times(words, (at) => `n${(Math.imul(at * at + at, 0x9e3779b1) >>> 20) % 12},${at % 8 === 7 ? "\n" : " "}`).join("")
/** Eighty functions of a file, moved to four. */
const movedAs = (change: (text: string, part: number) => string): Pick<Strategy, "attack" | "honest"> => ({
  attack: [{ files: work }, moved(times(4, (part) => [`a${part}.ts`, change(many(800 + 20 * part, 20), part)]))],
  honest: [{ files: work }]
})
/** A statement of the code that is moved. */
const statementOf = (index: number): string => {
  const lines = code(800 + Math.floor(index / 4))
    .split("\n")
    .filter((line) => line.startsWith("    "))
  return `${lines[index % 4]}\n`
}
const renamedLocals = (text: string, mark: string): string =>
  text.replaceAll(/\b(total|count|last|row|rows|limit|measure\d+)\b/g, (name) => `${name}${mark}`)
const WEEKS = 16
/** Something in each week of four months. */
const weekly = (of: (week: number) => ReadonlyArray<File>): ReadonlyArray<Merge> => [
  { files: work, days: 119 },
  ...times(WEEKS, (week) => ({ files: of(week), days: 7 * (WEEKS - week), account: week % 2 }))
]
const honestOnce: ReadonlyArray<Merge> = [{ files: work, days: 119 }]
const inForEach = (text: string): string =>
  text.replace("for (const row of rows) {", "rows.forEach((row) => {").replace("\n  }\n  return", "\n  })\n  return")
const toggled = (index: number, isBack: boolean): File =>
  changedFile(`src/loop${index}.ts`, isBack ? inForEach(code(index)) : code(index), isBack ? code(index) : inForEach(code(index)), 4)
const csharp = (index: number): string => `class C${index} {\n${times(298, (at) => `    int f${at}() { return ${at}; }\n`).join("")}}\n`
const big = (change: (text: string) => string = (text) => text) =>
  functions(400, 60).map((file) => ({ ...file, head_content: change(file.head_content ?? "") }))

/** Code of 2,000 tokens, all of it merged in a week by as many accounts. */
const week = (accounts: number): ReadonlyArray<Merge> =>
  times(4, (part) => ({ files: functions(2_000 + part * 85, 85), account: part % accounts, days: 1 + part }))

export const strategies: ReadonlyArray<Strategy> = [
  { name: "three dumps of generated files", attack: withDumps(dumped("src/__generated__")), honest: [{ files: work }] },
  { name: "three dumps of vendored files", attack: withDumps(dumped("vendor/lib")), honest: [{ files: work }] },
  {
    name: "the same, with own attributes that call them own",
    attack: withDumps((part) => [...dumped("vendor/lib")(part), addedFile(".gitattributes", "vendor/** -linguist-vendored\n")]),
    honest: [{ files: work }]
  },
  {
    name: "another project's files, with its headers",
    attack: withDumps(
      dumped("src/lib", "// Copyright 2019 Somebody Else\n", { parent: { declared: null, strangersLicence: "somebody else" } })
    ),
    honest: [{ files: work }]
  },
  {
    name: "the same without headers, from a roster repository",
    attack: [...withDumps(dumped("src/lib")), there(QUIET_REPOSITORIES[0], many(500, 120))],
    honest: [{ files: work }]
  },
  {
    name: "the same without headers, from elsewhere",
    attack: withDumps(dumped("src/lib")),
    honest: [{ files: work }],
    residual: "copies from outside the roster are not found; the cap bounds it"
  },
  {
    name: "a move by delete and add",
    attack: [{ files: work }, moved(times(20, (index) => [`a${index}.ts`, code(800 + index)]))],
    honest: [{ files: work }]
  },
  {
    name: "forty pull requests instead of three",
    attack: times(40, (index) => ({ files: functions(index, 1) })),
    honest: times(3, (index) => ({ files: functions(index * 14, index === 2 ? 12 : 14) }))
  },
  {
    name: "finder and solver, whose issues nobody labels",
    attack: times(30, (index) => ({ files: functions(index, 1), issue: { by: 1, label: "nobody" } })),
    honest: [{ files: work }]
  },
  {
    name: "finder and solver in a ring, with routine labels",
    attack: times(30, (index) => ({ files: functions(index, 1), account: index % 3, issue: { by: 3, label: "maintainer" } })),
    honest: [{ files: work }]
  },
  {
    name: "a ring of four with a colluding owner",
    attack: times(12, (index) => ({ files: [typo(index)], account: index % 4, issue: { by: "owner", label: "nobody" } })),
    honest: [{ files: work }],
    residual: "an owner who opens issues for accounts of his own gives each three floors a week"
  },
  {
    name: "typos in a quiet repository",
    attack: [{ files: work }, ...times(3, (index): Merge => ({ files: [typo(index)], repository: QUIET_REPOSITORIES[0] }))],
    honest: [{ files: [...work, ...times(3, typo)] }]
  },
  { name: "a week of 2,000 tokens by one account", attack: week(1), honest: [{ files: functions(2_000, 340) }] },
  {
    name: "a week of 2,000 tokens by two accounts",
    attack: week(2),
    honest: [{ files: functions(2_000, 340) }],
    residual: "a second account has a cap of its own"
  },
  {
    name: "a week of 2,000 tokens by four accounts",
    attack: week(4),
    honest: [{ files: functions(2_000, 340) }],
    residual: "so do a third and a fourth"
  },
  {
    name: "copies with a comment before each function",
    ...movedAs((text) => text.replaceAll("\nexport", "\n/** Measures rows. */\nexport"))
  },
  {
    name: "copies with a comment line every ten lines",
    ...movedAs((text) => eachLine(text, (line, index) => (index % 10 === 9 ? `${line}\n// ${index} ---` : line)))
  },
  { name: "copies, wrapped anew and with semicolons", ...movedAs((text) => text.replaceAll(", ", ",\n").replaceAll(/\)\n/g, ");\n")) },
  { name: "copies with other local names", ...movedAs((text) => renamedLocals(text, "Of")) },
  { name: "copies with a counter in names", ...movedAs((text, part) => renamedLocals(text, `${part}`)) },
  { name: "copies with a filler every three lines", ...movedAs(filled) },
  {
    name: "copies with other names and a filler every three lines",
    ...movedAs((text) => renamedLocals(filled(text), "Of")),
    residual: "no run of words and no line is recognisable any more; the cap bounds it"
  },
  {
    name: "copies beside ten times as many names",
    ...movedAs((text) => `${text}export const all = [\n${salad(15_000)}]\n`),
    residual: "a file is measured as a whole; the cap bounds it, and a reviewer sees it"
  },
  {
    name: "prose in block comments of a copy",
    ...movedAs((text) => text.replaceAll("\n  ", "\n  /* It measures rows by their kinds. */ "))
  },
  {
    name: "a file that is split into one function each",
    attack: [{ files: work }, moved(times(80, (index) => [`f${index}.ts`, code(800 + index)]))],
    honest: [{ files: work }]
  },
  {
    name: "types added to a script",
    attack: [
      { files: work },
      moved(
        times(4, (part) => [`a${part}.ts`, many(800 + 20 * part, 20)]),
        2,
        many(800, 80).replaceAll("rows: Rows, limit: number", "rows, limit")
      )
    ],
    honest: [{ files: work }]
  },
  {
    name: "a removal, and the same again with a line changed after sixty days",
    attack: [
      { files: work, days: 119 },
      { files: big(), days: 115 },
      { files: big().map(({ filename, head_content }) => removedFile(filename, head_content ?? "")), days: 80 },
      { files: big((text) => text.replace("let total", "let sum")), days: 20 }
    ],
    honest: [
      { files: work, days: 119 },
      { files: big(), days: 115 }
    ]
  },
  {
    name: "loops rewritten and back each week",
    attack: weekly((week) => times(40, (index) => toggled(800 + index, week % 2 === 1))),
    honest: [...honestOnce, { files: times(40, (index) => toggled(800 + index, false)), days: 7 * WEEKS }]
  },
  {
    name: "the same code with fresh names each week",
    attack: weekly((week) => times(20, (index) => addedFile(`src/w${week}/f${index}.ts`, renamedLocals(code(800 + index), `W${week}`)))),
    honest: [...honestOnce, { files: functions(800, 20), days: 7 * WEEKS }]
  },
  {
    name: "the same code in five repositories in one week",
    attack: [
      { files: work },
      ...QUIET_REPOSITORIES.map((repository, index) => ({ files: functions(800, 20), days: 6 - index, repository }))
    ],
    honest: [{ files: work }, { files: functions(800, 20), days: 6, repository: QUIET_REPOSITORIES[0] }]
  },
  {
    name: "two accounts that bring the same at once",
    attack: [
      { files: work },
      ...times(2, (account) => ({ files: functions(800, 60, `src/${account}`), days: 3 - account, open: 5, account }))
    ],
    honest: [{ files: work }, { files: functions(800, 60), days: 3 }],
    residual: "the first merge is paid in full, the second half"
  },
  {
    name: "a table of numbers",
    attack: [
      { files: work },
      landed("src/table.ts", `export const t = [\n${times(3_000, (index) => `  [${index}, ${index * 7}],\n`).join("")}]\n`)
    ],
    honest: [{ files: work }]
  },
  {
    name: "a class indented anew each week",
    attack: weekly((week) =>
      times(11, (index) =>
        changedFile(`src/C${index}.cs`, csharp(index), csharp(index).replaceAll("    int", `${"\t".repeat(1 + (week % 2))}int`), 298)
      )
    ),
    honest: honestOnce
  },
  {
    name: "lines of comments, and files of blank lines",
    attack: [
      { files: work },
      {
        files: times(40, (index) =>
          changedFile(`src/C${index}.cs`, csharp(index), `${"// a part of widgets\n".repeat(40)}${csharp(index)}`, 40)
        ),
        days: 2
      },
      { files: times(11, (index) => addedFile(`src/N${index}.cs`, `${"\n".repeat(299)}class N {}\n`)), days: 3 }
    ],
    honest: [{ files: work }]
  },
  {
    name: "copies in templates, between quotes in expressions and in JSX, and in a page",
    attack: [
      { files: work },
      moved([
        ["a.ts", `export const all = \`\${(() => {\n${many(800, 20)}})()}\`\n`],
        ["b.ts", `if (a) /\`/.test(b)\n${many(820, 20)}if (a) /\`/.test(b)\n`],
        ["c.tsx", `const a = <p>\`</p>\n${many(840, 20)}const b = <p>\`</p>\n`],
        ["d.html", `<p>it's</p>\n<script>\n${many(860, 20)}</script>\n`]
      ])
    ],
    honest: [{ files: work }]
  },
  {
    name: "copies in pieces of under thirty words",
    attack: [
      { files: work },
      moved(times(300, (index) => [`p${index}.ts`, `export const piece${index} = (row: Row) => {\n${statementOf(index)}}\n`]))
    ],
    honest: [{ files: work }]
  },
  {
    name: "brackets around what was there",
    attack: [
      { files: work },
      ...weekly((week) =>
        times(80, (index) =>
          changedFile(
            `src/loop${index}.ts`,
            code(800 + index),
            code(800 + index).replaceAll(/\btotal\b(?! =)/g, `${"(".repeat(week + 1)}total${")".repeat(week + 1)}`),
            4
          )
        )
      ).slice(1)
    ],
    honest: [{ files: work }]
  },
  {
    name: "tests in src/checks.ts, by names of its own",
    attack: [
      { files: work },
      landed("src/checks.ts", `import * as v from "vitest"\n${times(80, (index) => `v.it("measures", () => {${code(index)}})\n`).join("")}`)
    ],
    honest: [{ files: work }]
  },
  {
    name: "translations as code, new ones each week",
    attack: [
      { files: work },
      ...times(4, (week) => ({
        files: [
          addedFile(
            `src/locales/l${week}.ts`,
            `export const l${week} = {\n${times(500, (at) => `  "item${at}.title": "Titel ${week} ${at}",\n`).join("")}}\n`
          )
        ],
        days: 2 + 7 * week
      }))
    ],
    honest: [{ files: work }]
  },
  {
    name: "three hundred interfaces of one form",
    attack: [
      { files: work },
      landed("src/api.ts", times(300, (at) => `export interface A${at} { id: number; name: string; at?: Date }\n`).join(""))
    ],
    honest: [{ files: work }]
  },
  {
    name: "braces by a linter's fix",
    attack: [
      { files: work },
      {
        files: times(60, (index) =>
          changedFile(`src/b${index}.ts`, code(800 + index), code(800 + index).replace(/^(\s+if \(.*\)) ([^{\n]+)$/m, "$1 { $2 }"), 2)
        ),
        days: 2
      }
    ],
    honest: [{ files: work }]
  },
  { name: "a farm of renames", ...farming(renamed) },
  { name: "a farm of annotations", ...farming(annotated) },
  { name: "a farm of templated tests", ...farming(test) },
  {
    name: "a farm of generated documents",
    ...farming(document),
    residual: "each repository's cap for small work is paid; maintainers would have to merge it in all of them"
  },
  {
    name: "a farm of dead flags",
    ...farming(flag),
    residual: "a new condition is new code; a reviewer can see that it is dead, but no rule can"
  }
]
