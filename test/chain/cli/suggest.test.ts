/** `owner suggest`: lists open issues with reasons, and registers what the owner's file chooses, never twice and within a week's budget. */
import { Database } from "bun:sqlite"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { listSuggestions } from "../../../src/dashboard/api/queries/issues.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { allIssues } from "../../../src/layers/chain/contract/findIssue.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { chainFileName } from "../../../src/layers/chain/node/identity.ts"
import * as IndexDatabase from "../../../src/layers/storage/database/Database.ts"
import { holdLock } from "../../../src/layers/storage/dataFolder/FolderLock.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import { ALPHA, command, fails, folder, jsonOf, readOnlyCommand, register, uri, World, worldLayer } from "../../support/cli/support.ts"
import { place, WIDGETS } from "../../support/owner/suggested.ts"

const Listed = Schema.Struct({
  passing: Schema.Int,
  repositories: Schema.Array(
    Schema.Struct({ name: Schema.String, calledNow: Schema.NullOr(Schema.String), trouble: Schema.NullOr(Schema.String) })
  ),
  suggestions: Schema.Array(
    Schema.Struct({
      points: Schema.Int,
      against: Schema.Array(Schema.String),
      candidate: Schema.Struct({ repository: Schema.String, number: Schema.Int, registered: Schema.NullOr(Schema.Int) })
    })
  )
})

const Done = Schema.Struct({
  spentRao: Schema.String,
  waits: Schema.NullOr(Schema.Struct({ number: Schema.Int })),
  registered: Schema.Array(Schema.Struct({ number: Schema.Int, bountyRao: Schema.String, issue: Schema.Int })),
  sent: Schema.Boolean
})

const Figures = Schema.Struct({ opened: Schema.Int, closedByMaintainers: Schema.Int, waiting: Schema.Int })
const Burdens = Schema.Struct({
  burdens: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      shouldGo: Schema.Boolean,
      burden: Schema.NullOr(Schema.Struct({ miners: Figures, others: Figures }))
    })
  )
})

const numbersIn = (outcome: Effect.Effect.Success<ReturnType<typeof command>>) =>
  Effect.map(Schema.decodeUnknown(Listed)(jsonOf(outcome)), ({ suggestions }) => suggestions.map(({ candidate }) => candidate.number))

const registeredIn = (outcome: Effect.Effect.Success<ReturnType<typeof command>>) => Schema.decodeUnknown(Done)(jsonOf(outcome))

