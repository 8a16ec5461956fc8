/** Pauses and unpauses the contract. */
import { type CallOptions, plainCall } from "../shared/contractCall.ts"

export const pause = (options: CallOptions) =>
  plainCall(options, {
    message: "pause",
    args: {},
    facts: () => ({ paused: true }),
    does: () => "stop new issues and matches; running ones continue and are paid",
    did: () => ["paused: no new issues and matches", "end it with: gittensor owner unpause"]
  })

export const unpause = (options: CallOptions) =>
  plainCall(options, {
    message: "unpause",
    args: {},
    facts: () => ({ paused: false }),
    does: () => "allow new issues and matches again",
    did: () => ["new issues and matches are possible again"]
  })
