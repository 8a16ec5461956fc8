/** The archive of competitions as one contract's state uses it. */
import { Effect } from "effect"
import { CODE_HASH } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { BlockReference } from "../chain/BlockReference.ts"
import type { Chain } from "../chain/Chain.ts"
import type { CompetitionArchive } from "../store/CompetitionArchive.ts"
import type { CellsUnusable } from "./cells.ts"
import type { ReadError } from "./errors.ts"
import type { Memory } from "./state.ts"

/** The contract's storage, which can be read only while it runs the code that this program knows. */
interface Storage {
  readonly locate: (at: BlockReference) => Effect.Effect<void, ReadError | CellsUnusable>
  readonly areInUse: Effect.Effect<boolean>
}

/** Uses the archive only for the known code, and under the hash of block 1, because dev chains may share a genesis. */
export const archiveMemory = (
  archive: CompetitionArchive["Type"],
  chain: Chain["Type"],
  address: AccountAddress,
  storage: Storage
): Memory => {
  const subjectOn = (firstBlock: string) => ({ chain: firstBlock, contract: address, codeHash: CODE_HASH })
  return {
    recall: (at) =>
      storage.locate(at).pipe(
        Effect.zipRight(chain.hashOf(1)),
        Effect.flatMap((firstBlock) => archive.load(subjectOn(firstBlock))),
        Effect.option
      ),
    keep: (facts) =>
      Effect.if(storage.areInUse, {
        onTrue: () => Effect.ignore(Effect.flatMap(chain.hashOf(1), (firstBlock) => archive.keep(subjectOn(firstBlock), facts))),
        onFalse: () => Effect.void
      })
  }
}
