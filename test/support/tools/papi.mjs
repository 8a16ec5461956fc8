/** polkadot-api (PAPI) over chainHead_v1. Arguments: OPERATION ENDPOINT. */
import { strict as assert } from "node:assert"
import { Keyring } from "@polkadot/api"
import { cryptoWaitReady } from "@polkadot/util-crypto"

const modules = process.env.GITTENSOR_TOOLS_MODULES
const load = (name) => import(Bun.resolveSync(name, modules))
const [operation, endpoint] = process.argv.slice(2)
const { createClient } = await load("polkadot-api")
const { getWsProvider } = await load("polkadot-api/ws")
const { getPolkadotSigner } = await load("polkadot-api/signer")

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

const client = createClient(getWsProvider(endpoint))
const api = client.getUnsafeApi()

const operations = {
  "follow blocks": async () => {
    const first = await client.getFinalizedBlock()
    const later = await new Promise((resolve, reject) => {
      const subscription = client.finalizedBlock$.subscribe({
        next: (block) => {
          if (block.number < first.number + 3) return
          subscription.unsubscribe()
          resolve(block)
        },
        error: reject
      })
    })
    assert.equal(later.parent.length, 66)
    const header = await client.getBlockHeader(later.hash)
    assert.equal(header.number, later.number)
    assert.equal((await client.getBlockBody(later.hash)).length, 1)
  },
  "chain's name and genesis": async () => {
    const spec = await client.getChainSpecData()
    assert.equal(spec.name, "Gittensor Dev")
    assert.equal(spec.properties.tokenSymbol, "TAO")
  },
  "a stored value": async () => {
    const account = await api.query.System.Account.getValue(ALICE)
    assert.ok(account.data.free > 999_000_000_000_000n)
    assert.equal(await api.query.SubtensorModule.Tempo.getValue(74), 10)
  },
  "a stored map": async () => {
    const all = await api.query.SubtensorModule.Keys.getEntries(74)
    assert.equal(all.length, 4)
  },
  "a changing value": async () => {
    const numbers = []
    await new Promise((resolve, reject) => {
      const subscription = api.query.System.Number.watchValue("best").subscribe({
        next: (number) => {
          numbers.push(number.value ?? number)
          if (numbers.length < 3) return
          subscription.unsubscribe()
          resolve()
        },
        error: reject
      })
    })
    assert.ok(numbers[2] > numbers[0])
  },
  constants: async () => {
    assert.equal(await api.constants.Contracts.MaxCodeLen(), 131_072)
  },
  "a runtime API": async () => {
    const neurons = await api.apis.NeuronInfoRuntimeApi.get_neurons_lite(74)
    assert.equal(neurons.length, 4)
  },
  "a transaction and its events": async () => {
    await cryptoWaitReady()
    const alice = new Keyring({ type: "sr25519" }).addFromUri("//Alice")
    const signer = getPolkadotSigner(alice.publicKey, "Sr25519", (bytes) => alice.sign(bytes))
    const transfer = api.tx.Balances.transfer_keep_alive({ dest: { type: "Id", value: BOB }, value: 1_000_000n })
    assert.ok((await transfer.getEstimatedFees(ALICE)) > 0n)
    const done = await transfer.signAndSubmit(signer)
    assert.ok(done.ok)
    assert.ok(done.events.some(({ type, value }) => type === "Balances" && value.type === "Transfer"))
  },
  "a changing map": async () => {
    const seen = []
    await new Promise((resolve, reject) => {
      const subscription = api.query.SubtensorModule.BlocksSinceLastStep.watchEntries().subscribe({
        next: ({ entries }) => {
          seen.push(entries.find(({ args }) => args[0] === 74)?.value)
          if (seen.length < 3) return
          subscription.unsubscribe()
          resolve()
        },
        error: reject
      })
    })
    assert.equal(new Set(seen).size, 3)
  }
}

await operations[operation]()
process.exit(0)
