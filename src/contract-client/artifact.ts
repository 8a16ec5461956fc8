/** The contract's built artefact: the code, and the codec built from its metadata. Loads polkadot.js, so import it only when needed. */
import { Abi } from "@polkadot/api-contract"
import type { Hex } from "../domain/hex.ts"
import artifact from "./artifact.generated.json"
import { type ContractCodec, makeContractCodec } from "./codec.ts"

/** The contract's code, to upload or instantiate. */
export const contractCode = artifact.source.wasm as Hex // a JSON file's strings have no narrower type

export const contractCodec: ContractCodec = makeContractCodec(new Abi(artifact))
