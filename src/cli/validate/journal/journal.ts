/** Exports and imports a validator's journal. It reads only the hotkey's public file. */
import { Effect, Option } from "effect"
import { chainIdentity } from "../../../layers/chain/node/identity.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { exportJournal, importJournal } from "../../../layers/protection/handover.ts"
import { defaultDataFolder } from "../../../layers/storage/dataFolder/dataFolder.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { hotkeyGiven } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"

export interface JournalOptions extends ContractOptions {
  readonly file: string
  readonly key: KeyOptions
  readonly data: Option.Option<string>
  readonly json: boolean
}

const runAs =
  (move: typeof exportJournal, sentences: (file: string, folder: string) => readonly [done: string, next: string]) =>
  (options: JournalOptions) =>
    Effect.gen(function* () {
      const { contract, file, json, key } = options
      const hotkey = yield* hotkeyGiven(Option.none(), key)
      const folder = Option.isSome(options.data) ? options.data.value : yield* defaultDataFolder(hotkey)
      const voter = { chain: yield* chainIdentity, contract, hotkey }
      const held = yield* move(folder, voter, file)
      const [done, next] = sentences(file, folder)
      yield* print(json, { file, data: folder, ...voter, ...held }, ({ claims, ownVotes, sent }) => [
        `${done}: ${claims} votes on their way, ${sent} sent transactions, ${ownVotes} own votes`,
        next
      ])
    }).pipe(Effect.provide(contractLayer(options)))

export const runExport = runAs(exportJournal, (file, folder) => [
  `exported the journal of ${folder} to ${file}`,
  `on the other machine: gittensor validate journal import ${file}; do not start the validator here again`
])

export const runImport = runAs(importJournal, (file, folder) => [
  `imported ${file} into the journal of ${folder}`,
  "the next start looks at the chain first"
])
