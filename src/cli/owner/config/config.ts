/** Shows and changes the contract's settings. */
import { Effect } from "effect"
import type { Setting } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { neuronOf } from "../../../domain/Metagraph.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { codeHashOf } from "../../../layers/chain/contract/ContractCode.ts"
import { proxiesOf } from "../../../layers/chain/contract/treasuryProxies.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { rosterCommittedBy } from "../../../layers/chain/roster/committedRoster.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { paceAt } from "../../../roles/miner/calendar.ts"
import { showBirth } from "../../../roles/owner/birth.ts"
import { parseSettings } from "../../../roles/owner/changes.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { type CallOptions, contractCall } from "../../shared/contractCall.ts"
import { changeCall } from "../changeCall.ts"
import { settingsTable } from "../settingsTable.ts"

export const show = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const contract = yield* Contract
    const [config, owner, offer, paused, ended, version, pace] = yield* Effect.all(
      [
        contract.read("config", {}, head),
        contract.stored("owner", {}, head),
        contract.stored("offer", {}, head),
        contract.stored("paused", {}, head),
        contract.read("ended", {}, head),
        contract.read("version", {}, head),
        paceAt(head)
      ],
      { concurrency: "unbounded" }
    )
    const { netuid, devChain, treasuryHotkey, treasuryColdkey, treasuryBirth, rosterSignerSince, ...settings } = config
    const codeHash = yield* codeHashOf(contract.address)
    yield* print(
      options.json,
      {
        block: head.number,
        contract: contract.address,
        netuid,
        owner,
        offer,
        paused,
        ended,
        version,
        codeHash,
        treasuryHotkey,
        treasuryColdkey,
        treasuryBirth,
        devChain,
        inSetup: settings.ownerDelay === 0,
        rosterSignerSince,
        settings
      },
      () => [
        `contract  ${contract.address} on subnet ${netuid}, at block ${head.number}${ended ? ", ENDED: the subnet is gone" : paused ? ", PAUSED" : ""}`,
        `owner     ${owner}${offer === null ? "" : `, offered to ${offer.owner} until block ${offer.until}`}`,
        `treasury  hotkey ${treasuryHotkey}, coldkey ${treasuryColdkey}`,
        `          a pure proxy, created as ${showBirth(treasuryBirth)}`,
        `rosters   signed by ${settings.rosterSigner} since block ${rosterSignerSince}`,
        `code      version ${version}, ${codeHash}`,
        "",
        ...settingsTable(settings, pace),
        ...(settings.ownerDelay === 0
          ? ["", "The contract is being set up: it fills no bounty and starts no match until ownerDelay is more than 0."]
          : [])
      ]
    )
  }).pipe(Effect.provide(contractLayer(options)))

const warningsOfSigner = Effect.fn("warningsOfSigner")(function* (hotkey: AccountAddress, head: BlockReference) {
  const { committed } = yield* rosterCommittedBy(hotkey, head)
  const metagraph = yield* (yield* Subnet).metagraph(head)
  if (neuronOf(metagraph, hotkey) === undefined)
    return [`${hotkey} has no neuron on the subnet: until it has, the chain lets it commit to no roster`]
  return committed === undefined ? [`${hotkey} is committed to no roster: let it publish one before the change applies`] : []
})

const warningsOf = (settings: ReadonlyArray<Setting>) =>
  Effect.gen(function* () {
    const { address } = yield* Contract
    const head = yield* (yield* Chain).finalisedHead
    const warnings = yield* Effect.forEach(settings, (setting) =>
      Effect.gen(function* () {
        if (setting._tag === "OwnerDelay") return ["ownerDelay can never be lowered again"]
        if (setting._tag === "RosterSigner") return yield* warningsOfSigner(setting.value, head)
        if (setting._tag !== "Treasury") return []
        const proxies = yield* proxiesOf(setting.coldkey, head)
        return proxies.some(({ delegate }) => delegate === address)
          ? proxies.flatMap(({ delegate }) => (delegate === address ? [] : [`${delegate} holds a proxy of the new treasury's coldkey`]))
          : [`the contract is not a proxy of ${setting.coldkey}: until it is, it can harvest nothing there`]
      })
    )
    return warnings.flat()
  })

export const set = (options: CallOptions & { readonly settings: ReadonlyArray<string> }) =>
  Effect.gen(function* () {
    const settings = yield* parseSettings(options.settings)
    yield* contractCall("coldkey", options, () =>
      Effect.flatMap(warningsOf(settings), (warnings) => changeCall({ _tag: "Config", value: settings }, { facts: { settings }, warnings }))
    )
  })
