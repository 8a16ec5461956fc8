/**
 * What somebody could try instead of working more, each beside the same net new code that is landed once by one account in the busy repository. What the search for copies
 * would find is given: the copied share of what stands in a roster repository's tree, or repeats in the pull request.
 */
import { addedFile, changedFile, code, type File, functions, type Merge, QUIET_REPOSITORIES } from "./world.ts"

export interface Strategy {
  readonly name: string
  readonly attack: ReadonlyArray<Merge>
  readonly honest: ReadonlyArray<Merge>
  /** Why more than 1.1 times the honest pay is left, where it is. */
  readonly residual?: string
}

const MILLION_PARTS = 1_000_000
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

const renamed = (index: number): File => changedFile(`src/old${index}.ts`, code(index), code(index).replaceAll("total", `sum${index}`), 5)
const annotated = (index: number): File =>
  changedFile(`src/note${index}.ts`, code(index), code(index).replace("let total =", "let total: number ="), 1)
const test = (index: number): File =>
  addedFile(`test/measure${index}.test.ts`, `it("measures ${index}", () => { expect(measure${index}([], ${index})).toBe(${index}) })\n`)
const document = (index: number): File =>
  addedFile(`docs/page${index}.md`, `# Page ${index}\n\n${"It measures rows by their kinds.\n".repeat(60)}`)
const flag = (index: number): File =>
  changedFile(`src/flag${index}.ts`, code(index), code(index).replace("let total", `if (FLAG_${index}) return limit\n  let total`), 2)
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
const typo = (index: number): File => changedFile(`src/typo${index}.ts`, code(index), code(index).replace("(rows:", "(lines:"))
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
    attack: withDumps(dumped("src/lib"), { copied: MILLION_PARTS }),
    honest: [{ files: work }]
  },
  {
    name: "the same without headers, from elsewhere",
    attack: withDumps(dumped("src/lib")),
    honest: [{ files: work }],
    residual: "nobody sees a copy of what is in no roster repository; the cap bounds it"
  },
  {
    name: "a move by delete and add",
    attack: [
      { files: work },
      { files: times(20, (index) => addedFile(`src/new/a${index}.ts`, code(800 + index))), copied: MILLION_PARTS, days: 2 }
    ],
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
    residual: "so have a third and a fourth"
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
    residual: "a new condition is new code, whatever it is for: reviewers see that it is dead, and no rule does"
  }
]