layer(worldLayer(), { excludeTestServices: true })("owner suggest", (it) => {
  it.scoped("lists, registers by labels, and never registers twice", () =>
    Effect.gen(function* () {
      const { control, data, path, roster, suggest, register, bounties } = yield* place
      const chain = yield* Chain

      assert.deepStrictEqual(yield* numbersIn(yield* readOnlyCommand([...suggest, "--json"])), [1, 5, 2, 3])
      assert.deepStrictEqual(yield* numbersIn(yield* readOnlyCommand([...suggest, "--json", "--max", "2"])), [1, 5])
      assert.deepStrictEqual(yield* numbersIn(yield* readOnlyCommand([...suggest, "--json", "--all"])), [1, 4, 5, 2, 3])
      const { stdout } = yield* readOnlyCommand([...suggest, "--all"])
      for (const part of [
        "4 of 5 open issues could get a bounty",
        "acme/widgets#1  Issue 1",
        '+400 label "gittensor"',
        "+50 open for 30 days",
        "+150 tests can be run (TypeScript)",
        "no bounty now: somebody is assigned",
        "acme/nowhere was not read: GitHub does not show it"
      ])
        assert.include(stdout, part)
      fails(yield* readOnlyCommand(["owner", "suggest"]), 2, "--roster is missing")
      fails(yield* readOnlyCommand([...suggest, "--register"]), 2, "--bounty-by-label")
      fails(yield* readOnlyCommand([...suggest, "--repository", "acme/gears"]), 2, "acme/gears is not in the roster")

      // An index with the setting also surveys, and shows the issues that are not registered yet.
      const index = ["index", "--data", join(path, "index"), "--roster", roster]
      const next = Effect.map(listSuggestions({ limit: 9 }), ({ items }) => items.map(({ number }) => number)).pipe(
        Effect.provide(IndexDatabase.layer({ url: Option.none(), folder: join(path, "index", "database") }))
      )
      fails(yield* command(["index", "--data", join(path, "index"), "--suggestions"]), 2, "--suggestions needs --roster")
      assert.strictEqual((yield* command([...index, "--suggestions"])).code, 0)
      assert.deepStrictEqual(yield* next, [1, 5, 2, 3])

      // Nothing is sent without confirmation.
      const dry = yield* readOnlyCommand([...suggest, ...register, "--dry-run"])
      assert.match(dry.stdout, /^would register 2 issues with bounties of 200 α\n/)
      assert.include(dry.stdout, "acme/widgets#2 waits: 60 α would exceed the week's 250 α")
      fails(yield* readOnlyCommand([...suggest, ...register]), 2, "Register 2 issues", "--yes")
      fails(yield* readOnlyCommand([...suggest, ...register, "--yes"], { GITTENSOR_URI: "//Charlie" }), 1, "Only the owner")

      const first = yield* registeredIn(yield* command([...suggest, ...register, "--yes", "--json", "--max", "1"]))
      assert.deepStrictEqual(first.registered, [{ number: 1, bountyRao: String(100n * ALPHA), issue: 1 }])
      assert.isTrue(first.sent)
      const second = yield* registeredIn(yield* command([...suggest, ...register, "--yes", "--json"]))
      assert.deepStrictEqual(
        second.registered.map(({ number }) => number),
        [5]
      )
      assert.deepInclude(second, { spentRao: String(100n * ALPHA), waits: { number: 2 } })
      assert.strictEqual((yield* command(index)).code, 0)
      assert.deepStrictEqual(yield* next, [2, 3])
      const third = yield* registeredIn(yield* readOnlyCommand([...suggest, ...register, "--yes", "--json"]))
      assert.deepInclude(third, { registered: [], waits: { number: 2 }, sent: false })

      // Cancelled and renamed issues still count as registered.
      jsonOf(yield* command(["owner", "cancel-issue", "1", "--yes", "--json"]))
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/gadgets") } })
      const listed = yield* Schema.decodeUnknown(Listed)(jsonOf(yield* readOnlyCommand([...suggest, "--all", "--json"])))
      assert.deepStrictEqual(
        listed.suggestions.map(({ candidate: { number, registered, repository } }) => [repository, number, registered]).toSorted(),
        [1, 2, 3, 4, 5].map((number) => ["acme/gadgets", number, number === 1 ? 1 : number === 5 ? 2 : null])
      )

      // A transaction that is sent but not on chain yet is neither sent again nor left out of the budget.
      writeFileSync(bounties, JSON.stringify({ week: "300", labels: { gittensor: "100", "help wanted": "60" } }))
      const head = yield* chain.finalisedHead
      const journal = new Database(join(data, "registrations.sqlite"))
      const contract = `${yield* chainFileName}-${(yield* Contract).address}`
      const write = (reference: string, at: number) =>
        journal.query("INSERT OR REPLACE INTO registrations VALUES (?, ?, ?, ?)").run(contract, reference, String(60n * ALPHA), at)
      write("acme/gadgets#2", head.number)
      const onItsWay = yield* registeredIn(yield* readOnlyCommand([...suggest, ...register, "--yes", "--json"]))
      assert.deepInclude(onItsWay, { registered: [], spentRao: String(260n * ALPHA) })
      // Its transaction has expired, so it was never included.
      write("acme/gadgets#2", head.number - 256)
      journal.close()
      const again = yield* registeredIn(yield* command([...suggest, ...register, "--yes", "--json"]))
      assert.deepStrictEqual(again.registered, [{ number: 2, bountyRao: String(60n * ALPHA), issue: 3 }])
      assert.strictEqual((yield* allIssues(yield* chain.finalisedHead)).length, 3)

      // One process at a time.
      yield* Effect.scoped(
        Effect.zipRight(
          holdLock(data, "suggest", "registers suggested issues"),
          Effect.map(readOnlyCommand([...suggest, ...register, "--yes"]), (outcome) =>
            fails(outcome, 5, "another process registers suggested issues")
          )
        )
      )

      // A maintainer's request puts an issue on top; other accounts' requests are only wishes.
      const say = (number: number, by: string, body: string) =>
        control.remark({
          payload: { repository: WIDGETS, number: IssueNumber.make(number), by, remark: { _tag: "Commented", body } }
        })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Issue 6", author: "ada", at: Date.now() - 20 * 86_400_000 } })
      yield* say(6, "ada", "/gittensor bounty 5000")
      yield* say(3, "acme", "It costs us users.\n\n/gittensor bounty 120\n")
      assert.deepStrictEqual(yield* numbersIn(yield* readOnlyCommand([...suggest, "--json"])), [3, 6])
      const asked = (yield* readOnlyCommand([...suggest, "--all"])).stdout
      for (const part of [
        "+10000 asked for by acme (/gittensor bounty 120), who may merge there",
        "0 wished for by ada (/gittensor bounty 5000)",
        "0 wished for by ada (by label)"
      ])
        assert.include(asked, part)

      // If the maintainers want no bounty, the issue gets none, whoever asks for it.
      const refusing = join(path, "refusing.json")
      const refusals = [{ repository: WIDGETS, since: "2026-01-01" }]
      writeFileSync(
        refusing,
        JSON.stringify({
          ...Schema.encodeSync(RosterDocument)(defaultRoster),
          repositories: { [WIDGETS]: { emission_share: 1 } },
          refusals
        })
      )
      const refused = yield* readOnlyCommand(["owner", "suggest", "--roster", refusing, "--all"])
      assert.include(refused.stdout, "no bounty now: its people told the subnet's owner so")
      assert.include(refused.stdout, "0 of 6 open issues could get a bounty")
      yield* control.pushCommit({
        payload: {
          repository: WIDGETS,
          message: "No bounties",
          by: "acme",
          contents: [{ path: ".gittensor.yml", base: null, head: "bounties: false\n" }]
        }
      })
      assert.deepStrictEqual(yield* numbersIn(yield* readOnlyCommand([...suggest, "--json"])), [])
      assert.include((yield* readOnlyCommand([...suggest, "--all"])).stdout, 'no bounty now: its .gittensor.yml says "bounties: false"')

      for (const [text, ...says] of [
        ['{"labels": {"bounty": "100"}}', "week"],
        ['{"week": "1,5", "labels": {"bounty": "100"}}', '"1,5" is not an amount'],
        ['{"week": "500", "labels": {}}', "it names no label"],
        ['{"week": "500", "labels": {"bounty": "1"}}', "under minBounty"],
        ['{"week": "500000", "labels": {"bounty": "400000"}}', "over maxBounty"],
        ['{"week": "50", "labels": {"bounty": "100"}}', "over the week's budget"]
      ] as const) {
        const file = join(path, "wrong.json")
        writeFileSync(file, text)
        const wrong = ["--register", "--bounty-by-label", file, "--data", data, "--yes"]
        fails(yield* readOnlyCommand([...suggest, ...wrong]), 2, ...says)
      }
    })
  )

  it.scoped("shows what pull requests ask of maintainers, and proposes what should go, in the roster and with issues", () =>
    Effect.gen(function* () {
      const { github } = yield* World
      const { control } = github
      const path = yield* folder
      const roster = join(path, "roster.json")
      const [cogs, levers] = [RepositoryName.make("acme/cogs"), RepositoryName.make("acme/levers")]
      writeFileSync(roster, JSON.stringify({ "acme/cogs": { emission_share: 0.5, burden: { min_decided_prs: 3 } } }))
      const { token } = yield* control.createUser({ payload: { login: "bob" } })
      yield* link(yield* register(uri("bob")), token)
      const now = Date.now()
      for (const repository of [cogs, levers]) {
        yield* control.createRepository({ payload: { repository, files: { "src/a.ts": "export const a = 1\n" } } })
        yield* control.openIssue({ payload: { repository, title: "It grinds", author: "bob", at: now - 20 * 86_400_000 } })
      }
      const open = (repository: RepositoryName, author: string) =>
        control.openPullRequest({ payload: { repository, title: "Oil it", author, at: now - 86_400_000 } })
      for (const end of ["closed", "closed", "merged"] as const) {
        const { number } = yield* open(cogs, "bob")
        const payload = { repository: cogs, number, by: "acme", at: now }
        yield* end === "closed" ? control.close({ payload }) : control.mergePullRequest({ payload })
      }
      yield* open(levers, "bob")
      yield* open(cogs, "operator")
      const registering = [
        "owner",
        "register-issue",
        "acme/levers#1",
        "--bounty",
        "100",
        "--without-consent",
        "a test",
        "--yes-although",
        "--yes"
      ]
      assert.strictEqual((yield* command(registering)).code, 0)

      const suggest = ["owner", "suggest", "--roster", roster]
      const { burdens } = yield* Schema.decodeUnknown(Burdens)(jsonOf(yield* readOnlyCommand([...suggest, "--json"])))
      const figures = new Map(burdens.map(({ burden, name, shouldGo }) => [name, { ...burden, shouldGo }]))
      assert.deepStrictEqual(figures.get("acme/cogs"), {
        miners: { opened: 3, closedByMaintainers: 2, waiting: 0 },
        others: { opened: 1, closedByMaintainers: 0, waiting: 1 },
        shouldGo: true
      })
      assert.deepInclude(figures.get("acme/levers"), { miners: { opened: 1, closedByMaintainers: 0, waiting: 1 }, shouldGo: false })
      const said = (yield* readOnlyCommand(suggest)).stdout
      for (const part of [
        "proposed for removal, because maintainers closed more than half of miners' decided pull requests:\n  acme/cogs, since ",
        "closed by maintainers 2 (66% of those decided), waiting for an answer 0, never answered 0, median time to the first answer 1 d",
        "opened for each merged 3"
      ])
        assert.include(said, part)
      // Only the requested repository.
      const one = yield* Schema.decodeUnknown(Burdens)(jsonOf(yield* readOnlyCommand([...suggest, "--json", "--repository", "acme/cogs"])))
      assert.deepStrictEqual(
        one.burdens.map(({ name }) => name),
        ["acme/cogs"]
      )
    })
  )
})
