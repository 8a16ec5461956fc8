/** The contract's settings: shown. */
import { Effect } from "effect"
import { Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { codeHashOf } from "../../layers/ContractCode.ts"
import { print } from "../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"
import { settingsTable } from "./settingsTable.ts"

export const show = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const contract = yield* Contract
    const [config, owner, proposedOwner, paused, version] = yield* Effect.all(
      [
        contract.read("config", {}, head),
        contract.read("owner", {}, head),
        contract.read("proposedOwner", {}, head),
        contract.read("paused", {}, head),
        contract.read("version", {}, head)
      ],
      { concurrency: "unbounded" }
    )
    const { netuid, treasuryHotkey, treasuryColdkey, ...settings } = config
    const codeHash = yield* codeHashOf(contract.address)
    yield* print(
      options.json,
      {
        block: head.number,
        contract: contract.address,
        netuid,
        owner,
        proposedOwner,
        paused,
        version,
        codeHash,
        treasuryHotkey,
        treasuryColdkey,
        settings
      },
      () => [
        `contract  ${contract.address} on subnet ${netuid}, at block ${head.number}${paused ? ", PAUSED" : ""}`,
        `owner     ${owner}${proposedOwner === null ? "" : `, offered to ${proposedOwner}`}`,
        `treasury  hotkey ${treasuryHotkey}, coldkey ${treasuryColdkey}`,
        `code      version ${version}, ${codeHash}`,
        "",
        ...settingsTable(settings)
      ]
    )
  }).pipe(Effect.provide(contractLayer(options)))
