/** The chain, the subnet and the contract that the shared options select. */
import { Effect, Layer } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput } from "../../domain/failures.ts"
import * as Contract from "../../layers/chain/contract/Contract.ts"
import * as Chain from "../../layers/chain/node/Chain.ts"
import * as RosterSigner from "../../layers/chain/roster/RosterSigner.ts"
import * as Subnet from "../../layers/chain/subnet/Subnet.ts"

export interface Network {
  readonly endpoint: string
  readonly netuid: number
}

/** The chain at `--endpoint` and the subnet `--netuid`. */
export const chainLayer = (options: Network) =>
  Subnet.layer(options.netuid).pipe(Layer.provideMerge(Chain.layer(options.endpoint.split(",").map((url) => url.trim()))))

const checkSubnet = (netuid: number) =>
  Effect.gen(function* () {
    const { address, config } = yield* Contract.Contract
    const { netuid: of } = yield* config
    if (of !== netuid)
      return yield* new InvalidInput({
        message: `the contract ${address} belongs to subnet ${of}, not ${netuid}: give --netuid ${of}, or another --contract`
      })
  })

export interface ContractOptions {
  readonly network: Network
  readonly contract: AccountAddress
}

/** Adds the contract at `--contract`, which must exist and belong to the subnet, and the roster signer that it names. */
export const contractLayer = ({ network, contract }: ContractOptions) =>
  Layer.merge(Layer.effectDiscard(checkSubnet(network.netuid)), RosterSigner.layer).pipe(
    Layer.provideMerge(Contract.layer(contract)),
    Layer.provideMerge(chainLayer(network))
  )
