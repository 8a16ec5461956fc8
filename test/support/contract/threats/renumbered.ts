/** The contract, as if the chain had given other numbers to the call that it sends as the treasury's proxy. */
import { contractCode } from "../../../../src/contract-client/artifact.ts"

/** The call's number on Subtensor, and one that no call has on the dev chain. */
const TRANSFER_STAKE = 86
export const NO_CALL = 87

/**
 * The contract's code with another number for transfer_stake, the call that the treasury's proxy sends to the subnet pallet. One variant for every
 * place that may hold the number: a constant 86 (in two bytes) or the byte after the pallet's 7.
 */
export const renumbered = (number: number): ReadonlyArray<Uint8Array> => {
  const code = Uint8Array.fromHex(contractCode.slice(2))
  const places = [...code.keys()].filter((at) => {
    const constant = code[at - 1] === 0x41 && code[at] === (0x80 | TRANSFER_STAKE) && code[at + 1] === 0
    return constant || (code[at - 1] === 7 && code[at] === TRANSFER_STAKE)
  })
  return places.map((at) => code.map((byte, index) => (index === at ? (byte & 0x80) | number : byte)))
}
