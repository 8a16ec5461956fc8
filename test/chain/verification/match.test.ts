/** A match on the dev chain is verified by two nodes, in 30 requests to each; what is false has its cross at its step, what cannot be known has none. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it, layer } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { CompetitionDetail } from "../../../src/dashboard/api/definition/competitions.ts"
import { hashBytes } from "../../../src/domain/Account.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { claimsOf } from "../../../src/story/claims.ts"
import { type Claims, encodeClaims, readClaims } from "../../../src/verification/claims.ts"
import { connect } from "../../../src/verification/node/Connection.ts"
import { Reader } from "../../../src/verification/node/Reader.ts"
import { blocksAt, contractAt, electorateAt, neuronsAt, seedAfter, stakeAt } from "../../../src/verification/node/state.ts"
import { STEPS, type StepName, type Verification } from "../../../src/verification/results.ts"
import { verify } from "../../../src/verification/verify.ts"
import { asked } from "../../support/api/support.ts"
import { runHere } from "../../support/cli/support.ts"
import { lastReleased } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { anyDatabase } from "../../support/database/support.ts"
import { relay } from "../../support/devnet/relay.ts"
import { folder } from "../../support/folder.ts"
import { index, on } from "../../support/indexer/chain.ts"
import { falseClaims, liesAbout, lying, refusing } from "../../support/verification/nodes.ts"
import { blockAt, outsider, Played, played, playedLayer } from "../../support/verification/played.ts"

/** Verifies by these nodes; by the dev chain itself, twice, if none are given. */
const verified = (claims: Claims, endpoints?: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { genesis, mirror, world } = yield* Played
    // Another address of the first node is no second witness.
    const nodes = endpoints ?? [world.endpoint, `${world.endpoint}/`, mirror, "ws://127.0.0.1:9"]
    return yield* Effect.promise(() => verify(claims, { endpoints: nodes, genesis, contract: world.contract }))
  })

const stepsThat = ({ steps }: Verification, tag: string): ReadonlyArray<StepName> =>
  steps.flatMap(({ finding, step }) => (finding._tag === tag ? [step] : []))

const said = (found: Verification): string => JSON.stringify(found.steps.filter(({ finding }) => finding._tag !== "right"))

