/** Pauses and unpauses the contract. */
import { Effect } from "effect"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export const pause = (options: CallOptions) =>
  contractCall("coldkey", options, () =>
    Effect.succeed(
      callOf({
        message: "pause",
        args: {},
        facts: () => ({ paused: true }),
        does: () => "stop new issues and matches; running ones continue and are paid",
        did: () => ["paused: no new issues and matches", "end it with: gittensor owner unpause"]
      })
    )
  )

export const unpause = (options: CallOptions) =>
  contractCall("coldkey", options, () =>
    Effect.succeed(
      callOf({
        message: "unpause",
        args: {},
        facts: () => ({ paused: false }),
        does: () => "allow new issues and matches again",
        did: () => ["new issues and matches are possible again"]
      })
    )
  )
