/** dedot over chainHead_v1 (or, with `legacy`, over Substrate's legacy methods). Arguments: OPERATION ENDPOINT [legacy]. */
import { strict as assert } from "node:assert"
import { Keyring } from "@polkadot/api"
import { cryptoWaitReady } from "@polkadot/util-crypto"

const modules = process.env.GITTENSOR_TOOLS_MODULES
const [operation, endpoint, form] = process.argv.slice(2)
const { DedotClient, LegacyClient, WsProvider } = await import(Bun.resolveSync("dedot", modules))

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

const client = await (form === "legacy" ? LegacyClient : DedotClient).new(new WsProvider(endpoint))

const operations = {
  "follow blocks": async () => {
    const first = await client.query.system.number()
    await new Promise((resolve) => {
      void client.query.system.number((number) => {
        if (number >= first + 3) resolve()
      })
    })
  },
  "chain's name and genesis": async () => {
    const name = form === "legacy" ? await client.rpc.system_chain() : await client.chainSpec.chainName()
    assert.equal(name, "Gittensor Dev")
    assert.equal(client.genesisHash.length, 66)
  },
  "a stored value": async () => {
    assert.ok((await client.query.system.account(ALICE)).data.free > 999_000_000_000_000n)
    assert.equal(await client.query.subtensorModule.tempo(74), 10)
  },
  "a stored map": async () => {
    assert.equal((await client.query.subtensorModule.keys.entries(74)).length, 4)
  },
  "a changing value": async () => {
    const numbers = []
    await new Promise((resolve) => {
      void client.query.system.number((number) => {
        numbers.push(number)
        if (numbers.length === 3) resolve()
      })
    })
    assert.ok(numbers[2] > numbers[0])
  },
  constants: async () => {
    assert.equal(client.consts.contracts.maxCodeLen, 131_072)
  },
  "a runtime API": async () => {
    assert.equal((await client.call.neuronInfoRuntimeApi.getNeuronsLite(74)).length, 4)
  },
  "a transaction and its events": async () => {
    await cryptoWaitReady()
    const alice = new Keyring({ type: "sr25519" }).addFromUri("//Alice")
    const done = await client.tx.balances.transferKeepAlive(BOB, 1_000_000n).signAndSend(alice).untilFinalized()
    assert.equal(done.dispatchError, undefined)
    assert.ok(done.events.some(({ event }) => event.pallet === "Balances" && event.palletEvent.name === "Transfer"))
  }
}

await operations[operation]()
process.exit(0)
