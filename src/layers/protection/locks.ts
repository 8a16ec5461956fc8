/** What a validator's process holds alone as long as it runs: its data folder and, on this machine, its hotkey. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Contract } from "../chain/contract/Contract.ts"
import { chainFileName } from "../chain/node/identity.ts"
import { inHome } from "../storage/dataFolder/dataFolder.ts"
import { holdLock } from "../storage/dataFolder/FolderLock.ts"

/** Holds a data folder until the scope ends. A process that has it must be the only one that opens its journal. */
export const holdDataFolder = (folder: string) => holdLock(folder, "validator", "validates")

/** Locks out this user's other processes on this machine that validate with this hotkey for this contract, whatever their data folder. */
export const holdHotkey = (hotkey: AccountAddress) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const name = [yield* chainFileName, contract.address, hotkey].join("-")
    yield* holdLock(yield* inHome("the lock of the hotkey", "HOME", "locks"), name, "validates with this hotkey")
  }).pipe(
    // Without a writable home folder there is no shared lock; the data folder's lock still applies.
    Effect.catchTags({ LockUnusable: ({ message }) => Effect.logDebug(message), NoHomeFolder: ({ message }) => Effect.logDebug(message) })
  )
