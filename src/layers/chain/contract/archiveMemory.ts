/** Keeps final facts about one contract in the archive of competitions. */
import { Effect } from "effect"
import { CODE_HASH } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { CompetitionArchive } from "../../storage/dataFolder/CompetitionArchive.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import { Chain } from "../node/Chain.ts"
import { firstBlockHash } from "../node/identity.ts"
import type { CellsUnusable } from "./cells.ts"
import type { ReadError } from "./errors.ts"
import type { Memory } from "./state.ts"

interface Storage {
  /** Fails unless the contract's storage can be read as cells. */
  readonly locate: (at: BlockReference) => Effect.Effect<void, ReadError | CellsUnusable>
  /** Whether the last read used cells. */
  readonly areInUse: Effect.Effect<boolean>
}

/** Uses the archive only while the contract's storage can be read as cells. */
export const archiveMemory = (
  archive: CompetitionArchive["Type"],
  chain: Chain["Type"],
  address: AccountAddress,
  storage: Storage
): Memory => {
  // Not `chainIdentity`: at block 0 all dev chains have the same one, and it retries, whereas without the archive the node is read instead.
  const subject = firstBlockHash.pipe(
    Effect.provideService(Chain, chain),
    Effect.map((hash) => ({ chain: hash, contract: address, codeHash: CODE_HASH }))
  )
  return {
    recall: (at) => storage.locate(at).pipe(Effect.zipRight(subject), Effect.flatMap(archive.load), Effect.option),
    keep: (facts) =>
      Effect.if(storage.areInUse, {
        onTrue: () => Effect.ignore(Effect.flatMap(subject, (of) => archive.keep(of, facts))),
        onFalse: () => Effect.void
      })
  }
}
