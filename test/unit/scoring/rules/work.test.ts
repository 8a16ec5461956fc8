/** The rules that pay for work, each with the case that it answers. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Schema } from "effect"
import type { ChangedFile } from "../../../../src/domain/contributions/ChangedFile.ts"
import { fileRulesOf } from "../../../../src/domain/contributions/FileRules.ts"
import type { FileScore, FileWork, NodeSum } from "../../../../src/domain/contributions/FileScore.ts"
import type { RecordedPullRequest, RoundRecord } from "../../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { RosterDocument, type RosterRepository, repositoriesScoredBy, WorkFigures } from "../../../../src/domain/Roster.ts"
import { unsignedRosterOf } from "../../../../src/layers/chain/roster/Roster.ts"
import type { FileTotals } from "../../../../src/rules/contributions/files/totals.ts"
import { pushersIn } from "../../../../src/rules/contributions/fromGitHub/peopleOf.ts"
import type { FullPullRequest } from "../../../../src/rules/contributions/fromGitHub/records.ts"
import { minerScores } from "../../../../src/rules/contributions/scoreRound.ts"
import { namedLicences, whyForeign } from "../../../../src/rules/contributions/work/foreignFile.ts"
import { type WorkTotals, withoutHad, workOfFile } from "../../../../src/rules/contributions/work/whatCounts.ts"
import { whyOfUnopenedWork, whyOfWork } from "../../../../src/rules/contributions/work/whyOfWork.ts"
import { parityRoster } from "../../../support/roster/parity.ts"
import { DAY, HOUR, linkedIssue, NOW, pullRequest, repository, round } from "./parts.ts"

const figures = Schema.decodeSync(WorkFigures)({})

const scoredForWork = (fields: Parameters<typeof repository>[0] = {}): RosterRepository => {
  const named = repositoriesScoredBy({ "acme/site": repository({ emission_share: 1, ...fields }) }, { scoring: "work" })["acme/site"]
  if (named === undefined) throw new Error("no repository")
  return named
}

const NO_WORK: WorkTotals = { code: 0, leaves: 0, small: 0, words: 0, smallWords: 0 }

const totals = (work: Partial<WorkTotals>): FileTotals => ({
  files: 1,
  tokenScore: 0,
  sourceScore: 0,
  total: 0,
  work: { ...NO_WORK, ...work }
})

interface Merge extends Partial<WorkTotals> {
  readonly fields?: Partial<RecordedPullRequest>
  /** Days before the round. */
  readonly days?: number
}

/** A round of merges by one account, each with what its files come to. */
const roundOf = (merges: ReadonlyArray<Merge>, rules = scoredForWork()) => {
  const pulls = merges.map(({ days = 0.1, fields }, index) =>
    pullRequest({ pr_number: index + 1, merged_at: NOW - days * DAY, created_at: NOW - days * DAY - HOUR, ...fields })
  )
  const record = round({ repos: { "acme/site": rules }, pulls: { "100": pulls } })
  return {
    record,
    totals: new Map(merges.map(({ fields: _, days: __, ...work }, index) => [`acme/site#${index + 1}`, totals(work)] as const))
  }
}

const contributionOf = (merges: ReadonlyArray<Merge>, rules = scoredForWork()) => {
  const score = minerScores(roundOf(merges, rules))[0]?.contributions.get("acme/site")
  if (score === undefined) throw new Error("no score")
  return score
}

const sum = (all: ReadonlyArray<number>) => all.reduce((total, one) => total + one, 0)

const file = (fields: Partial<ChangedFile>): ChangedFile => ({
  path: "src/a.ts",
  status: "added",
  additions: 10,
  deletions: 0,
  changes: 10,
  isBinary: false,
  base: null,
  head: "export const a = 1\n",
  ...fields
})

describe("the choice of rules", () => {
  const document = (fields: object) =>
    Schema.decodeUnknownEither(RosterDocument)({ ...Schema.encodeSync(RosterDocument)(defaultRoster), ...fields })

  it("is one line of the roster, and implies what landed", () => {
    const roster = unsignedRosterOf(defaultRoster)
    for (const one of Object.values(roster.repositories)) assert.deepInclude(one, { score_what_landed: true, work: figures })
    assert.isTrue(roster.fileRules.work)
  })

  it("leaves a roster without it as it is, with its hash and its rules", () => {
    const roster = unsignedRosterOf(parityRoster)
    for (const one of Object.values(roster.repositories)) assert.isFalse(Object.hasOwn(one, "work"))
    assert.isFalse(Object.hasOwn(roster.fileRules, "work"))
  })

  it("refuses figures that would decide nothing, and unknown ones", () => {
    const repositories = { "acme/site": { emission_share: 1, work: { cap_tokens: 500 } } }
    assert.strictEqual(document({ repositories, scoring: "parity" })._tag, "Left")
    assert.strictEqual(document({ repositories, scoring: "work" })._tag, "Right")
    assert.strictEqual(document({ repositories: { "acme/site": { emission_share: 1, work: { cap: 1 } } }, scoring: "work" })._tag, "Left")
  })
})

