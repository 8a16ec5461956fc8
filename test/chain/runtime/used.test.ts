/** The list of used items of a chain (test/support/fidelity/used.ts) is complete, so that the comparison with Finney misses none. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { itemsOf } from "../../support/fidelity/compare.ts"
import { devFacts } from "../../support/fidelity/devFacts.ts"
import { finney } from "../../support/fidelity/finney.ts"
import { used } from "../../support/fidelity/used.ts"
import { root, sources } from "../../support/sources.ts"

const read = (path: string) => readFileSync(join(root, path), "utf8")

/** Sources that are clients of a chain. The dev chain's node and the contract's model are not. */
const clients = sources
  .filter((path) => !/^lab\/(devnet|contract-model|simulation)\//.test(path))
  .filter((path) => !/^src\/(contract-client|dashboard\/(api|push|webhooks)|domain|elo|quality|rules|scoring)\//.test(path))
  .filter((path) => !/^src\/layers\/(github|parsing|storage|chain\/roster|machine\/(http|telemetry))\//.test(path))
  .map((path) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""))
  .join("\n")

const spellings = (name: string): ReadonlyArray<string> => {
  const camel = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return [name, camel, camel.charAt(0).toLowerCase() + camel.slice(1)]
}

/** Whether the sources contain this name after a point, a quote or an underscore. */
const isNamed = (item: string): boolean => {
  const [name = ""] = item.split(".").slice(-1)
  return new RegExp(`["'\`._](?:${spellings(name).join("|")})(?![A-Za-z0-9_])`).test(clients)
}

/** Names that mean something else in our sources. */
const homonyms = `Balances.calls.burn Balances.events.Deposit Balances.events.Locked Balances.events.Slashed Balances.events.Transfer
  Balances.events.Withdraw Balances.storage.Account Balances.storage.Holds Balances.storage.Locks Contracts.calls.migrate Contracts.calls.set_code
  Contracts.constants.Environment Contracts.storage.Nonce Core.version Metadata.metadata MevShield.storage.Submissions Proxy.calls.announce
  Proxy.events.Announced SubtensorModule.calls.commit_weights SubtensorModule.calls.register SubtensorModule.events.CollateralLocked
  SubtensorModule.events.Sudid SubtensorModule.events.TransferToggle SubtensorModule.storage.Alpha SubtensorModule.storage.Axons SubtensorModule.storage.Consensus SubtensorModule.storage.Emission
  SubtensorModule.storage.LastUpdate SubtensorModule.storage.Lock
  SubtensorModule.storage.Rank SubtensorModule.storage.TotalStake SubtensorModule.storage.ValidatorPermit Sudo.storage.Key System.calls.remark System.calls.set_code
  System.storage.Digest System.storage.ParentHash AuraApi.slot_duration DevChainApi.attempt`.split(/\s+/)

/** Items that the program depends on without naming them: limits, units of figures, and items that polkadot.js reads on its behalf. */
const unnamed = `Contracts.constants.MaxCodeLen Contracts.storage.PristineCode System.constants.BlockWeights System.constants.DbWeight
  System.events.ExtrinsicSuccess TransactionPaymentApi.query_info`.split(/\s+/)

const ours = [...used].flatMap(([item, users]) => (users.includes("program") ? [item] : []))

describe("the list of what the program uses of a chain", () => {
  it.live("has everything that its sources name", () =>
    Effect.gen(function* () {
      const known = new Set([...itemsOf(finney()).keys(), ...itemsOf(yield* devFacts).keys()])
      // The dev chain's own calls, dev_…, have no original to be compared with; the demo makes one.
      const compared = [...known].filter((item) => !/\.errors\.| |\.(index|prefix)$|\.calls\.dev_/.test(item))
      assert.isAbove(compared.length, 500)
      const missing = compared.filter((item) => isNamed(item) && !ours.includes(item) && !homonyms.includes(item))
      assert.deepStrictEqual(missing, [], "used.ts lacks them, unless the name means something else here")
      assert.deepStrictEqual(
        homonyms.filter((item) => !known.has(item) || !isNamed(item)),
        [],
        "no name here any more"
      )
    })
  )

  it("has nothing that no source names", () => {
    assert.deepStrictEqual(
      ours.filter((item) => !isNamed(item)),
      unnamed
    )
  })
})

describe("the price of alpha", () => {
  it.live("has the same form on Finney and on the dev chain, whose tests compare its unit with what trades bring", () =>
    Effect.gen(function* () {
      const api = "SwapRuntimeApi.current_alpha_price"
      assert.strictEqual(finney().apis[api], "(netuid: u16) -> u64")
      assert.strictEqual((yield* devFacts).apis[api], finney().apis[api])
    })
  )
})

describe("the list of what the contract uses of a chain", () => {
  it("is what it encodes itself", () => {
    const encoded = [...read("contracts/issue-bounties/src/runtime_calls.rs").matchAll(/codec\(index = (\d+)\)\]\s+(\w+)/g)]
    const names = encoded.map(([, index, name]) => `${index} ${name}`)
    assert.deepStrictEqual(names.slice(0, 4), ["7 SubtensorModule", "16 Proxy", "0 Proxy", "86 TransferStake"])
    assert.deepStrictEqual(
      [...used].flatMap(([item, users]) => (users.includes("contract") ? [item] : [])),
      ["Proxy.calls.proxy", "SubtensorModule.calls.transfer_stake"]
    )
    const { pallets } = finney()
    assert.strictEqual(pallets.SubtensorModule?.index, 7)
    assert.strictEqual(pallets.Proxy?.index, 16)
    assert.match(pallets.Proxy?.calls.proxy ?? "", /^0\(/)
    assert.match(pallets.SubtensorModule?.calls.transfer_stake ?? "", /^86\(/)
  })
})
