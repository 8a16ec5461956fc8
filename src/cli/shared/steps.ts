/** What a command of several transactions tells of each, as it is included. */
import { Console, Effect } from "effect"
import type { OnStep } from "../../owner/keylessTreasury.ts"

/** A line a step for people; programs get the end only. */
export const tellSteps =
  (json: boolean): OnStep =>
  ({ name, detail, inclusion }) =>
    json ? Effect.void : Console.log(`#${inclusion.block.number}  ${inclusion.extrinsicHash}  ${name}: ${detail}`)
