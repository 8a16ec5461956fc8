/**
 * `gittensor score` with the simulated GitHub: its explanations and exit codes. The first test runs the executable; the others run in this process.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { fails, folder, jsonOf, run, runHere } from "../../support/cli/support.ts"
import { ago, emptyStory, fullStory, place, WIDGETS } from "../../support/github/contributionStory.ts"

const AT = ["--at", "2026-08-01T12:00:00Z"] as const

const ROSTER = {
  "acme/widgets": { emission_share: 0.6, label_multipliers: { "bug*": 1.5 }, eligibility: { min_valid_merged_prs: 1 } },
  "acme/gadgets": { emission_share: 0.4 }
}

const rosterFile = (roster: unknown = ROSTER) =>
  Effect.map(folder, (path) => {
    const file = join(path, "roster.json")
    writeFileSync(file, JSON.stringify(roster))
    return file
  })

/** The full story on the simulated GitHub, and the program with its first token. */
const fullScene = Effect.gen(function* () {
  const story = yield* fullStory()
  const roster = yield* rosterFile()
  const env = { GITTENSOR_GITHUB_URL: story.url, GITTENSOR_GITHUB_TOKEN: story.tokens[0] ?? "", GITTENSOR_GITHUB_PAUSE: "1 millis" }
  const commandLine = (args: ReadonlyArray<string>) => ["score", ...args, "--roster", roster, ...AT]
  const score = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    runHere(commandLine(args), { ...env, ...more })
  return { ...story, env, roster, score, scoreByExecutable: (args: ReadonlyArray<string>) => run(commandLine(args), env) }
})

interface Shown extends Readonly<Record<string, unknown>> {
  readonly files: ReadonlyArray<Record<string, unknown>>
  readonly base: Record<string, number>
  readonly label: { readonly multiplier: number; readonly label: string | null; readonly labels: ReadonlyArray<Record<string, unknown>> }
  readonly issue: { readonly multiplier: number; readonly issues: ReadonlyArray<Record<string, unknown>> }
  readonly decay: Record<string, number>
  readonly review: Record<string, number>
  readonly author_eligibility: Record<string, unknown>
  readonly earned_score: number
}

