/** @polkadot/api over Substrate's legacy methods. Arguments: OPERATION ENDPOINT. */
import { strict as assert } from "node:assert"
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api"

const [operation, endpoint] = process.argv.slice(2)
const api = await ApiPromise.create({ provider: new WsProvider(endpoint), noInitWarn: true })

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

const operations = {
  "follow blocks": async () => {
    let seen = 0
    await new Promise((resolve) => void api.rpc.chain.subscribeFinalizedHeads(() => ++seen === 3 && resolve()))
  },
  "chain's name and genesis": async () => {
    assert.equal((await api.rpc.system.chain()).toString(), "Gittensor Dev")
    assert.equal(api.genesisHash.toHex().length, 66)
  },
  "a stored value": async () => {
    assert.ok((await api.query.system.account(ALICE)).data.free.toBigInt() > 999_000_000_000_000n)
    assert.equal((await api.query.subtensorModule.tempo(74)).toNumber(), 10)
  },
  "a stored map": async () => {
    assert.equal((await api.query.subtensorModule.keys.entries(74)).length, 4)
  },
  "a changing value": async () => {
    let seen = 0
    await new Promise((resolve) => void api.query.system.number(() => ++seen === 3 && resolve()))
  },
  "a changing map": async () => {
    let seen = 0
    await new Promise((resolve) => void api.query.system.account.multi([ALICE, BOB], () => ++seen === 1 && resolve()))
  },
  constants: async () => {
    assert.equal(api.consts.contracts.maxCodeLen.toNumber(), 131_072)
  },
  "a runtime API": async () => {
    assert.equal((await api.call.neuronInfoRuntimeApi.getNeuronsLite(74)).length, 4)
  },
  "a transaction and its events": async () => {
    const alice = new Keyring({ type: "sr25519" }).addFromUri("//Alice")
    const events = await new Promise((resolve, reject) => {
      api.tx.balances
        .transferKeepAlive(BOB, 1_000_000n)
        .signAndSend(alice, ({ status, events, dispatchError }) => {
          if (dispatchError !== undefined) reject(new Error(String(dispatchError)))
          if (status.isInBlock || status.isFinalized) resolve(events)
        })
        .catch(reject)
    })
    assert.ok(events.some(({ event }) => api.events.balances.Transfer.is(event)))
  }
}

await operations[operation]()
process.exit(0)
