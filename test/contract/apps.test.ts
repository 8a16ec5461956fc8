/** The committed `.contract` file, used through polkadot.js' own contract library, as polkadot.js apps does. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Abi, ContractPromise } from "@polkadot/api-contract"
import type { WeightV2 } from "@polkadot/types/interfaces"
import { Effect } from "effect"
import { account, OWNER } from "../support/contract/accounts.ts"
import { world } from "../support/contract/newWorld.ts"
import { BOUNTY } from "../support/contract/settings.ts"
import { keyOf, root, send } from "../support/devnet/support.ts"

const file = readFileSync(`${root}contracts/issue-bounties/artifact/issue_bounties.contract`, "utf8")
const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }

describe("the contract's file", () => {
  it("explains every message, its answer and every event", () => {
    const abi = new Abi(file)
    assert.isAbove(abi.messages.length, 30)
    for (const { docs, identifier } of [...abi.constructors, ...abi.messages, ...abi.events]) {
      const text = docs.join(" ").trim()
      assert.match(text, /^[A-Z].*\.$/, `${identifier} has no sentence: "${text}"`)
    }
    const states = abi.messages.filter(({ isMutating }) => isMutating)
    for (const { docs, identifier } of states) {
      // The docs of a message say who may send it.
      assert.match(docs.join(" "), /Only |Anyone may|[Vv]alidator |coldkey /, `${identifier} does not say who may send it`)
    }
  })

  it.scopedLive("deploys without further metadata: queries, messages and events work by name", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const gas = chain.api.registry.createType<WeightV2>("WeightV2", GAS)
      const contract = new ContractPromise(chain.api, file, chain.contract)
      const owner = yield* account(OWNER)
      const asked = (name: string, ...args: ReadonlyArray<unknown>) =>
        Effect.promise(async () => {
          const query = contract.query[name]
          if (query === undefined) throw new Error(`no query ${name}`)
          const { output, result } = await query(owner, { gasLimit: gas }, ...args)
          assert.isTrue(result.isOk, `${name}: ${result.toString()}`)
          return JSON.stringify(output?.toHuman())
        })
      assert.include(yield* asked("config"), '"treasuryHotkey"')
      assert.include(yield* asked("treasury"), '"aged"')
      assert.include(yield* asked("setConfig", [{ HarvestStep: 7 }]), '"applied":false')
      assert.include(yield* asked("registerIssue", "acme/widgets", 42, 1), "BountyTooSmall")

      const register = contract.tx.registerIssue
      if (register === undefined) throw new Error("no message registerIssue")
      const sent = yield* send(register({ gasLimit: gas }, "acme/widgets", 42, BOUNTY), yield* keyOf(OWNER))
      const emitted = sent.events.find(({ event }) => event.method === "ContractEmitted")
      assert.isDefined(emitted)
      if (emitted === undefined) return
      const { args, event } = contract.abi.decodeEvent(emitted)
      assert.deepStrictEqual(
        [event.identifier.split("::").at(-1), args.map((value) => value.toHuman())],
        ["IssueRegistered", ["1", "acme/widgets", "42", "100,000,000,000"]]
      )
    })
  )
})