describe("gittensor score OWNER/REPO#N", () => {
  it.scopedLive("explains a merged pull request file by file and factor by factor", () =>
    Effect.gen(function* () {
      const { scoreByExecutable, idOf } = yield* fullScene
      const shown = jsonOf(yield* scoreByExecutable(["acme/widgets#3", "--json"])) as Shown
      const { files, base, label, issue, decay, review, author_eligibility: eligibility, earned_score: earned } = shown
      assert.deepInclude(shown, { repository: "acme/widgets", number: 3, state: "MERGED", counts: true, why_not: null, in_roster: true })
      assert.deepStrictEqual(
        files.map(({ path, method, category }) => [path, method, category]),
        [
          ["src/oil.ts", "tree-diff", "source"],
          ["docs/oil.md", "line-count", "non_code"]
        ]
      )
      assert.deepInclude(label, { multiplier: 1.5, label: "bug" })
      assert.deepStrictEqual(
        label.labels.map(({ name, association, counts }) => [name, association, counts]),
        [
          ["bug", "MEMBER", true],
          ["feature", "NONE", false],
          ["size:S", null, false]
        ]
      )
      assert.deepInclude(issue.issues[0], { number: 1, maintainer: true, valid: true })
      assert.deepInclude(issue.issues[1], { number: 2, by: idOf("dora"), maintainer: false, valid: true })
      assert.deepInclude(review, { multiplier: 0.85, change_requests: 1 })
      assert.deepInclude(decay, { multiplier: 0.08, hours_since_merge: 384 })
      assert.deepInclude(eligibility, { eligible: true, merged: 1, open: 1, merged_needed: 1 })
      const expected = (base.base_score ?? 0) * (issue.multiplier * label.multiplier * 0.08 * 0.85)
      assert.closeTo(earned, expected, 1e-12)
      const text = yield* scoreByExecutable(["https://github.com/acme/widgets/pull/3/files"])
      assert.strictEqual(text.code, 0)
      for (const part of [
        "src/oil.ts",
        "tree-diff",
        "× 1.66",
        "by a maintainer: valid",
        "eligible: 1 merged",
        "not put on by a maintainer"
      ])
        assert.include(text.stdout, part)
    })
  )

  it.scopedLive("explains the collateral that an open one locks, and why others do not count", () =>
    Effect.gen(function* () {
      const { score, control } = yield* fullScene
      const open = jsonOf(yield* score(["acme/widgets#4", "--json"])) as {
        readonly collateral_score: number
        readonly earned_score: number
      }
      assert.isAbove(open.collateral_score, 0)
      assert.strictEqual(open.earned_score, 0)
      const why = (number: number, repository = "acme/widgets") =>
        Effect.map(score([`${repository}#${number}`, "--json"]), (outcome) => (jsonOf(outcome) as { readonly why_not: unknown }).why_not)
      assert.strictEqual(yield* why(5), null)
      assert.strictEqual(yield* why(6), "by a maintainer")
      yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Aside", author: "bob", baseBranch: "aside", contents: [], at: ago(3) }
      })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 7), by: "ada", at: ago(2) } })
      assert.strictEqual(yield* why(7), "base branch")
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Old", author: "bob", at: ago(90) } })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 8), by: "ada", at: ago(80) } })
      assert.strictEqual(yield* why(8), "outside the window of 30 days")
    })
  )

  it.scopedLive("scores a repository outside the roster with the default figures, and says so", () =>
    Effect.gen(function* () {
      const { env } = yield* fullScene
      const other = yield* rosterFile({ "else/where": { emission_share: 1 } })
      const outcome = yield* runHere(["score", "acme/gadgets#2", "--roster", other, ...AT], env)
      assert.strictEqual(outcome.code, 0)
      assert.include(outcome.stdout.replaceAll(/\s+/g, " "), "this repository is not in the roster")
    })
  )
})

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)("gittensor score asks for files", () => {
  it.scopedLive("git, and says the same by GitHub's API where git has no answer", () =>
    Effect.gen(function* () {
      const { control, url, tokens } = yield* emptyStory()
      const repository = RepositoryName.make("acme/gears")
      const [one, two] = ["export const teeth = 12\n", "export const teeth = (size: number) => size * 2\n"]
      yield* control.createRepository({ payload: { repository, files: { "src/gear.ts": one }, at: ago(300) } })
      const contents = [
        { path: "README.md", base: null, head: "# Gears\n" },
        { path: "src/gear.ts", base: one, head: two }
      ]
      yield* control.openPullRequest({ payload: { repository, title: "More teeth", author: "bob", contents, at: ago(2) } })
      yield* control.mergePullRequest({ payload: { ...place(repository, 1), by: "ada", at: ago(1) } })
      const roster = yield* rosterFile({ "acme/gears": { emission_share: 1 } })
      const scoredWithout = (path: string) =>
        Effect.gen(function* () {
          yield* control.addFault({ payload: { fault: { _tag: "Status", status: 403, times: 1_000, path } } })
          const env = { GITTENSOR_GITHUB_URL: url, GITTENSOR_GITHUB_TOKEN: tokens[0] ?? "", GITTENSOR_GITHUB_PAUSE: "1 millis" }
          const shown = jsonOf(yield* runHere(["score", "acme/gears#1", "--json", "--roster", roster, ...AT], env)) as Shown
          yield* control.removeFaults({ payload: {} })
          return shown
        })
      const byGit = yield* scoredWithout("/compare/")
      assert.deepStrictEqual(
        byGit.files.map(({ method }) => method),
        ["line-count", "tree-diff"]
      )
      assert.deepStrictEqual(yield* scoredWithout("\\.git/"), byGit)
    })
  )
})

