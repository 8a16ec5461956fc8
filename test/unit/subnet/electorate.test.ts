/** The electorate from a node's answers: which stake counts, large stakes, and refused answers. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { electorateAt } from "../../../src/layers/chain/subnet/electorate.ts"
import { activityCutoffAt } from "../../../src/layers/chain/subnet/selectiveMetagraph.ts"
import { infoChain } from "../../support/chain/infoChain.ts"
import { finney } from "../../support/fidelity/finney.ts"

const at = { number: 100, hash: "0x64" }

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
const CHARLIE = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y"

/** As polkadot.js prints it. Fields that were not requested are null. */
const answer = {
  netuid: 74,
  name: null,
  activityCutoff: 60,
  hotkeys: [ALICE, BOB, CHARLIE],
  axons: [
    { block: 1, version: 1, ip: "0x00000000000000000000000008080404", port: 8_091, ipType: 4, protocol: 4 },
    { block: 0, version: 0, ip: 0, port: 0, ipType: 0, protocol: 0 },
    { block: 0, version: 0, ip: 0, port: 0, ipType: 0, protocol: 0 }
  ],
  validatorPermit: [true, true, true],
  lastUpdate: [40, 39, 100],
  consensus: [0, 65_535, 1],
  totalStake: ["0xffffffffffffffff", 5, 0]
}

/** The fields of the call's answer on the main network, in order. A field's number is its index. */
const fieldsOnFinney = ((): ReadonlyArray<string> => {
  const signature = finney().apis["SubnetInfoRuntimeApi.get_selective_metagraph"] ?? assert.fail("Finney has no such call")
  let fields = signature.slice(signature.indexOf("option (") + "option (".length, -1)
  while (/[([]/.test(fields)) fields = fields.replaceAll(/\([^()[\]]*\)|\[[^()[\]]*\]/g, "")
  return fields.split(",").map((field) => field.slice(0, field.indexOf(":")))
})()

const read = (metagraph: unknown) => electorateAt(at).pipe(Effect.provide(infoChain(at.hash, { getSelectiveMetagraph: metagraph })))
const refusal = (metagraph: unknown) => Effect.map(Effect.flip(read(metagraph)), ({ message }) => message)

describe("the electorate", () => {
  it.effect("is those validators whose last weights and the cutoff reach the block", () =>
    Effect.gen(function* () {
      const { voters, neurons } = yield* read(answer)
      assert.deepEqual(voters, [
        { hotkey: ALICE, stake: 18_446_744_073_709_551_615n, axon: { ip: "8.8.4.4", port: 8_091 } },
        { hotkey: CHARLIE, stake: 0n, axon: null }
      ])
      assert.deepEqual(neurons, [
        { uid: 0, hotkey: ALICE, consensus: 0 },
        { uid: 1, hotkey: BOB, consensus: 65_535 },
        { uid: 2, hotkey: CHARLIE, consensus: 1 }
      ])
    })
  )

  it.effect("has nobody without a permit", () =>
    Effect.gen(function* () {
      const { voters, neurons } = yield* read({ ...answer, validatorPermit: [false, false, true] })
      assert.deepEqual(
        voters.map(({ hotkey }) => hotkey),
        [CHARLIE]
      )
      assert.lengthOf(neurons, 3)
    })
  )

  it.effect("is asked for by the chain's numbers of these fields, in one call", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const chain = infoChain(at.hash, { getSelectiveMetagraph: answer }, asked)
      yield* electorateAt(at).pipe(Effect.provide(chain))
      assert.strictEqual(yield* activityCutoffAt(at).pipe(Effect.provide(chain)), 60)
      const wanted = ["activity_cutoff", "hotkeys", "axons", "validator_permit", "last_update", "consensus", "total_stake"]
      assert.deepStrictEqual(asked, [
        [74, wanted.map((name) => fieldsOnFinney.indexOf(name))],
        [74, [fieldsOnFinney.indexOf("activity_cutoff")]]
      ])
    })
  )

  it.effect("is refused without a subnet, and from a chain that has no such call", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal(null), /subnet 74 .*there is no such subnet: is --netuid right\?/)
      const error = yield* Effect.flip(electorateAt(at).pipe(Effect.provide(infoChain(at.hash, { getMetagraph: answer }))))
      assert.deepInclude(error, { _tag: "UnknownSubnet", netuid: 74 })
      assert.match(error.message, /no SubnetInfoRuntimeApi\.get_selective_metagraph: is --endpoint a Subtensor node\?/)
    })
  )

  it.effect("is refused from lists of different lengths", () =>
    Effect.gen(function* () {
      for (const name of ["axons", "validatorPermit", "lastUpdate", "consensus", "totalStake"] as const) {
        const column: ReadonlyArray<unknown> = answer[name]
        assert.include(yield* refusal({ ...answer, [name]: column.slice(1) }), `3 hotkeys, but 2 values of ${name}`)
        assert.include(yield* refusal({ ...answer, [name]: [...column, column[0]] }), `3 hotkeys, but 4 values of ${name}`)
      }
      const nobody = { axons: [], validatorPermit: [], lastUpdate: [], consensus: [], totalStake: [] }
      assert.include(yield* refusal({ ...answer, ...nobody, hotkeys: [] }), "it has no neurons")
    })
  )

  it.effect("is refused from anything else, by name", () =>
    Effect.gen(function* () {
      const rubbish: Readonly<Record<keyof typeof answer & string, unknown>> = {
        netuid: undefined,
        name: undefined,
        activityCutoff: null,
        hotkeys: [ALICE, "5GrwvaEF", CHARLIE],
        axons: [{ ip: 1 }, answer.axons[1], answer.axons[2]],
        validatorPermit: [1, true, true],
        lastUpdate: [null, 39, 100],
        consensus: [0, 65_536, 1],
        totalStake: ["five", 5, 0]
      }
      for (const [name, value] of Object.entries(rubbish)) {
        if (value === undefined) continue
        const message = yield* refusal({ ...answer, [name]: value })
        assert.include(message, "unexpected form of the metagraph")
        assert.include(message, name)
      }
      assert.include(yield* refusal("0x00"), "unexpected form of the metagraph")
      assert.include(yield* refusal({ ...answer, consensus: [0, -1, 1] }), "consensus")
      assert.include(yield* refusal({ ...answer, totalStake: [-1, 5, 0] }), "totalStake")
      assert.include(yield* refusal({ ...answer, totalStake: [0.5, 5, 0] }), "totalStake")
    })
  )
})
