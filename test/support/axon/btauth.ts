import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { btauthMessage } from "../../../src/layers/chain/axon/wire/dendrite.ts"

/** The signed headers of a btauth/1 request. */
export const btauthHeaders = (request: {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
  readonly nonce: bigint
  readonly from: KeyPair
  readonly receiver: AccountAddress
}): Record<string, string> => ({
  "x-bittensor-version": "1",
  "x-bittensor-hotkey": request.from.address,
  "x-bittensor-receiver": request.receiver,
  "x-bittensor-nonce": request.nonce.toString(),
  "x-bittensor-crypto": request.from.scheme,
  "x-bittensor-signature": request.from.signText(btauthMessage({ ...request, sender: request.from.address, scheme: request.from.scheme })),
  "content-type": "application/json"
})
