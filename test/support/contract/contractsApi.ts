/** The parameters and the answer of the runtime's `ContractsApi_call`, which runs a message without a transaction. */
import { compact, concat, lengthPrefixed, ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { type AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"

/** Half a second on the chain's reference machine. */
export const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }

/** The gas limit as an option, and no limit on the storage deposit. */
const limited = ({ proofSize, refTime }: typeof GAS) =>
  concat([new Uint8Array([1]), compact(refTime), compact(proofSize), new Uint8Array([0])])

/** @param data the message, encoded as 0x-hex */
export const callParameters = (caller: AccountAddress, contract: AccountAddress, data: string, limits = GAS): Uint8Array =>
  concat([toPublicKey(caller), toPublicKey(contract), unsigned(0, 8), limited(limits), lengthPrefixed(Uint8Array.fromHex(data.slice(2)))])

/** A message's answer: its data, or the SCALE bytes of the runtime's DispatchError. */
export interface Ran {
  /** The gas that the message needs, in picoseconds on the chain's reference machine. */
  readonly gas: bigint
  readonly error: Uint8Array | undefined
  readonly data: Uint8Array
}

/** Decodes the answer of `ContractsApi_call`, a ContractExecResult. */
export const decodeRan = (bytes: Uint8Array): Ran => {
  const reader = new ScaleReader(bytes)
  reader.compact() // consumed: time and proof size
  reader.compact()
  const gas = reader.compact()
  reader.compact() // proof size
  reader.take(9) // storage deposit
  reader.lengthPrefixed() // debug message
  if (reader.u8() !== 0) return { gas, error: reader.take(reader.remaining), data: new Uint8Array() }
  reader.u32() // flags
  return { gas, error: undefined, data: reader.lengthPrefixed() }
}
