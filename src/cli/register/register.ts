/** Registers the wallet's hotkey on the subnet; its coldkey pays. */
import { Effect } from "effect"
import { formatAlpha } from "../../domain/Amount.ts"
import { check, lookAt, type Registration, register } from "../../layers/chain/subnet/registration.ts"
import { Wallet } from "../../layers/chain/wallet/Wallet.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { chainLayer, type Network } from "../shared/chainServices.ts"
import { walletLayer, withSigner } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"
import { type SpendOptions, spend } from "../shared/spend.ts"

export interface RegisterOptions extends SpendOptions {
  readonly network: Network
  readonly key: KeyOptions
}

const NEXT = {
  miner: 'next: "gittensor mine link-github", then "gittensor mine enroll"',
  validator: 'next: the owner lets it validate with "gittensor owner validators add", then "gittensor validate"'
} as const

const tao = (rao: bigint) => `${formatAlpha(rao)} τ`

const roomLine = ({ neurons, places }: Registration): string =>
  neurons < places
    ? `${places - neurons} of ${places} UIDs are free`
    : `all ${places} UIDs are taken: it takes the place of the neuron that earns least and is past its immunity`

/** How the price is used: burned, or locked as collateral, which stays the hotkey's own but is not free. */
const priceLines = ({ price, burned, collateral, unlockedPerEarned, locked, free, fee, coldkey }: Registration): ReadonlyArray<string> => {
  const costs = `${tao(price)} of ${tao(free)} that ${coldkey} has, and costs a fee of about ${tao(fee)}`
  if (collateral === 0n) return [`It burns ${costs}`]
  return [
    `It takes ${costs}`,
    `${tao(burned)} are burned; for ${tao(collateral)} the chain buys alpha and locks it behind the hotkey as collateral`,
    ...(unlockedPerEarned === null
      ? []
      : [`each alpha that the hotkey earns unlocks ${Number(unlockedPerEarned.toFixed(6))} of it; nothing else does`]),
    ...(locked === 0n ? [] : [`the ${formatAlpha(locked)} α that are locked already count towards it, so it takes less`])
  ]
}

export const run = (role: keyof typeof NEXT, options: RegisterOptions) =>
  Effect.gen(function* () {
    const hotkey = yield* Effect.flatMap(Wallet, ({ hotkeyAddress }) => hotkeyAddress).pipe(Effect.provide(walletLayer(options.key)))
    yield* withSigner("coldkey", options, (coldkey) =>
      Effect.gen(function* () {
        const looked = yield* lookAt(hotkey, coldkey.address)
        const { netuid, uid, price } = looked
        if (uid !== null)
          return yield* print(options.json, { ...looked, sent: false }, () => [
            `${hotkey} is registered on subnet ${netuid} already, as UID ${uid}: nothing was sent`
          ])
        yield* check(looked)
        const costs = priceLines(looked)
        yield* spend(options, {
          planned: looked,
          plannedLines: [
            `would register ${hotkey} on subnet ${netuid}`,
            ...[...costs, roomLine(looked)].map((line) => `  ${line}`),
            "nothing was sent"
          ],
          question: `Register ${hotkey} on subnet ${netuid}? ${[...costs, roomLine(looked)].join("; ")}.`,
          send: Effect.gen(function* () {
            const done = yield* register(yield* coldkey.key, looked)
            return { ...looked, ...done }
          }),
          doneLines: (done) => [
            `${hotkey} is registered on subnet ${netuid} as UID ${done.uid ?? "?"} for ${tao(price)} (block ${done.block}, ${done.transaction})`,
            NEXT[role]
          ]
        })
      }).pipe(Effect.provide(chainLayer(options.network)))
    )
  })