describe("gittensor score --miner", () => {
  it.scopedLive("shows all of a miner's pull requests, and their total in each repository", () =>
    Effect.gen(function* () {
      const { score, idOf } = yield* fullScene
      const document = jsonOf(yield* score(["--miner", "@Bob", "--json"])) as {
        readonly account: string
        readonly repositories: ReadonlyArray<{
          readonly repository: string
          readonly eligibility: { readonly eligible: boolean; readonly total_score: number }
          readonly pull_requests: ReadonlyArray<{
            readonly number: number
            readonly earned_score: number
            readonly collateral_score: number
          }>
        }>
        readonly total_score: number
      }
      assert.strictEqual(document.account, idOf("bob"))
      const [widgets] = document.repositories
      assert.deepStrictEqual(
        widgets?.pull_requests.map(({ number }) => number),
        [3, 4]
      )
      const earned = widgets?.pull_requests.reduce((sum, pull) => sum + pull.earned_score - pull.collateral_score, 0) ?? 0
      assert.closeTo(widgets?.eligibility.total_score ?? -1, Math.max(0, earned), 1e-12)
      const text = yield* score(["--miner", "cleo"])
      assert.strictEqual(text.code, 0)
      assert.include(text.stdout, "issues found: 1 solved")
      assert.include(text.stdout, "emission     10% for the treasury, 90% for contributions")
      const nothing = yield* score(["--miner", "observer"])
      assert.include(nothing.stdout, "this account has nothing in the roster's repositories")
    })
  )
})

describe("gittensor score ends", () => {
  it.scopedLive("with a clear line and the right code for each error", () =>
    Effect.gen(function* () {
      const { score, env, roster } = yield* fullScene
      fails(yield* score([]), 2, "owner/name#42", "--miner")
      fails(yield* score(["acme/widgets#3", "--miner", "bob"]), 2, "owner/name#42")
      fails(yield* score(["widgets"]), 2, '"widgets"', "owner/name#42")
      fails(yield* score(["--miner", "no login"]), 2, "no login")
      fails(yield* score(["acme/widgets#3", "--at", "yesterday"]), 2, "yesterday")
      fails(yield* score(["acme/widgets#99"]), 1, "acme/widgets#99", "does not exist")
      fails(yield* score(["acme/nowhere#1"]), 1, "acme/nowhere#1", "does not exist")
      fails(yield* score(["acme/widgets#1"]), 1, "is an issue")
      fails(yield* score(["--miner", "nobody-here"]), 1, "nobody-here")
      fails(
        yield* runHere(["score", "acme/widgets#3", "--roster", roster], { GITTENSOR_GITHUB_URL: env.GITTENSOR_GITHUB_URL }),
        2,
        "GITTENSOR_GITHUB_TOKEN"
      )
      const unknown = yield* score(["acme/widgets#3"], { GITTENSOR_GITHUB_TOKEN: "gho_secretsecret" })
      fails(unknown, 3, "does not know the token")
      assert.notInclude(unknown.stdout + unknown.stderr, "gho_secretsecret")
      fails(yield* runHere(["score", "acme/widgets#3", "--roster", "/nowhere.json"], env), 2, "/nowhere.json")
    })
  )

  it.scopedLive("with 3 if GitHub limits or fails, and prints no zero for missing answers", () =>
    Effect.gen(function* () {
      const { control, score } = yield* fullScene
      yield* control.setRateLimit({ payload: { login: "observer", resource: "graphql", remaining: 0, resetInSeconds: 3_600 } })
      fails(yield* score(["acme/widgets#3"]), 3, "rate limit")
      const miner = yield* score(["--miner", "bob"])
      assert.strictEqual(miner.code, 3)
      assert.include(miner.stderr, "the scores above are incomplete")
      assert.include(miner.stdout.replaceAll(/\s+/g, " "), "GitHub's answers are incomplete")
    })
  )

  it.scopedLive("in the same way for a miner without contributions and a roster of missing repositories", () =>
    Effect.gen(function* () {
      const { url, tokens } = yield* emptyStory()
      const roster = yield* rosterFile({ "gone/away": { emission_share: 1 } })
      const outcome = yield* runHere(["score", "--miner", "bob", "--roster", roster, ...AT], {
        GITTENSOR_GITHUB_URL: url,
        GITTENSOR_GITHUB_TOKEN: tokens.join(",")
      })
      assert.strictEqual(outcome.code, 3)
      assert.include(outcome.stderr, "GitHub does not show it")
    })
  )
})
