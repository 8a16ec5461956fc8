/** The owner's reason for an issue without consent: on chain with its registration, in the index, and in the API's answer. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Logger, LogLevel, Schema } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { asked } from "../../support/api/support.ts"
import { command, fails, folder, jsonOf, keyOf, readOnlyCommand, World, worldLayer } from "../../support/cli/support.ts"
import { anyDatabase } from "../../support/database/support.ts"
import { index } from "../../support/indexer/chain.ts"

const repository = RepositoryName.make("acme/widgets")

const registering = (number: number, why: string) => [
  ...["owner", "register-issue", `${repository}#${number}`, "--bounty", "100", "--yes-although"],
  ...["--without-consent", why]
]

const Shown = Schema.Struct({ number: Schema.Number, withoutConsent: Schema.NullOr(Schema.String) })
const Planned = Schema.Struct({ call: Schema.Struct({ remark: Schema.String }) })

/** The API's reason for each issue once the chain's head is indexed. */
const shown = Effect.gen(function* () {
  yield* index
  const get = yield* asked
  return (number: number) =>
    Effect.map(
      Effect.flatMap(get(`/v1/issues/${number}`), ({ body }) => Schema.decodeUnknown(Shown)(body)),
      (issue) => [issue.number, issue.withoutConsent] as const
    )
})

layer(worldLayer(), { excludeTestServices: true })("an issue of a repository that asked for nothing", (it) => {
  it.effect("is registered with the owner's reason, which the API shows", () =>
    Effect.gen(function* () {
      const { github, ownerUri } = yield* World
      const { control } = github
      yield* control.createUser({ payload: { login: "ada" } })
      yield* control.createRepository({
        payload: {
          repository,
          files: { "README.md": "Widgets\n", "CONTRIBUTING.md": "# How\n\nTests first. We do not accept bounties.\n" }
        }
      })
      for (const title of ["It squeaks", "It creaks", "It leaks", "It smells"])
        yield* control.openIssue({ payload: { repository, title, author: "ada" } })
      const why = 'We run it "every day" \u{1f600}'
      fails(yield* readOnlyCommand([...registering(1, " \n"), "--yes"]), 2, "--without-consent is empty")
      for (const long of ["x".repeat(401), "\u{1f600}".repeat(200)])
        fails(yield* readOnlyCommand([...registering(1, long), "--yes"]), 2, "--without-consent is too long")
      const { call } = yield* Schema.decodeUnknown(Planned)(jsonOf(yield* readOnlyCommand([...registering(1, why), "--dry-run", "--json"])))
      assert.deepStrictEqual(JSON.parse(call.remark), { gittensor: "without consent", why })
      const refusing = join(yield* folder, "roster.json")
      const refusals = [{ repository: "Acme/Widgets", since: "2026-01-01" }]
      writeFileSync(refusing, JSON.stringify({ consent: "not-refused", refusals, repositories: { [repository]: { emission_share: 1 } } }))
      fails(yield* readOnlyCommand([...registering(1, why), "--yes", "--roster", refusing]), 1, "its people told the subnet's owner so")
      const [limit, setting] = [{ limit: "CONTRIBUTORS_ONLY", until: Date.UTC(2099, 0, 1) } as const, { repository, interactions: null }]
      yield* control.changeRepository({ payload: { ...setting, interactions: limit } })
      const limited = ["owner", "register-issue", `${repository}#1`, "--bounty", "100", "--without-consent", why, "--yes"]
      fails(yield* readOnlyCommand(limited), 1, "lets only accounts with commits there comment and open pull requests, until 2099-01-01")
      yield* control.changeRepository({ payload: setting })
      const told = (yield* readOnlyCommand([...registering(1, why), "--dry-run"])).stdout
      assert.include(told, 'warning: CONTRIBUTING.md says: "We do not accept bounties."')
      const done = jsonOf(yield* command([...registering(1, `  ${why}\u202e\u0007\n`), "--yes", "--json"]))
      assert.deepInclude(done, { issue: 1, asked: null, withoutConsent: why, sent: true })
      jsonOf(yield* command([...registering(2, "x".repeat(400)), "--yes", "--json"]))
      // Another program may register without a reason.
      const owner = yield* keyOf(ownerUri)
      yield* (yield* Contract).send("registerIssue", { repository, number: 3, bounty: 100_000_000_000n }, owner, "finalised")
      // A remark in a batch of its own refers to no issue.
      yield* (yield* Chain).submit({
        label: "remark",
        signer: owner,
        until: "finalised",
        call: (api) => api.tx.system?.remark?.(`0x${Buffer.from(call.remark).toString("hex")}`) ?? assert.fail("no remarks")
      })
      const before = yield* shown
      assert.deepStrictEqual(yield* before(1), [1, why])
      assert.deepStrictEqual(yield* before(2), [2, "x".repeat(400)])
      assert.deepStrictEqual(yield* before(3), [3, null])
      // A reason for one issue does not apply to another, which has its own.
      const edit = (id: number, ...more: ReadonlyArray<string>) =>
        Effect.map(command(["owner", "edit-issue", String(id), ...more, "--yes", "--json"]), jsonOf)
      yield* edit(1, "--bounty", "90")
      yield* edit(2, "--to", `${repository}#4`, "--without-consent", "It smells here, too", "--yes-although")
      const after = yield* shown
      assert.deepStrictEqual(yield* after(1), [1, why])
      assert.deepStrictEqual(yield* after(2), [4, "It smells here, too"])
    }).pipe(Effect.scoped, Effect.provide(anyDatabase), Logger.withMinimumLogLevel(LogLevel.Warning))
  )
})
