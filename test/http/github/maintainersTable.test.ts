/** The table of docs/maintainers.md: each of its forms, and each of the eight places, as the simulated GitHub shows them. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Layer, Option, Schema } from "effect"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { makeAsked } from "../../../src/dashboard/comments/choices.ts"
import { consentOf } from "../../../src/domain/consent.ts"
import { IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as OpenIssues from "../../../src/layers/github/open/OpenIssues.ts"
import { RepositoryIds } from "../../../src/layers/github/RepositoryIds.ts"
import { checkIssue } from "../../../src/roles/owner/registerIssue.ts"
import { survey } from "../../../src/roles/owner/suggest.ts"
import { applyMaintainerRules } from "../../../src/rules/contributions/maintainers.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import { issueNow, refusalNow } from "../../../src/scoring/issue_competitions/attest.ts"
import { commentsOf } from "../../support/comments/index.ts"
import { defaults } from "../../support/contract/settings.ts"
import { service as contributions } from "../../support/github/contributionStory.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { at, service, settingsFor, story, WIDGETS } from "../../support/github/story.ts"
import { hotkey } from "../../support/rules/world.ts"

const COLUMNS = ["yes", "no", "nothing"] as const
const TAGS = { yes: "Asked", no: "Refused", nothing: "Silent" } as const

const rows = (readFileSync("docs/maintainers.md", "utf8").split("| where | yes | no | nothing |")[1] ?? "")
  .split("\n")
  .slice(2)
  .flatMap((line) => {
    const [, where, ...cells] = line.startsWith("|") ? line.split("|").map((cell) => cell.trim()) : []
    return where === undefined ? [] : [{ where, cells: COLUMNS.map((column, place) => ({ column, cell: cells[place] ?? "" })) }]
  })
const FORMS = 5
const spans = (text: string): ReadonlyArray<string> => [...text.matchAll(/`([^`]+)`/g)].flatMap(([, one]) => one ?? [])

type Simulated = Effect.Effect.Success<ReturnType<typeof story>>
interface Form {
  readonly files?: Readonly<Record<string, string>>
  readonly home?: Readonly<Record<string, string>>
  readonly act?: (control: Simulated["control"]) => Effect.Effect<unknown, unknown>
}

const remark = (remark: Parameters<Simulated["control"]["remark"]>[0]["payload"]["remark"]): Form => ({
  act: (control) => control.remark({ payload: { ...at(1), by: "ada", remark } })
})
const settings = (change: object): Form => ({
  act: (control) => control.changeRepository({ payload: { repository: WIDGETS, ...change } })
})
const GITHUB: ReadonlyArray<readonly [RegExp, Form]> = [
  [/locked/, remark({ _tag: "Locked" })],
  [/archived/, settings({ archived: true })],
  [/no pull requests/, settings({ pullRequests: "none" })],
  [/of collaborators/, settings({ pullRequests: "collaborators" })]
]

/** What somebody did who followed an example of a row. */
const formsOf = (where: string, example: string): ReadonlyArray<Form> => {
  if (where === "GitHub") return [GITHUB.find(([words]) => words.test(example))?.[1] ?? assert.fail(`nobody plays "${example}"`)]
  if (where.includes("label")) return [remark({ _tag: "Labeled", label: example })]
  if (where.includes("comment")) return [remark({ _tag: "Commented", body: `Hello.\n\n${example}\n\nBye.` })]
  const text = example.replace("OWNER/REPOSITORY", WIDGETS)
  const here = spans(where).flatMap((path) => (path.endsWith("ml") ? [{ files: { [path]: text } }] : []))
  return where.includes("account") ? [...here, { home: { ".gittensor.yml": text } }, { home: { ".github/.gittensor.yaml": text } }] : here
}
const examplesOf = (where: string, cell: string) => (where !== "GitHub" ? spans(cell) : cell === "–" ? [] : cell.split(", "))

const played = ({ act, files, home }: Form) =>
  Effect.gen(function* () {
    const simulated = yield* story({ repositoryFiles: { "README.md": "Widgets\n", ...files } })
    const { control } = simulated
    // She may push, as everybody can see.
    yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["ada"] } })
    const contents = [{ path: "README.md", base: "Widgets\n", head: "All widgets\n" }]
    yield* control.pushCommit({ payload: { repository: WIDGETS, message: "Say more", by: "ada", contents } })
    if (home !== undefined) yield* control.createRepository({ payload: { repository: RepositoryName.make("acme/.github"), files: home } })
    if (act !== undefined) yield* act(control)
    return { ...simulated, github: yield* service(simulated.url, [simulated.observer.token]) }
  })

const TREASURY = treasuryOf({ spawner: hotkey(9), block: 1, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })
const REF = new IssueRef(at(1))