layer(playedLayer, { excludeTestServices: true })("a match", (it) => {
  it.effect("is verified by two nodes, in 30 requests to each", () =>
    Effect.gen(function* () {
      const { first, second, unsolved } = yield* Played
      for (const claims of [first, second, unsolved]) {
        const found = yield* verified(claims)
        assert.strictEqual(found.verdict, "right", said(found))
        assert.isTrue(found.asked.length === 2 && found.asked.every(({ requests }) => requests > 10 && requests <= 30))
      }
    })
  )

  it.effect("has a cross at the step of each false claim", () =>
    Effect.gen(function* () {
      const { first, second: claims } = yield* Played
      const cases = falseClaims(claims, first, yield* outsider(claims))
      assert.isAbove(cases.length, 20)
      for (const [what, wrong, crosses] of cases) {
        const found = yield* verified(wrong)
        assert.deepStrictEqual(stepsThat(found, "wrong"), crosses, `${what}: ${said(found)}`)
      }
      // Whether a competitor was in both is drawn.
      assert.includeMembers([...stepsThat(yield* verified({ ...claims, match: first.match }), "wrong")], ["pair", "settlement", "payment"])
      // The ballot before the end cannot show a vote that was cast in its block.
      const [vote, ...others] = claims.votes
      if (vote === undefined) return assert.fail("nobody voted")
      const late = yield* verified({ ...claims, votes: [{ ...vote, since: claims.end.at }, ...others] })
      assert.deepStrictEqual([late.verdict, stepsThat(late, "untold")], ["untold", ["ballot"]])
    })
  )

  it.effect("has a cross where a second node changes a vote, an attestation, a rated match or the payment", () =>
    Effect.gen(function* () {
      const { first, second: claims, world } = yield* Played
      const { hash } = yield* blockAt(claims.payment?.at ?? 0)
      for (const [what, lie, step] of liesAbout(claims, first, hash)) {
        const found = yield* verified(claims, [world.endpoint, yield* lying(world.endpoint, lie)])
        const finding = found.steps.find((one) => one.step === step)?.finding
        assert.strictEqual(found.verdict, "wrong", what)
        assert.deepInclude(finding, { _tag: "wrong", between: "nodes" }, `${what}: ${said(found)}`)
        assert.strictEqual(stepsThat(found, "wrong")[0], step, what)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("is told by one node where the other has forgotten, limits or refuses, and not at all where both do", () =>
    Effect.gen(function* () {
      const { second: claims, world } = yield* Played
      for (const [methods, code, message, cause] of [
        [
          /^childstate|^state/,
          4003,
          "Client error: Api called for an unknown Block: State already discarded for 0x12",
          /no longer has the chain's state/
        ],
        [/^state_call/, -32005, "too many requests", /limits how much/],
        [/^childstate/, -32601, "Method not found", /does not serve/],
        [/^chain_getFinalizedHead/, -32000, "no", /refused: -32000: no/]
      ] as const) {
        const node = yield* refusing(world.endpoint, methods, code, message)
        const half = yield* verified(claims, [node, world.endpoint])
        assert.strictEqual(half.verdict, "oneNode", message)
        assert.isTrue(half.steps.some(({ finding }) => finding._tag === "right" && finding.witnesses === 1))
        const none = yield* verified(claims, [node])
        assert.strictEqual(none.verdict, "untold", message)
        assert.isTrue(
          none.steps.some(({ finding }) => finding._tag === "untold" && cause.test(finding.why)),
          said(none)
        )
      }
      for (const one of [[world.endpoint], [world.endpoint, `${world.endpoint}/`, `${world.endpoint}/?again`]])
        assert.strictEqual((yield* verified(claims, one)).verdict, "oneNode")
      const later = yield* verified({ ...claims, payment: { at: 1_000_000, amount: 1n, coldkey: claims.a.coldkey } })
      assert.strictEqual(later.verdict, "untold")
      const genesis = `0x${"00".repeat(32)}`
      const elsewhere = yield* Effect.promise(() => verify(claims, { endpoints: [world.endpoint], genesis, contract: world.contract }))
      assert.isTrue(elsewhere.steps.every(({ finding }) => finding._tag === "untold" && /another chain/.test(finding.why)))
    }).pipe(Effect.scoped)
  )

  it.effect("is right as an index tells it", () =>
    Effect.gen(function* () {
      const { second, unsolved } = yield* Played
      yield* index
      const get = yield* asked
      for (const { match } of [second, unsolved]) {
        const { body } = yield* get(`/v1/competitions/${match}`)
        const claims = claimsOf(yield* Schema.decodeUnknown(Schema.encodedSchema(CompetitionDetail))(body))
        const found = yield* verified(yield* readClaims(JSON.stringify(claims)))
        assert.strictEqual(found.verdict, "right", said(found))
      }
    }).pipe(Effect.provide(anyDatabase), Effect.scoped)
  )

  it.effect("is verified by `gittensor audit`, with a page's file and without", () =>
    Effect.gen(function* () {
      const { mirror, second: claims, unsolved, world } = yield* Played
      const here = yield* folder
      const audit = (match: number, ...rest: ReadonlyArray<string>) =>
        runHere(["audit", "--match", `${match}`, "--endpoint", `${world.endpoint},${mirror}`, "--contract", world.contract, ...rest])
      const write = (name: string, written: Claims) =>
        Effect.sync(() => {
          writeFileSync(join(here, name), JSON.stringify(encodeClaims(written)))
          return join(here, name)
        })
      for (const one of [claims, unsolved]) {
        const alone = yield* audit(one.match)
        assert.deepStrictEqual([alone.code, alone.stderr], [0, ""], alone.stdout)
        assert.strictEqual(alone.stdout.match(/✓/g)?.length, STEPS.length)
        const given = yield* audit(one.match, yield* write("claims.json", one))
        assert.deepStrictEqual([given.code, given.stderr], [0, ""], given.stdout)
      }
      const { payment } = claims
      assert.include((yield* audit(claims.match)).stdout, `block ${payment?.at}`)
      const lied = payment === null ? claims : { ...claims, payment: { ...payment, amount: 1_000_000_000_000n } }
      const wrong = yield* audit(claims.match, yield* write("wrong.json", lied))
      assert.deepStrictEqual([wrong.code, wrong.stderr], [1, "gittensor: 1 of 7 steps are wrong\n"])
      assert.match(wrong.stdout, /✗ The payment\n {4}the amount: claimed 1000000000000, found/)
      const another = yield* audit(1, yield* write("claims.json", claims))
      assert.deepStrictEqual([another.code, /it is about match 2/.test(another.stderr)], [2, true])
      assert.strictEqual((yield* audit(99)).code, 3)
      assert.strictEqual((yield* runHere(["audit", "--match", "1", "--endpoint", world.endpoint])).code, 2)
      assert.strictEqual((yield* runHere(["audit", "--match", "1", "--epoch", "1"])).code, 2)
      const silent = yield* runHere(["audit", "--match", "2", "--endpoint", "ws://127.0.0.1:9", "--contract", world.contract])
      assert.deepStrictEqual([silent.code, /nothing can be verified: ws:\/\/127.0.0.1:9/.test(silent.stderr)], [3, true])
    }).pipe(Effect.scoped)
  )

  it.effect("is read as the program's other reader reads it", () =>
    Effect.gen(function* () {
      const { second: claims, world } = yield* Played
      const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
      const genesis = yield* chain.hashOf(0)
      const head = yield* blockAt(claims.payment?.at ?? 0)
      for (const number of [1, claims.startedAt, claims.end.at, head.number]) {
        const at = yield* blockAt(number)
        const node = connect(world.endpoint)
        const reader = new Reader([node], genesis)
        yield* Effect.addFinalizer(() => Effect.sync(node.close))
        assert.deepStrictEqual(yield* Effect.promise(() => blocksAt(reader, [number])), [at])
        const { neurons } = yield* subnet.metagraph(at)
        const plain = neurons.map(({ coldkey, hotkey, registeredAt, uid }) => ({ uid, hotkey, registeredAt, coldkey }))
        assert.deepStrictEqual(yield* Effect.promise(() => neuronsAt(reader, NETUID, at)), plain)
        for (const { hotkey, coldkey } of [...neurons, claims.a]) {
          const stake = yield* subnet.stakeOf(hotkey, coldkey, at)
          assert.strictEqual(yield* Effect.promise(() => stakeAt(reader, { hotkey, coldkey, netuid: NETUID }, at)), stake)
          if (number > 1) break
        }
        const seed = yield* subnet.seedAfter(number - 1, head)
        const before = yield* blockAt(number - 1)
        assert.deepStrictEqual(yield* Effect.promise(() => seedAfter(reader, before, head)), hashBytes(seed ?? ""))
        if (number === 1) continue
        const { total, validators } = yield* contract.read("validators", {}, at)
        const weights = { validators: validators.map(({ hotkey, weight }) => ({ hotkey, weight })), total }
        assert.deepStrictEqual(yield* Effect.promise(() => electorateAt(reader, world.contract, at)), weights)
        assert.strictEqual(yield* contract.otherEdition(at), null)
        assert.isNotNull(yield* Effect.promise(() => contractAt(reader, world.contract, at)))
      }
    }).pipe(Effect.scoped)
  )
})

it.scopedLive.skipIf(Option.isNone(lastReleased))("a match on a contract of the release before is verified, too", () =>
  Effect.gen(function* () {
    const { hash, wasm } = yield* lastReleased
    const chain = yield* world({}, { code: wasm, retention: 2_000 })
    const { genesis, second } = yield* played(chain).pipe(Effect.provide(on(chain)))
    const network = { endpoints: [chain.endpoint, yield* relay(chain.endpoint, {})], genesis, contract: chain.contract }
    const found = yield* Effect.promise(() => verify(second, network))
    assert.strictEqual(found.verdict, "right", said(found))
    assert.include(JSON.stringify(found.steps[0]), `edition 3, by its hash ${hash}`)
  })
)
