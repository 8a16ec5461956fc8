/** How an audit and the index get an epoch's roster from mirrors, by the owner's commitment, without a chain. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { rostersFrom } from "../../../src/cli/shared/rosterSource.ts"
import * as Weighing from "../../../src/cli/shared/weighing.ts"
import { Weighing as WeighingService } from "../../../src/consensus/audit/Weighing.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { EpochState } from "../../../src/domain/EpochState.ts"
import type { RosterDocument } from "../../../src/domain/Roster.ts"
import { hashOfRosterBody, rosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { type Conduct, key, noHistory, play } from "../../support/consensus/auditedEpochs.ts"
import { examined } from "../../support/consensus/examined.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"

const roster: RosterDocument = {
  ...defaultRoster,
  emission: { version: 1, pools: { oss_contributions: { kind: "oss_contributions", share: 0.5 } } }
}

const OWNER = key(0)
const VALUES = [[1_000_000], [1_000_000]]
const facts = examined(play(noHistory(), 1, { stakes: [1n, 1n], conducts: VALUES.map((): Conduct => "reports"), values: VALUES })).facts

const signed = (version: number, document = roster, by = OWNER) => {
  const body = rosterBody(document, { genesis: facts.genesis, netuid: facts.netuid, owner: by.address, version })
  return { sha256: hashOfRosterBody(body), text: Schema.encodeSync(signedRoster.Text)(signedRoster.sign(body, by)) }
}

const committedTo = (version: number, sha256: string): EpochState => ({
  ...facts,
  roster: { owner: OWNER.address, committed: { version, sha256 } }
})

const server = (paths: Readonly<Record<string, Served>>) =>
  Effect.map(mirror(paths), (url) => Object.keys(paths).map((path) => `${url}${path}`))

describe("the roster of an epoch that is checked", () => {
  it.scoped("is what the owner was committed to, whichever mirror has it, and is fetched once", () =>
    Effect.gen(function* () {
      const good = signed(3)
      let asked = 0
      const urls = yield* server({
        "/older": { text: signed(2).text },
        "/forged": { text: good.text.replace('"share":0.5', '"share":0.6') },
        "/strangers": { text: signed(3, roster, key(1)).text },
        "/twice": { text: signed(3, defaultRoster).text },
        "/gone": { answer: () => new Response("", { status: 410 }) },
        "/good": {
          answer: () => {
            asked += 1
            return new Response(`${good.text}\n`)
          }
        }
      })
      const mirrors = Option.some({ _tag: "Mirrors" as const, urls })
      const rosterOf = yield* rostersFrom(mirrors)
      for (const times of [1, 2]) {
        assert.deepStrictEqual(yield* rosterOf(committedTo(3, good.sha256)), { ...roster, version: 3 })
        assert.strictEqual(asked, 1, `asked ${times} times`)
      }
      const found = yield* Effect.provide(
        Effect.flatMap(WeighingService, (weighing) => weighing.of(committedTo(3, good.sha256), good.sha256)),
        Weighing.layer(mirrors)
      )
      if ("missing" in found) return assert.fail(found.missing)
      // Half is for contributions, and the other half is recycled.
      assert.deepStrictEqual(found.weightsOf(new Map([[1, 1_000_000]])), { uids: [0, 1], values: [65_535, 65_535] })
    })
  )

  it.scoped("is missing where no mirror has it, with what each one answered, and is asked for again", () =>
    Effect.gen(function* () {
      const good = signed(3)
      const served: { now: Served } = { now: { text: signed(2).text } }
      const other = yield* server({ "/twice": { text: signed(3, defaultRoster).text } })
      const url = yield* mirror({
        get "/one"() {
          return served.now
        }
      })
      const rosterOf = yield* rostersFrom(Option.some({ _tag: "Mirrors", urls: [`${url}/one`, ...other] }))
      const missing = yield* rosterOf(committedTo(3, good.sha256))
      if (!("missing" in missing)) return assert.fail("no mirror has it")
      assert.isTrue(missing.later)
      assert.include(missing.missing, `version 3 of the roster cannot be obtained (${url}/one: it serves another version; `)
      assert.include(missing.missing, "it serves another roster that the signer signed as this version too")
      served.now = { text: good.text }
      assert.deepStrictEqual(yield* rosterOf(committedTo(3, good.sha256)), { ...roster, version: 3 })
      const none = yield* rosterOf({ ...facts, roster: { owner: OWNER.address, committed: null } })
      if (!("missing" in none)) return assert.fail("the signer is committed to none")
      assert.isFalse(none.later)
      assert.include(none.missing, "give the one in force as a file with --roster")
    })
  )
})