/** Whether a place goes on, by the words that its cells begin with. */
const placesOf = ({ control, github, observer, url }: Effect.Effect.Success<ReturnType<typeof played>>) =>
  Effect.gen(function* () {
    const open = yield* OpenIssues.makeWith(settingsFor(url, [observer.token]))
    const comments = yield* commentsOf(url, observer.token)
    const services = Layer.mergeAll(
      Layer.succeed(GitHub, github),
      Layer.succeed(OpenIssues.OpenIssues, open),
      Layer.succeed(Chain, silentChain({ finalisedHead: Effect.succeed({ number: 1, hash: "0x01" }) })),
      Layer.mock(Contract, {
        address: hotkey(9),
        encode: () => assert.fail("nothing is sent"),
        config: Effect.succeed({ ...defaults, ...TREASURY }),
        stored: (name) => Effect.succeed((name === "issues" ? [] : null) as never)
      }),
      Layer.mock(RepositoryIds, {
        named: (name) =>
          Effect.map(open.of(name), (found) => (found?.id == null ? Option.none() : Option.some({ id: found.id, full_name: name })))
      })
    )
    const roster = Schema.decodeUnknownSync(RosterRepositories)({ [WIDGETS]: { emission_share: 1 } })
    const bob = (yield* control.user({ payload: { login: "bob" } })).id
    const asked = Effect.map(makeAsked(comments, Duration.zero)(REF), (one) => one?.because != null)
    const issue = { repository: WIDGETS, number: 1 }

    const scores = Effect.gen(function* () {
      const now = Date.now()
      const contents = [{ path: "src/a.ts", base: null, head: "export const a = 1\n" }]
      const opened = { repository: WIDGETS, title: "A change", author: "bob", contents, at: now + 5_000 }
      const { number } = yield* control.openPullRequest({ payload: opened })
      yield* control.mergePullRequest({ payload: { repository: WIDGETS, number, by: "acme", at: now + 10_000 } })
      const loader = yield* contributions(url, [observer.token])
      const { record } = yield* loader.load({ now: (now + 60_000) * 1_000, repositories: roster, uids: { "1": String(bob) } })
      const [pull] = applyMaintainerRules({ ...record, consent: "not-refused" }).pulls[String(bob)] ?? []
      assert(pull !== undefined)
      return pull.scores_nothing === undefined
    })
    const match = Effect.gen(function* () {
      const evidence = yield* github.issueEvidence(REF, { competitors: [bob, 2] })
      const now = Date.now()
      const competitors = [
        { hotkey: hotkey(1), githubId: bob },
        { hotkey: hotkey(2), githubId: 2 }
      ] as const
      const times = { startedAt: now - 2_000, submissionsFrom: now - 1_000, headAt: now, deadline: null, isOverdue: false }
      return judge(evidence, { competitors, ...times }).verdict
    })
    const places = {
      "registration by the owner": Effect.map(
        Effect.either(checkIssue(REF, defaults.minBounty, { withoutConsent: Option.none(), yesAlthough: true, refusals: [] })),
        Either.isRight
      ),
      "suggestions to the owner": Effect.map(
        survey({ repositories: roster }, () => true),
        ({ suggestions }) => suggestions.length === 1 && suggestions[0]?.against.length === 0
      ),
      "attesting who enrolled": Effect.map(issueNow(issue), Either.isRight),
      pairs: Effect.map(refusalNow(issue, []), (why) => why === undefined),
      comments: asked,
      statuses: asked,
      "a running match": Effect.map(
        match,
        ({ _tag, ...verdict }) => !(_tag === "Cancelled" || ("ending" in verdict && verdict.ending !== undefined))
      ),
      "scores of what is opened from then on": scores
    }
    return yield* Effect.provide(Effect.all(places), services)
  })

describe("the table of docs/maintainers.md", () => {
  for (const { cells, where } of rows.slice(0, FORMS))
    it.scopedLive(`is right about ${where}`, () =>
      Effect.gen(function* () {
        let examples = 0
        for (const { cell, column } of cells)
          for (const example of examplesOf(where, cell))
            for (const form of formsOf(where, example)) {
              const { github } = yield* played(form)
              const record = yield* github.consent(REF)
              assert.strictEqual(record === null ? null : consentOf(record)._tag, TAGS[column], `${where}: ${example}`)
              const refusal = yield* Effect.provideService(refusalNow({ repository: WIDGETS, number: 1 }, []), GitHub, github)
              assert.strictEqual(refusal !== undefined, column === "no", `a pair where ${where}: ${example}`)
              examples += 1
            }
        assert.isAtLeast(examples, 4)
      })
    )

  const CHOSEN = { yes: `{bounties: true, repository: ${WIDGETS}, comments: true}`, no: "bounties: false", nothing: "ai: any" }

  for (const column of COLUMNS)
    it.scopedLive(`is right about the eight places where the file says ${column}`, () =>
      Effect.gen(function* () {
        const places = yield* placesOf(yield* played({ files: { ".gittensor.yml": CHOSEN[column] } }))
        const found = Object.fromEntries(Object.entries(places).map(([place, goesOn]) => [place, goesOn ? "yes" : "no"]))
        const said = rows.slice(FORMS).flatMap(({ cells, where }) => {
          const { cell } = cells.find((one) => one.column === column) ?? assert.fail(where)
          return where.split(", ").map((place) => [place, /^(?:yes|no)\b/.exec(cell)?.[0]] as const)
        })
        assert.lengthOf(said, 8)
        assert.deepStrictEqual(found, Object.fromEntries(said))
      })
    )
})