describe("a file that its author did not write", () => {
  it.each([
    ["web/package-lock.json", "lock file"],
    ["go.sum", "lock file"],
    ["node_modules/left-pad/index.js", "vendored"],
    ["lib/vendor/zlib.c", "vendored"],
    ["third_party/zlib/zlib.c", "vendored"],
    ["ios/Pods/A/a.m", "vendored"],
    ["public/jquery.min.js", "vendored"],
    ["src/__generated__/schema.ts", "generated"]
  ])("%s counts nothing, by its path", (path, why) => {
    assert.include(whyForeign(file({ path })) ?? "", why)
    assert.isNull(whyForeign(file({ path, parent: { declared: "own" } })))
  })

  it.each([
    "types/index.d.ts",
    ".github/workflows/check.yml",
    "src/dist/format.ts",
    "src/cache/lru.ts",
    "src/vendored.ts",
    "src/extern/a.c"
  ])("%s is somebody's work, whatever else Linguist calls it", (path) => {
    assert.isNull(whyForeign(file({ path })))
    assert.include(whyForeign(file({ path, parent: { declared: "foreign" } })) ?? "", ".gitattributes")
  })

  it("is one that says so, before or after the change, whatever the attributes say, unless they did for 90 days", () => {
    const generated = "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n"
    for (const sides of [{ head: generated }, { base: generated, status: "modified" }])
      assert.include(whyForeign(file({ ...sides, parent: { declared: "own" } })) ?? "", "a program wrote it")
    for (const sides of [{ head: generated }, { base: generated, status: "modified" }])
      assert.isNull(whyForeign(file({ ...sides, parent: { declared: "own", isHandwritten: true } })))
    const vendored = file({ head: generated, parent: { declared: "foreign", isHandwritten: true } })
    assert.include(whyForeign(vendored) ?? "", ".gitattributes")
  })

  it("is minified", () => {
    const head = `${"var a=function(b){return b.c};".repeat(40)}\n`
    assert.include(whyForeign(file({ path: "public/a.js", head })) ?? "", "minified")
    assert.isNull(whyForeign(file({ path: "src/a.rs", head })))
  })

  it("is new and has a licence or an owner that the repository does not name", () => {
    const head =
      "/*\n * Copyright (c) 2011-2020 Somebody Else, Inc. All rights reserved.\n * SPDX-License-Identifier: MPL-2.0\n */\nint a;\n"
    assert.deepStrictEqual(namedLicences(head), ["mpl 2 0", "somebody else inc"])
    assert.isNull(whyForeign(file({ head })))
    assert.include(whyForeign(file({ head, parent: { declared: null, strangersLicence: "somebody else inc" } })) ?? "", "somebody else inc")
  })

  it("names no licence in prose, nor in what it prints", () => {
    assert.deepStrictEqual(namedLicences("// Respects the copyright of others.\nconst footer = `© 2024 Acme`\n"), [])
    assert.deepStrictEqual(namedLicences(`${"\n".repeat(40)}// Copyright 2020 Somebody\n`), [])
  })
})

const nodes = (count: number, score = count): NodeSum => ({ count, score })
const scored = (fields: Partial<FileScore> = {}): FileScore => ({
  path: "src/a.ts",
  method: "tree-diff",
  score: 10,
  category: "source",
  isTest: false,
  nodes: 4,
  lines: 10,
  difference: { structuralAdded: nodes(2), structuralDeleted: nodes(100), leafAdded: nodes(3), leafDeleted: nodes(50) },
  ...fields
})

describe("what a file counts", () => {
  const rules = fileRulesOf(defaultRoster)
  it("says why it is nothing", () => {
    const methods = [
      "skipped",
      "skipped-binary",
      "skipped-large",
      "skipped-missing-base",
      "skipped-isolation-timeout",
      "skipped-crash"
    ] as const
    for (const method of methods)
      assert.isAbove(workOfFile(file({}), scored({ method, difference: null }), rules).why?.length ?? 0, 10, method)
  })
})

