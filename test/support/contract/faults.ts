/** Makes the dev chain refuse calls on demand; see contracts/devnet-runtime/README.md. */
import { Effect } from "effect"
import { statusNames } from "../../../lab/contract-model/Subnet.ts"
import { concat, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import type { SubtensorError } from "../../../src/contract-client/generated.ts"
import type { World } from "./World.ts"

/** Operations that can be made to fail: chain extension functions by number, and the only runtime call that the contract makes. */
export const CHAIN = {
  stakeInfo: 0,
  moveStake: 5,
  transferStake: 6,
  alphaPrice: 15,
  recycleAlpha: 16,
  callerMoveStake: 24,
  callerTransferStake: 25,
  subnetState: 34,
  stakeAvailability: 36,
  proxyCall: 0xffff
} as const
export type ChainFunction = keyof typeof CHAIN

/** All status codes with the contract's names for them: the chain's 22, and an unknown one that a later runtime may add. */
export const STATUS_CODES: ReadonlyArray<readonly [number, SubtensorError]> = [
  ...statusNames.map((name, index) => [index + 1, { _tag: name }] as const),
  [23, { _tag: "UnknownCode", value: 23 }]
]

const littleEndian = (value: number, bytes: 2 | 4): string => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntLE(value, 0, bytes)
  return buffer.toString("hex")
}

/** The storage key: blake2_128("gittensor:fail") followed by the function's number. */
const keyOf = (what: ChainFunction) => `0xb694600d4a9557f6729faa63b891596e${littleEndian(CHAIN[what], 2)}`

/** Stands for a status code where the function traps, as one that the chain does not have. */
export const TRAP = 0xffff_ffff

/** The storage by which the function returns this status code and output instead of doing anything. */
export const faultOf = (
  what: ChainFunction,
  code: number,
  output: Uint8Array = new Uint8Array()
): readonly [key: string, value: Uint8Array] => [keyOf(what).slice(2), concat([unsigned(code, 4), output])]

/** Makes the function return this status code and do nothing. */
export const breakFunction = (world: World, what: ChainFunction, code: number): Effect.Effect<void, Error> =>
  world.sudo("system", "setStorage", [[keyOf(what), `0x${littleEndian(code, 4)}`]])

/** Makes the function work again. */
export const repairFunction = (world: World, what: ChainFunction): Effect.Effect<void, Error> =>
  world.sudo("system", "killStorage", [keyOf(what)])

/** Runs `body` while the function returns this status code. */
export const whileFailing = <A, E>(world: World, what: ChainFunction, code: number, body: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    yield* breakFunction(world, what, code)
    const answer = yield* body
    yield* repairFunction(world, what)
    return answer
  })
