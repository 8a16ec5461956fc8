/** Refusals of the chain on order: what contracts/devnet-runtime/README.md says of tests. */
import { Effect } from "effect"
import type { World } from "./support.ts"

/** What can be made to fail: functions of the chain extension by their numbers, and the runtime call that the contract may make. */
export const CHAIN = { stakeInfo: 0, moveStake: 5, transferStake: 6, recycleAlpha: 16, callerTransferStake: 25, proxyCall: 0xffff } as const
export type ChainFunction = keyof typeof CHAIN

const littleEndian = (value: number, bytes: 2 | 4): string => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntLE(value, 0, bytes)
  return buffer.toString("hex")
}

/** blake2_128("gittensor:fail") and the function's number. */
const keyOf = (what: ChainFunction) => `0xb694600d4a9557f6729faa63b891596e${littleEndian(CHAIN[what], 2)}`

/** From now on the function answers this status code and does nothing. */
export const failing = (world: World, what: ChainFunction, code: number): Effect.Effect<void, Error> =>
  world.sudo("system", "setStorage", [[keyOf(what), `0x${littleEndian(code, 4)}`]])

/** The function works again. */
export const mended = (world: World, what: ChainFunction): Effect.Effect<void, Error> => world.sudo("system", "killStorage", [keyOf(what)])

/** Carries out `body` while the function answers this status code. */
export const whileFailing = <A, E>(world: World, what: ChainFunction, code: number, body: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    yield* failing(world, what, code)
    const answer = yield* body
    yield* mended(world, what)
    return answer
  })