describe("what was had before", () => {
  const WORDS = { kind: "code", tokens: 30, words: 7 } as const
  const shareLeft = (had: number | undefined, work: FileWork = WORDS, copies_factor = 1.1) =>
    withoutHad([scored({ work })], () => had, { ...figures, copies_factor })[0]?.work

  it("leaves a file what it adds, by its own share, in whole parts per million", () => {
    assert.deepStrictEqual(shareLeft(undefined), WORDS)
    const left = (had: number, factor?: number) => [shareLeft(had, WORDS, factor)?.tokens, shareLeft(had, WORDS, factor)?.words]
    assert.deepStrictEqual(left(0), [30, 7])
    // The first eleventh takes nothing away.
    assert.deepStrictEqual(
      [left(90_909), left(90_910)],
      [
        [30, 7],
        [29.99997, 6.999993]
      ]
    )
    assert.deepStrictEqual(left(500_000), [16.5, 3.85])
    assert.deepStrictEqual(left(500_000, 2), [30, 7])
    assert.deepStrictEqual(left(1_000_000), [0, 0])
    assert.strictEqual(shareLeft(1_000_000)?.had, 1_000_000)
  })

  it("has as small work what its compared words do not explain", () => {
    const left = (compared: number, work: FileWork = { ...WORDS, tokens: 30 }, had = 0, small_fix_tokens = 40) =>
      withoutHad(
        [scored({ work })],
        () => had,
        { ...figures, small_fix_tokens },
        () => compared
      )[0]?.work
    assert.deepInclude(left(30), { kind: "code", tokens: 30 })
    assert.deepInclude(left(10), { kind: "code", tokens: 10, small: { tokens: 20, words: 0 } })
    assert.deepInclude(left(0), { tokens: 0, small: { tokens: 30, words: 0 } })
    assert.deepInclude(left(10, { kind: "code", tokens: 30, words: 0, small: { tokens: 2, words: 1 } }, 500_000), {
      tokens: 5.5,
      small: { tokens: 12.1, words: 0.55 }
    })
    assert.deepInclude(left(0, { kind: "small", tokens: 30, words: 0 }), { kind: "small", tokens: 30 })
    assert.isUndefined(left(0, { kind: "small", tokens: 30, words: 0 })?.small)
    // No more of all files of a pull request than of leaves that are a small fix.
    assert.deepInclude(left(10, undefined, 0, 5), { tokens: 10, small: { tokens: 5, words: 0 } })
    const two = Array.from({ length: 2 }, () => scored({ work: { kind: "code", tokens: 4, words: 0 } }))
    const [one, other] = withoutHad(
      two,
      () => 0,
      { ...figures, small_fix_tokens: 5 },
      () => 0
    )
    assert.deepEqual([one?.work?.small?.tokens, other?.work?.small?.tokens], [4, 1])
  })

  it("makes no small fix of leaves that were more before", () => {
    const leaves = (tokens: number): FileWork => ({ kind: "leaves", tokens, words: 0 })
    const kinds = (...tokens: ReadonlyArray<number>) =>
      withoutHad(
        tokens.map((one) => scored({ work: leaves(one) })),
        () => 900_000,
        { ...figures, small_fix_tokens: 5 }
      ).map(({ work }) => work?.kind)
    assert.deepStrictEqual(kinds(5), ["leaves"])
    assert.deepStrictEqual(kinds(4, 4), ["small", "small"])
  })

  it("says nothing of a file that counts nothing, nor by rules that do not pay for work", () => {
    const nothing = { kind: "nothing", tokens: 0, words: 0, why: "it is binary" } as const
    assert.deepStrictEqual(shareLeft(1_000_000, nothing), nothing)
    assert.deepStrictEqual(
      withoutHad([scored({ work: WORDS })], () => 1_000_000, undefined),
      [scored({ work: WORDS })]
    )
  })
})

describe("the base", () => {
  it("never pays an account more than the cap for any seven days, however it splits and whenever it merges", () => {
    const merge = fc.record({
      code: fc.double({ min: 0, max: 2_000, noNaN: true }),
      small: fc.double({ min: 0, max: 200, noNaN: true }),
      days: fc.double({ min: 0.01, max: 29, noNaN: true })
    })
    fc.assert(
      fc.property(fc.array(merge, { minLength: 1, maxLength: 30 }), (merges) => {
        const scored = contributionOf(merges).pullRequests
        for (const { days } of merges) {
          const week = scored.filter((_, index) => {
            const age = merges[index]?.days ?? 0
            return age >= days && age < days + 7
          })
          assert.isAtMost(sum(week.map(({ factors }) => factors.tokenScore)), 1_000 + 1e-6)
        }
        // Small work alone, by the same week.
        const small = contributionOf(merges.map((one) => ({ ...one, code: 0 }))).pullRequests
        for (const { days } of merges)
          assert.isAtMost(
            sum(
              small.flatMap(({ factors }, index) =>
                (merges[index]?.days ?? 0) >= days && (merges[index]?.days ?? 0) < days + 7 ? [factors.tokenScore] : []
              )
            ),
            50 + 1e-6
          )
      })
    )
  })

  it("does not depend on the record's order", () => {
    const merges = Array.from({ length: 8 }, (_, index) => ({ code: 100 + 37 * index, small: 9 * index, days: 1 + index * 1.3 }))
    const given = roundOf(merges)
    const bases = (record: RoundRecord) =>
      new Map(
        minerScores({ ...given, record })[0]
          ?.contributions.get("acme/site")
          ?.pullRequests.map(({ factors, pull }) => [pull.pr_number, factors.base])
      )
    const other = { ...given.record, pulls: { "100": (given.record.pulls["100"] ?? []).toReversed() } }
    assert.deepStrictEqual(
      [...bases(other)].toSorted(([a], [b]) => a - b),
      [...bases(given.record)].toSorted(([a], [b]) => a - b)
    )
  })
})

