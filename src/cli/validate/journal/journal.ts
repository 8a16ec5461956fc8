/** Exports and imports a validator's journal. It reads only the hotkey's public file. */
import { Effect, Option } from "effect"
import { toPublicKey } from "../../../domain/Account.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { chainIdentity } from "../../../layers/chain/node/identity.ts"
import { nonceAt } from "../../../layers/chain/node/sentBy.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { exportJournal, importJournal } from "../../../layers/protection/handover.ts"
import type { Voter } from "../../../layers/protection/Journal.ts"
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

type Held = Effect.Effect.Success<ReturnType<typeof exportJournal>> & Partial<Effect.Effect.Success<ReturnType<typeof importJournal>>>

const runAs =
  <E, R>(
    move: (folder: string, voter: Voter, file: string) => Effect.Effect<Held, E, R>,
    sentences: (file: string, folder: string) => readonly [done: string, next: string]
  ) =>
  (options: JournalOptions) =>
    Effect.gen(function* () {
      const { contract, file, json, key } = options
      const hotkey = yield* hotkeyGiven(Option.none(), key)
      const folder = Option.isSome(options.data) ? options.data.value : yield* defaultDataFolder(hotkey)
      const voter = { chain: yield* chainIdentity, contract, hotkey }
      const held = yield* move(folder, voter, file)
      const [done, next] = sentences(file, folder)
      yield* print(json, { file, data: folder, ...voter, ...held }, ({ claims, leftOut = 0, ownVotes, removed = 0, sent }) => [
        `${done}: ${claims} votes on their way, ${sent} sent transactions, ${ownVotes} own votes`,
        ...(leftOut > 0
          ? [`left out ${leftOut} own votes that this folder, which is not older, does not have: they count as cast by hand`]
          : []),
        ...(removed > 0
          ? [`removed ${removed} own votes that the file, which is not older, does not have: they count as cast by hand`]
          : []),
        next
      ])
    }).pipe(Effect.provide(contractLayer(options)))

export const runExport = runAs(exportJournal, (file, folder) => [
  `exported the journal of ${folder} to ${file}`,
  `on the other machine: gittensor validate journal import ${file}; do not start the validator here again`
])

const importNow = (folder: string, voter: Voter, file: string) =>
  Effect.gen(function* () {
    const { finalisedHead } = yield* Chain
    return yield* importJournal(folder, voter, file, yield* nonceAt(toPublicKey(voter.hotkey), yield* finalisedHead))
  })

export const runImport = runAs(importNow, (file, folder) => [
  `imported ${file} into the journal of ${folder}`,
  "the next start looks at the chain first"
])