describe("what is said of a pull request", () => {
  const work = { fixed_base_score: null, work: figures }
  const saidOf = (merges: ReadonlyArray<Merge>, index: number) => {
    const scored = contributionOf(merges).pullRequests[index]
    return scored === undefined ? [] : whyOfWork(scored.factors, scored.pull.copied_share, work)
  }

  it("is nothing where all of it counts", () => {
    assert.deepStrictEqual(saidOf([{ code: 10 }], 0), [])
  })

  it.each<readonly [string, ReadonlyArray<Merge>, number, string]>([
    ["nothing counts", [{}], 0, "proves nothing of its author"],
    [
      "the cap leaves less",
      [
        { code: 900, days: 2 },
        { code: 200, days: 1 }
      ],
      1,
      "100 of its 200 tokens count: all merges"
    ],
    ["the cap for small work leaves less", [{ code: 1, small: 80 }], 0, "51 of its 81 tokens count: its author's tests"],
    ["half of it was had before", [{ code: 100, fields: { copied_share: 500_000 } }], 0, "50% of the words that it adds were had before"],
    [
      "maintainers wanted it",
      [{ leaves: 1, fields: { linked_issues: [linkedIssue({ author_association: "OWNER", created_at: 0, closed_at: null })] } }],
      0,
      "at least 3 points"
    ]
  ])("says so where %s", (_, merges, index, said) => {
    assert.include(saidOf(merges, index).join(" "), said)
  })

  it("is that it is not known, where its files were not measured, and before it is opened what it would count", () => {
    assert.include(whyOfWork({ base: 0 }, undefined, work).join(" "), "not measured")
    assert.include(whyOfUnopenedWork({ ...NO_WORK, small: 51 }, work).join(" "), "50 of its 51 tokens")
    assert.deepStrictEqual(whyOfUnopenedWork({ ...NO_WORK, code: 51 }, work), [])
  })
})

describe("the accounts that can push", () => {
  const person = (databaseId: number) => ({ __typename: "User", login: `u${databaseId}`, databaseId })
  const found = { mergedAt: NOW - DAY, mergedBy: person(5) } as FullPullRequest["found"]
  const of = (more: Partial<FullPullRequest>, since = NOW - 90 * DAY) =>
    pushersIn(
      1,
      [
        { account: 4, at: NOW - DAY },
        { account: 6, at: NOW - 100 * DAY }
      ],
      [{ found, labels: [], reviews: [], events: [], closes: [], ...more }],
      {
        now: NOW,
        since
      }
    )

  it("are the owner, and who moved the default branch or merged lately", () => {
    assert.deepStrictEqual(of({}), ["1", "4", "5"])
    assert.deepStrictEqual(of({}, NOW - DAY / 2), ["1"])
  })

  it("are who queued a merge or enabled auto-merge, and whom GitHub says so of in a review; no bot, and nobody later", () => {
    const queued = (databaseId: number, at = NOW - HOUR) => ({
      __typename: "AddedToMergeQueueEvent" as const,
      createdAt: at,
      actor: person(databaseId)
    })
    const review = (databaseId: number, authorCanPushToRepository: boolean) => ({
      state: "COMMENTED",
      submittedAt: NOW - HOUR,
      authorAssociation: "NONE",
      authorCanPushToRepository,
      author: person(databaseId)
    })
    const events = [queued(7), queued(8, NOW + HOUR), { ...queued(9), actor: { __typename: "Bot", login: "queue[bot]", databaseId: 9 } }]
    assert.deepStrictEqual(of({ events, reviews: [review(10, true), review(11, false)] }), ["1", "10", "4", "5", "7"])
  })
})
